//! Look-ups: by email, by external id, and by what a create is known by.

use drift_sdk::types;

use crate::engine::call::Call;
use crate::engine::operation::Operation;
use crate::error::{Error, ErrorKind};
use crate::model::contact::Contact;
use crate::model::contact_id::ContactId;
use crate::model::decoding::ContactList;
use crate::model::proof::Proof;
use crate::policy::protocol::Event;

pub(crate) const BY_ID: Operation = Operation::reading("contacts.get");
pub(crate) const BY_EMAIL: Operation =
    Operation::reading("contacts.find_by_email").without_contact();
pub(crate) const BY_EXTERNAL_ID: Operation =
    Operation::reading("contacts.find_by_external_id").without_contact();

/// The most contacts that are asked for by email: clients of Drift stay at 100 or less.
const LIMIT: i32 = 100;

/// The longest URL of a look-up, in bytes. RFC 9110 asks everybody to accept 8,000; common servers and proxies refuse
/// more than 8,190 (414).
const LONGEST_URL: usize = 8_000;

/// What a URL has beside the base URL and the ids: the path, and the kind of the ids.
const REST_OF_URL: usize = "/contacts?idType=external".len();

/// The contact with an id of Drift's.
pub(crate) async fn by_id(call: &Call<'_>, id: ContactId) -> Result<Contact, Error> {
    let method = |sdk: drift_sdk::Client| async move { sdk.get_contact(id.get()).await };
    let contact = call.part(BY_ID).send(method).await?;
    asked_for(id, contact)
}

/// The contact of a response, which must be the one that was asked for.
pub(crate) fn asked_for(id: ContactId, contact: Contact) -> Result<Contact, Error> {
    if contact.id() == id {
        return Ok(contact);
    }
    Err(Error::of_another_contact_at("data.id"))
}

/// The contacts with an email address. `call` is the call that this look-up is, or is a part of.
pub(crate) async fn by_email(call: &Call<'_>, email: &str) -> Result<Vec<Contact>, Error> {
    let method = |sdk: drift_sdk::Client| async move {
        sdk.find_contacts(Some(email), None, None, Some(LIMIT))
            .await
    };
    let list = call.part(BY_EMAIL).send(method).await?;
    contacts(list, |contact| contact.has_email(email))
}

/// The contacts with some of the caller's own ids, by one call.
async fn by_external_ids(call: &Call<'_>, ids: &Vec<String>) -> Result<Vec<Contact>, Error> {
    let kind = types::FindIdType::External;
    let method = |sdk: drift_sdk::Client| async move {
        sdk.find_contacts(None, Some(ids), Some(kind), None).await
    };
    let list = call.part(BY_EXTERNAL_ID).send(method).await?;
    contacts(list, |contact| {
        ids.iter().any(|id| contact.has_external_id(id))
    })
}

