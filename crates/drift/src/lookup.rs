//! Finding contacts, and telling what a look-up says about a create in doubt.

use drift_sdk::types;

use crate::attempt::Operation;
use crate::call::{Deadline, within};
use crate::client::Client;
use crate::contact::Contact;
use crate::error::Error;
use crate::options::CallOptions;
use crate::protocol::Event;
use crate::ticket::{Proof, Ticket};

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

/// The contacts of the identity that a ticket names: by external id, else by email.
pub(crate) async fn by_ticket(
    client: &Client,
    options: &CallOptions,
    deadline: Deadline,
    ticket: &Ticket,
) -> Result<Vec<Contact>, Error> {
    match &ticket.external_id {
        Some(id) => by_external_ids(client, options, deadline, &vec![id.clone()]).await,
        None => by_email(client, options, deadline, &ticket.email).await,
    }
}

/// Whether a contact has the identity that a ticket names. Emails are compared without case.
pub(crate) fn is_of(ticket: &Ticket, contact: &Contact) -> bool {
    match &ticket.external_id {
        Some(id) => contact.has_external_id(id),
        None => has_email(contact, &ticket.email),
    }
}

/// Whether a contact can be the one that a create has just made: it has the external id, if one was sent, and the
/// email, which nobody can have changed yet.
pub(crate) fn is_just_made(ticket: &Ticket, contact: &Contact) -> bool {
    is_of(ticket, contact) && has_email(contact, &ticket.email)
}

fn has_email(contact: &Contact, email: &str) -> bool {
    contact
        .email()
        .is_some_and(|its| is_same_email(its.trim(), email.trim()))
}

/// Most are of ASCII, or equal as they stand; only the rest is worth two copies.
fn is_same_email(one: &str, other: &str) -> bool {
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
