//! A contact that was written, as Drift responds to a create, and the header that says what became of it.

use drift::protocol::Claim;
use drift::{Contact, Outcome, Upserted, Written};

use super::{Body, Reply};

pub(crate) fn of_outcome(outcome: &Outcome) -> Reply {
    of_contact(outcome.contact(), outcome.as_str())
}

pub(crate) fn of_upserted(upserted: &Upserted) -> Reply {
    of_contact(upserted.contact(), upserted.as_str())
}

pub(crate) fn of_written(written: &Written) -> Reply {
    let outcome = match written.claim {
        Claim::Created => "created",
        Claim::Recovered => "recovered",
        Claim::Existed => "existed",
        Claim::Updated => "updated",
    };
    of_contact(&written.contact, outcome)
}

fn of_contact(contact: &Contact, outcome: &'static str) -> Reply {
    Reply {
        outcome: Some(outcome.into()),
        ..Reply::with_body(200, Body::Contact(contact.clone()))
    }
}