/// The contacts with some of the caller's own ids, by calls with URLs that servers accept. The most ids that Drift accepts
/// is not documented: where a call is refused (400, 414 and the like), half as many are asked for from then on.
pub(crate) async fn by_external_ids_in_parts(
    call: &Call<'_>,
    mut ids: Vec<String>,
) -> Result<Vec<Contact>, Error> {
    let room = LONGEST_URL.saturating_sub(call.connection.base_url().len() + REST_OF_URL);
    let (mut most, mut found) = (usize::MAX, Vec::new());
    while !ids.is_empty() {
        let part = part_length(&ids, most, room);
        let rest = ids.split_off(part);
        match by_external_ids(call, &ids).await {
            Ok(contacts) => {
                found.extend(contacts);
                ids = rest;
            }
            Err(error) if part > 1 && is_too_much(&error) => {
                most = part / 2;
                ids.extend(rest);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Whether fewer ids may be accepted.
fn is_too_much(error: &Error) -> bool {
    error.kind() == ErrorKind::InvalidRequest && error.is_final()
}

/// How many of the first ids go into one URL: at least one, at most `most`, and no more than fit into `room` bytes.
fn part_length(ids: &[String], most: usize, room: usize) -> usize {
    let lengths = ids.iter().scan(0_usize, |sum, id| {
        *sum = sum.saturating_add(length_in_url(id));
        Some(*sum)
    });
    lengths
        .take(most)
        .take_while(|length| *length <= room)
        .count()
        .max(1)
}

/// The length of `&id=…`, where most bytes beside letters and digits become three.
fn length_in_url(id: &str) -> usize {
    let encoded = id.bytes().map(|byte| match byte {
        b'*' | b'-' | b'.' | b'_' | b' ' => 1,
        _ if byte.is_ascii_alphanumeric() => 1,
        _ => 3,
    });
    "&id=".len() + encoded.sum::<usize>()
}

/// The contacts of a response that were asked for. Another one, or one that cannot be read, hides none of them; where
/// nothing else is left, it is not known whether what was asked for is there.
fn contacts(
    list: ContactList,
    is_asked_for: impl Fn(&Contact) -> bool,
) -> Result<Vec<Contact>, Error> {
    let sent = list.contacts.len();
    let mut found = list.contacts;
    found.retain(is_asked_for);
    if !found.is_empty() || (sent == 0 && list.unreadable.is_none()) {
        return Ok(found);
    }
    // What was asked for may be what is unreadable; so nobody may take it for absent.
    match list.unreadable.or(list.odd) {
        Some(place) => Err(Error::unreadable_at(&place)),
        None => Err(Error::of_another_contact_at("data[0]")),
    }
}

/// What a create is known by: the external id, else the email.
#[derive(Clone, Copy)]
pub(crate) struct Identity<'a> {
    pub(crate) email: &'a str,
    pub(crate) external_id: Option<&'a str>,
}

impl Identity<'_> {
    /// Whether a contact can be the one that a create has just made: it has the external id, if one was sent, and the
    /// email, which nobody can have changed yet.
    pub(crate) fn is_just_made(self, contact: &Contact) -> bool {
        let has_id = self
            .external_id
            .is_none_or(|id| contact.has_external_id(id));
        has_id && contact.has_email(self.email)
    }
}

/// The contacts of an identity.
pub(crate) async fn by_identity(
    call: &Call<'_>,
    identity: Identity<'_>,
) -> Result<Vec<Contact>, Error> {
    match identity.external_id {
        Some(id) => by_external_ids(call, &vec![id.to_owned()]).await,
        None => by_email(call, identity.email).await,
    }
}

/// What the contacts that were found mean for a create: the event, and the contacts that it is about.
pub(crate) fn judge(proof: &Proof, mut found: Vec<Contact>) -> (Event, Vec<Contact>) {
    let ours = found.iter().position(|contact| proof.holds_for(contact));
    let event = Event::of_found(found.len(), ours.is_some());
    if let Some(ours) = ours {
        found = vec![found.swap_remove(ours)];
    }
    (event, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(id: i64, email: &str) -> Contact {
        let sent = serde_json::json!({"id": id, "attributes": {"email": email}});
        Contact::read_leniently(&sent).expect("a contact")
    }

    #[test]
    fn one_contact_hides_no_other_and_counts_as_none() {
        let (ada, bob) = ("ada@example.test", "bob@example.test");
        let place = Some("data[0].id");
        let other = Err(ErrorKind::UnreadableResponse);
        for (emails, unreadable, found) in [
            (&[][..], None, Ok(0)),
            (&[ada], None, Ok(1)),
            (&[ada, bob], None, Ok(1)),
            (&[ada, ada], place, Ok(2)),
            (&[bob], None, other),
            (&[], place, other),
            (&[bob], place, other),
        ] {
            let list = ContactList {
                contacts: emails.iter().map(|email| contact(1, email)).collect(),
                unreadable: unreadable.map(str::to_owned),
                odd: None,
            };
            let result = contacts(list, |contact| contact.has_email(ada));
            let result = result
                .map(|found| found.len())
                .map_err(|error| error.kind());
            assert_eq!(result, found, "{emails:?} {unreadable:?}");
        }
    }

    #[test]
    fn a_part_is_as_long_as_a_url_may_be() {
        let ids = ["a".repeat(6), "b".repeat(6), "c".repeat(6)];
        for (most, room, length) in [
            (usize::MAX, 30, 3),
            (usize::MAX, 29, 2),
            (usize::MAX, 0, 1),
            (2, 30, 2),
            (0, 30, 1),
        ] {
            assert_eq!(part_length(&ids, most, room), length, "{most} {room}");
        }
    }

    #[test]
    fn ids_are_as_long_as_they_are_encoded() {
        for id in ["r_4d87b39b68fdc855", "a b+c", "ä/€%&=", "*-._~!'()"] {
            let mut url = reqwest::Url::parse("http://a/?x").expect("a URL");
            let before = url.as_str().len();
            url.query_pairs_mut().append_pair("id", id);
            assert_eq!(length_in_url(id), url.as_str().len() - before, "{id}");
        }
    }
}
