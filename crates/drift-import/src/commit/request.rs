//! One request for a row: a create, an update or a look-up, and how it ended.

use drift::{Contact, ContactId, Contacts, Delivery, ErrorKind, Outcome};

use crate::commit::job::Job;
use crate::commit::settle::{Match, Progress, Seen};
use crate::input::value::row::{Row, email_key};

/// How one request ended.
pub(crate) enum Attempt {
    /// It tells something about the row.
    Seen(Seen),
    /// The server asks for fewer requests; send it again at a slower pace.
    RateLimited(drift::Error),
    /// Nothing was sent; send it again later.
    Unreachable(drift::Error),
    /// The token is refused; the import cannot go on.
    NotAllowed(drift::Error),
}

/// Creates the contact.
pub(crate) async fn create(contacts: &Contacts, job: &Job, progress: &mut Progress) -> Attempt {
    progress.sends += 1;
    match contacts.create(job.new.clone()).await {
        Ok(Outcome::Created(contact) | Outcome::Recovered(contact)) => {
            Attempt::Seen(Seen::Created(contact.id()))
        }
        Ok(Outcome::Existed(contact)) => {
            // The library found it after a response was lost.
            progress.lost = true;
            Attempt::Seen(matches(job, &[contact]))
        }
        Err(error) => {
            let rate_limited = error.kind() == ErrorKind::RateLimited;
            if error.delivery() == Delivery::NotSent || rate_limited || is_elsewhere(&error) {
                progress.sends -= 1;
            }
            // A filter may refuse with a 403 what was done.
            progress.lost |= error.delivery() == Delivery::Unknown;
            failed(error, Seen::Lost)
        }
    }
}

/// Changes a contact that is there.
pub(crate) async fn update(
    contacts: &Contacts,
    job: &Job,
    progress: &mut Progress,
    contact: ContactId,
) -> Attempt {
    progress.sends += 1;
    let row = job.row.as_deref().cloned();
    let changes = row.map(Row::changes).unwrap_or_default();
    if changes.is_empty() {
        return Attempt::Seen(Seen::Updated(contact));
    }
    match contacts.update(contact, changes).await {
        Ok(_) => Attempt::Seen(Seen::Updated(contact)),
        Err(error) if error.delivery() == Delivery::Done => Attempt::Seen(Seen::Updated(contact)),
        Err(error) => match failed(error, Seen::UpdateLost(contact)) {
            Attempt::Seen(Seen::Duplicate) => Attempt::Seen(Seen::Refused(
                "another contact has what the update would set".to_owned(),
            )),
            attempt => attempt,
        },
    }
}

/// Looks up the contacts that have the row's identity.
pub(crate) async fn look_up(contacts: &Contacts, job: &Job) -> Attempt {
    let found = match &job.external_id {
        Some(id) => contacts.find_by_external_ids([id]).await,
        None => contacts.find_by_email(job.new.email()).await,
    };
    match found {
        Ok(contacts) => {
            let own: Vec<Contact> = contacts
                .into_iter()
                .filter(|contact| is_of(job, contact))
                .collect();
            Attempt::Seen(matches(job, &own))
        }
        Err(error) => match failed(error, Seen::LookUpFailed) {
            Attempt::Seen(_) => Attempt::Seen(Seen::LookUpFailed),
            attempt => attempt,
        },
    }
}

/// Whether a contact has the row's identity: its external id, or else its email.
fn is_of(job: &Job, contact: &Contact) -> bool {
    match &job.external_id {
        Some(id) => contact.external_id().as_ref() == Some(id),
        None => contact.email().map(email_key) == Some(email_key(job.new.email())),
    }
}

fn matches(job: &Job, contacts: &[Contact]) -> Seen {
    let stamp = job
        .stamp
        .as_ref()
        .map(|stamp| (stamp.attribute.as_str(), stamp.value.as_str()));
    let found: Vec<Match> = contacts
        .iter()
        .map(|contact| Match::of(contact, stamp))
        .collect();
    if found.is_empty() {
        Seen::Nobody
    } else {
        Seen::Found(found)
    }
}

/// Whether another server refused the request, which says nothing of the row: it may be Drift's turn again soon.
fn is_elsewhere(error: &drift::Error) -> bool {
    (error.kind(), error.delivery()) == (ErrorKind::NotDrift, Delivery::Refused)
}

/// What an error means for the row; `lost` is what it means where the request may have been executed.
fn failed(error: drift::Error, lost: Seen) -> Attempt {
    match (error.kind(), error.delivery()) {
        (ErrorKind::Input, _) => Attempt::Seen(Seen::Refused(error.to_string())),
        (ErrorKind::RateLimited, _) => Attempt::RateLimited(error),
        (ErrorKind::Unauthorized | ErrorKind::Forbidden, _) => Attempt::NotAllowed(error),
        (ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId, _) => {
            Attempt::Seen(Seen::Duplicate)
        }
        (_, Delivery::NotSent) => Attempt::Unreachable(error),
        _ if is_elsewhere(&error) => Attempt::Unreachable(error),
        (_, Delivery::Refused) => Attempt::Seen(Seen::Refused(error.to_string())),
        (_, Delivery::Unknown | Delivery::Done) => Attempt::Seen(lost),
    }
}
