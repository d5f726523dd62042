//! One request for a row: a create, an update or a look-up, and what came of it.

use drift::{Contact, ContactId, Contacts, Delivery, ErrorKind, Outcome};

use crate::commit::job::Job;
use crate::commit::settle::{Match, Progress, Seen};
use crate::input::value::row::{Row, email_key};

/// What came of one request, before it is judged.
pub(crate) enum Answer {
    Seen(Seen),
    /// Nothing was sent, or the server put it off; do it again at a slower pace.
    PutOff(drift::Error),
    Unreachable(drift::Error),
    NotAllowed(drift::Error),
}

/// Creates the contact.
pub(crate) async fn create(contacts: &Contacts, job: &Job, progress: &mut Progress) -> Answer {
    progress.sends += 1;
    match contacts.create(job.new.clone()).await {
        Ok(Outcome::Created(contact) | Outcome::Recovered(contact)) => {
            Answer::Seen(Seen::Created(contact.id()))
        }
        Ok(Outcome::Existed(contact)) => {
            // The library found it after an answer was lost.
            progress.lost = true;
            Answer::Seen(matches(job, &[contact]))
        }
        Err(error) => {
            if error.delivery() == Delivery::NotSent || error.kind() == ErrorKind::RateLimited {
                progress.sends -= 1;
            }
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
) -> Answer {
    progress.sends += 1;
    let row = job.row.as_deref().cloned();
    let changes = row.map(Row::changes).unwrap_or_default();
    if changes.is_empty() {
        return Answer::Seen(Seen::Updated(contact));
    }
    match contacts.update(contact, changes).await {
        Ok(_) => Answer::Seen(Seen::Updated(contact)),
        Err(error) if error.delivery() == Delivery::Done => Answer::Seen(Seen::Updated(contact)),
        Err(error) => match failed(error, Seen::UpdateLost(contact)) {
            Answer::Seen(Seen::Duplicate) => Answer::Seen(Seen::Refused(
                "another contact has what the update would set".to_owned(),
            )),
            answer => answer,
        },
    }
}

/// Looks up whoever has the row's identity.
pub(crate) async fn look(contacts: &Contacts, job: &Job) -> Answer {
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
            Answer::Seen(matches(job, &own))
        }
        Err(error) => match failed(error, Seen::LookUpFailed) {
            Answer::Seen(_) => Answer::Seen(Seen::LookUpFailed),
            answer => answer,
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

/// What a failure says; `lost` is what it means where the request may have been executed.
fn failed(error: drift::Error, lost: Seen) -> Answer {
    match (error.kind(), error.delivery()) {
        (ErrorKind::Input, _) => Answer::Seen(Seen::Refused(error.to_string())),
        (ErrorKind::RateLimited, _) => Answer::PutOff(error),
        (ErrorKind::Unauthorized | ErrorKind::Forbidden, _) => Answer::NotAllowed(error),
        (ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId, _) => {
            Answer::Seen(Seen::Duplicate)
        }
        (_, Delivery::NotSent) => Answer::Unreachable(error),
        (_, Delivery::Refused) => Answer::Seen(Seen::Refused(error.to_string())),
        (_, Delivery::Unknown | Delivery::Done) => Answer::Seen(lost),
    }
}
