//! Look-ups: by email, by external id, and by what a create is known by.

use drift_sdk::types;

use crate::engine::call::Call;
use crate::engine::operation::Operation;
use crate::error::{Error, ErrorKind};
use crate::model::contact::Contact;
use crate::model::proof::Proof;
use crate::policy::protocol::Event;

pub(crate) const BY_EMAIL: Operation =
    Operation::reading("contacts.find_by_email").without_contact();
pub(crate) const BY_EXTERNAL_ID: Operation =
    Operation::reading("contacts.find_by_external_id").without_contact();

/// The most contacts that are asked for by email: clients of Drift stay at 100 or less.
const LIMIT: i32 = 100;

/// The contacts with an email address. `call` is the call that this look-up is, or is a part of.
pub(crate) async fn by_email(call: &Call<'_>, email: &str) -> Result<Vec<Contact>, Error> {
    let method = |sdk: drift_sdk::Client| async move {
        sdk.find_contacts(Some(email), None, None, Some(LIMIT))
            .await
    };
    let response = call.part(BY_EMAIL).send_in_span(method).await?;
    contacts(response, |contact| contact.has_email(email))
}

/// The contacts with some of the caller's own ids, by one call.
async fn by_external_ids(call: &Call<'_>, ids: &Vec<String>) -> Result<Vec<Contact>, Error> {
    let kind = types::FindIdType::External;
    let method = |sdk: drift_sdk::Client| async move {
        sdk.find_contacts(None, Some(ids), Some(kind), None).await
    };
    let response = call.part(BY_EXTERNAL_ID).send_in_span(method).await?;
    contacts(response, |contact| {
        ids.iter().any(|id| contact.has_external_id(id))
    })
}

/// The contacts with some of the caller's own ids. Where Drift refuses a call (400), each half of the ids gets a call
/// of its own, since the most ids that Drift accepts is not documented.
pub(crate) async fn by_external_ids_in_parts(
    call: &Call<'_>,
    ids: Vec<String>,
) -> Result<Vec<Contact>, Error> {
    let (mut parts, mut found) = (vec![ids], Vec::new());
    while let Some(mut ids) = parts.pop() {
        match by_external_ids(call, &ids).await {
            Ok(contacts) => found.extend(contacts),
            Err(error) if ids.len() > 1 && error.kind() == ErrorKind::InvalidRequest => {
                parts.push(ids.split_off(ids.len() / 2));
                parts.push(ids);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// The contacts of a response, each of which must be one that was asked for.
fn contacts(
    response: types::ContactListResponse,
    is_asked_for: impl Fn(&Contact) -> bool,
) -> Result<Vec<Contact>, Error> {
    let found: Vec<Contact> = response.data.into_iter().map(Contact::new).collect();
    if found.iter().all(is_asked_for) {
        return Ok(found);
    }
    Err(Error::of_another_contact())
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
