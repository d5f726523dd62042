//! What was seen of one request of a safe write, and what it means for the [protocol](crate::policy::protocol).

use crate::error::{Error, ErrorKind};
use crate::model::contact::Contact;
use crate::policy::delivery::Delivery;
use crate::policy::protocol::Event;

/// What was seen of one request.
#[derive(Debug)]
pub struct Seen {
    pub(super) event: Event,
    pub(super) contact: Option<Contact>,
    pub(super) several: Vec<Contact>,
    pub(super) error: Option<Error>,
}

/// The requests that a safe write makes.
#[derive(Clone, Copy)]
pub(super) enum Request {
    Create,
    LookUp,
    Update,
}

/// What an error means for the protocol. Errors become events here and nowhere else.
///
/// A refusal that may have been given after the work was done is [`Event::MaybeRefused`] for a create.
fn event_of(request: Request, error: &Error) -> Event {
    let is_duplicate = matches!(
        error.kind(),
        ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId
    );
    let not_executed = match error.delivery() {
        // What cannot be sent as it is cannot be sent again either.
        Delivery::NotSent => error.kind() != ErrorKind::Input,
        Delivery::Refused => error.kind() == ErrorKind::RateLimited,
        Delivery::Unknown | Delivery::Done => false,
    };
    let in_doubt = matches!(error.delivery(), Delivery::Unknown | Delivery::Done);
    match request {
        Request::Create if error.may_hide_execution() => Event::MaybeRefused,
        Request::Create if not_executed => Event::NotExecuted,
        Request::Create if in_doubt => Event::InDoubt,
        Request::Create if is_duplicate => Event::Duplicate,
        Request::Create => Event::Refused,
        Request::LookUp if error.is_final() => Event::LookUpRefused,
        Request::LookUp => Event::LookUpFailed,
        Request::Update if not_executed => Event::UpdateNotExecuted,
        Request::Update if error.is_final() => Event::UpdateRefused,
        Request::Update if in_doubt => Event::UpdateInDoubt,
        Request::Update => Event::UpdateRefused,
    }
}

impl Seen {
    pub(super) fn failed(request: Request, error: Error) -> Self {
        Self {
            error: Some(error.clone()),
            ..Self::of(event_of(request, &error), None)
        }
    }

    pub(super) fn of(event: Event, contact: Option<Contact>) -> Self {
        Self {
            event,
            contact,
            several: Vec::new(),
            error: None,
        }
    }

    /// What it means for the protocol.
    pub fn event(&self) -> Event {
        self.event
    }

    /// The failure of the request, if it failed.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }
}
