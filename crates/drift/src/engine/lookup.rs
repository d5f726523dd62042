//! Finding contacts, and telling what a look-up says about a create in doubt.

use drift_sdk::types;

use crate::client::Client;
use crate::engine::attempt::Operation;
use crate::engine::call::{Deadline, within};
use crate::error::Error;
use crate::model::contact::Contact;
use crate::model::ticket::Proof;
use crate::options::CallOptions;
use crate::policy::protocol::Event;

const BY_EMAIL: Operation = Operation::reading("contacts.find_by_email").of_no_contact();
const BY_EXTERNAL_ID: Operation =
    Operation::reading("contacts.find_by_external_id").of_no_contact();

/// The most contacts that are asked for by email: clients of Drift stay at 100 or less.
const LIMIT: i32 = 100;

/// The contacts with an email address.
pub(crate) async fn by_email(
    client: &Client,
    options: &CallOptions,
    deadline: Deadline,
    email: &str,
) -> Result<Vec<Contact>, Error> {
    let run = |sdk: drift_sdk::Client| async move {
        sdk.find_contacts(Some(email), None, None, Some(LIMIT))
            .await
    };
    let answer = within(client, options, BY_EMAIL, deadline, run).await?;
    contacts(answer, |contact| has_email(contact, email))
}

/// The contacts with one of your own ids.
pub(crate) async fn by_external_ids(
    client: &Client,
    options: &CallOptions,
    deadline: Deadline,
    ids: &Vec<String>,
) -> Result<Vec<Contact>, Error> {
    let kind = types::FindIdType::External;
    let run = |sdk: drift_sdk::Client| async move {
        sdk.find_contacts(None, Some(ids), Some(kind), None).await
    };
    let answer = within(client, options, BY_EXTERNAL_ID, deadline, run).await?;
    contacts(answer, |contact| {
        ids.iter().any(|id| contact.has_external_id(id))
    })
}

/// The contacts of an answer, each of which must be one that was asked for.
fn contacts(
    answer: types::ContactListResponse,
    is_asked_for: impl Fn(&Contact) -> bool,
) -> Result<Vec<Contact>, Error> {
    let found: Vec<Contact> = answer.data.into_iter().map(Contact::new).collect();
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
        has_id && has_email(contact, self.email)
    }
}

/// The contacts of an identity.
pub(crate) async fn by_identity(
    client: &Client,
    options: &CallOptions,
    deadline: Deadline,
    identity: Identity<'_>,
) -> Result<Vec<Contact>, Error> {
    match identity.external_id {
        Some(id) => by_external_ids(client, options, deadline, &vec![id.to_owned()]).await,
        None => by_email(client, options, deadline, identity.email).await,
    }
}

fn has_email(contact: &Contact, email: &str) -> bool {
    contact.email().is_some_and(|its| is_same_email(its, email))
}

/// Without case, and without white space around. Most are equal as they stand, or of ASCII; only the rest is worth two
/// copies.
fn is_same_email(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (one, other) = (one.trim(), other.trim());
    one.eq_ignore_ascii_case(other) || one.to_lowercase() == other.to_lowercase()
}

/// What the contacts that were found say: the event, and the contact that it is about.
pub(crate) fn judge(proof: &Proof, mut found: Vec<Contact>) -> (Event, Vec<Contact>) {
    if let Some(ours) = found.iter().position(|contact| is_ours(proof, contact)) {
        return (Event::Found { ours: true }, vec![found.swap_remove(ours)]);
    }
    let event = match found.len() {
        0 => Event::Absent,
        1 => Event::Found { ours: false },
        _ => Event::FoundSeveral,
    };
    (event, found)
}

fn is_ours(proof: &Proof, contact: &Contact) -> bool {
    match proof {
        Proof::FreshId => true,
        Proof::Stamp { attribute, value } => {
            contact.value(attribute).and_then(|stamp| stamp.as_str()) == Some(value)
        }
        Proof::None => false,
    }
}
