//! Look-ups: by email, by external id, and by what a create is known by.

use drift_sdk::types;

use crate::engine::call::Call;
use crate::engine::operation::Operation;
use crate::error::Error;
use crate::model::contact::Contact;
use crate::model::contact_id::ContactId;
use crate::model::decoding::ContactList;
use crate::model::matches::Matches;
use crate::model::proof::Proof;
use crate::policy::protocol::Event;

pub(crate) const BY_ID: Operation = Operation::reading("contacts.get");
pub(crate) const BY_EMAIL: Operation =
    Operation::reading("contacts.find_by_email").without_contact();
pub(crate) const BY_EXTERNAL_ID: Operation =
    Operation::reading("contacts.find_by_external_id").without_contact();

/// The most contacts that are asked for by email: clients of Drift stay at 100 or less.
const LIMIT: i32 = 100;

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
    Err(Error::of_another_contact())
}

/// The contacts with an email address. `call` is the call that this look-up is, or is a part of.
pub(crate) async fn by_email(call: &Call<'_>, email: &str) -> Result<Matches, Error> {
    let method = |sdk: drift_sdk::Client| async move {
        sdk.find_contacts(Some(email), None, None, Some(LIMIT))
            .await
    };
    let list = call.part(BY_EMAIL).send(method).await?;
    let may_be_more = list.contacts.len() >= LIMIT as usize;
    let found = contacts(list, |contact| contact.has_email(email))?;
    Ok(Matches::new(found, may_be_more))
}

/// The contacts with some of the caller's own ids, by one call.
pub(super) async fn by_external_ids(
    call: &Call<'_>,
    ids: &Vec<String>,
) -> Result<Vec<Contact>, Error> {
    let kind = types::FindIdType::External;
    let method = |sdk: drift_sdk::Client| async move {
        sdk.find_contacts(None, Some(ids), Some(kind), None).await
    };
    let list = call.part(BY_EXTERNAL_ID).send(method).await?;
    contacts(list, |contact| {
        ids.iter().any(|id| contact.has_external_id(id))
    })
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
    match list.unreadable {
        _ if !found.is_empty() => Ok(found),
        Some(place) => Err(Error::unreadable_at(&place)),
        None if sent > 0 => Err(Error::of_another_contact()),
        None => Ok(found),
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
        None => by_email(call, identity.email).await.map(Matches::into_vec),
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
    use crate::error::ErrorKind;

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
            };
            let result = contacts(list, |contact| contact.has_email(ada));
            let result = result
                .map(|found| found.len())
                .map_err(|error| error.kind());
            assert_eq!(result, found, "{emails:?} {unreadable:?}");
        }
    }
}
