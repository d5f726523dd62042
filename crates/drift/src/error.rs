//! The one error type: what happened, what is known of the request, and what to do next.

pub(crate) mod conversions;
mod kind;
mod making;
mod predicates;
mod retrying;
mod serialize;
mod words;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use self::kind::ErrorKind;
pub(crate) use self::making::{Success, Unconfirmed, unreadable_sentence};
use crate::model::contact_id::ContactId;
use crate::model::ticket::Ticket;
use crate::next_action::NextAction;
use crate::policy::delivery::{Delivery, ResponseBody};

/// A failure of a call, or of what was to be sent. Cheap to clone; `Display` is one sentence.
///
/// Neither `Display` nor `Debug` holds personal data or a token. What the server wrote may; it is in
/// [`server_message`](Self::server_message), for where you decide to show it.
///
/// ```no_run
/// # async fn example(client: drift::Client, new: drift::NewContact) {
/// use drift::{Delivery, ErrorKind};
///
/// match client.contacts().create(new).await {
///     Ok(outcome) => println!("{}", outcome.contact().id()),
///     Err(error) if error.kind() == ErrorKind::DuplicateEmail => println!("known already"),
///     Err(error) if error.delivery() == Delivery::Unknown => println!("ask again later: {error}"),
///     Err(error) => println!("{error}; next: {}", error.next_action()),
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
pub(crate) struct Inner {
    pub(crate) kind: ErrorKind,
    pub(crate) delivery: Delivery,
    pub(crate) detail: Option<String>,
    pub(crate) status: Option<u16>,
    /// What is known of the body of the response, if one began.
    pub(crate) body: Option<ResponseBody>,
    /// The response is a success that cannot be read.
    pub(crate) success: Option<Success>,
    /// It may be the response to what the HTTP client made of a redirect.
    pub(crate) may_be_another_requests: bool,
    /// A second execution of the call would do it twice.
    pub(crate) must_not_repeat: bool,
    pub(crate) code: Option<String>,
    /// `error.type` of the response.
    pub(crate) error_type: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) server_message: Option<String>,
    pub(crate) candidates: Vec<ContactId>,
    pub(crate) ticket: Option<Ticket>,
    /// What to do, where the kind alone does not say it.
    pub(crate) next_action: Option<NextAction>,
    /// Why the last look-up of a create in doubt has failed.
    pub(crate) look_up: Option<Error>,
    pub(crate) source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// How long to wait where the server does not say: 1,000 ms.
pub(crate) const DEFAULT_WAIT: Duration = Duration::from_millis(1_000);

impl Error {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// Something is wrong with what was to be sent. The sentence must not contain the input.
    pub(crate) fn input(sentence: impl fmt::Display) -> Self {
        Self::new(Inner {
            detail: Some(sentence.to_string()),
            ..Inner::bare(ErrorKind::Input, Delivery::NotSent)
        })
    }

    /// What happened.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What is known of the request.
    pub fn delivery(&self) -> Delivery {
        self.0.delivery
    }

    /// The status of the response, if one came.
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// Drift's code, `CONTACT-1` to `CONTACT-11`, wherever in the response it stood.
    /// Source: <https://devdocs.drift.com/docs/contact-errors>.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// `error.type` as Drift sent it, such as `validation_error`; `None` where the response is not in Drift's words.
    pub fn error_type(&self) -> Option<&str> {
        self.0.error_type.as_deref()
    }

    /// The server's id of the call, from `X-Request-Id` and its like, for a report.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// What the server wrote, up to 4,096 bytes. It may hold personal data.
    pub fn server_message(&self) -> Option<&str> {
        self.0.server_message.as_deref()
    }

    /// The contacts that match, when there are several.
    pub fn candidates(&self) -> &[ContactId] {
        &self.0.candidates
    }

    /// What resolves the create later, after one whose delivery is unknown.
    pub fn ticket(&self) -> Option<&Ticket> {
        self.0.ticket.as_ref()
    }

    /// What the last response of an unresolved create said, such as that the network asks to sign in. Once is enough where
    /// look-ups say the same.
    fn cause_sentence(&self) -> Option<&str> {
        let source = self
            .0
            .source
            .as_deref()
            .filter(|_| self.kind() == ErrorKind::Unresolved);
        let cause = source?.downcast_ref::<Self>()?;
        let look_up = self.0.look_up.as_ref();
        let cause = cause.0.detail.as_deref();
        cause.filter(|cause| look_up.is_none_or(|error| error.0.detail.as_deref() != Some(cause)))
    }

    /// What keeps a ticket from being resolved, which must change first: look-ups are refused, or do not come to Drift. A
    /// token that was refused for the create is refused for look-ups too.
    fn obstacle(&self) -> Option<NextAction> {
        if self.kind() == ErrorKind::Unresolved && self.0.next_action.is_some() {
            return self.0.next_action;
        }
        let create = self.0.source.as_deref();
        let create = create.and_then(|cause| cause.downcast_ref::<Self>());
        let refused = create.filter(|error| error.kind() == ErrorKind::Unauthorized);
        let error = self.0.look_up.as_ref().or(refused)?;
        match error.kind() {
            ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::NotDrift
            | ErrorKind::Redirected => Some(error.next_action()),
            _ => None,
        }
    }

    /// What to do about it.
    pub fn next_action(&self) -> NextAction {
        let may_be_done = matches!(self.delivery(), Delivery::Unknown | Delivery::Done);
        if may_be_done && self.ticket().is_some() {
            return self.obstacle().unwrap_or(NextAction::LookUp);
        }
        if may_be_done && self.0.must_not_repeat {
            return NextAction::CheckInDrift;
        }
        if let Some(action) = self.0.next_action {
            return action;
        }
        match self.kind() {
            ErrorKind::Input
            | ErrorKind::InvalidRequest
            | ErrorKind::NotFound
            | ErrorKind::Ambiguous => NextAction::FixInput,
            ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::Credentials
            | ErrorKind::OtherOrganization => NextAction::AskAdmin,
            ErrorKind::Unresolved | ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId => {
                NextAction::LookUp
            }
            ErrorKind::LoginRequired => NextAction::LogIn,
            ErrorKind::NotDrift | ErrorKind::Redirected => NextAction::CheckBaseUrl,
            ErrorKind::UnreadableResponse => NextAction::Report,
            ErrorKind::Connect
            | ErrorKind::Timeout
            | ErrorKind::Interrupted
            | ErrorKind::RateLimited
            | ErrorKind::Server => NextAction::Wait(self.retry_after().unwrap_or(DEFAULT_WAIT)),
        }
    }
}

impl Inner {
    pub(crate) fn bare(kind: ErrorKind, delivery: Delivery) -> Self {
        Self {
            kind,
            delivery,
            detail: None,
            status: None,
            body: None,
            success: None,
            may_be_another_requests: false,
            must_not_repeat: false,
            code: None,
            error_type: None,
            request_id: None,
            retry_after: None,
            server_message: None,
            candidates: Vec::new(),
            ticket: None,
            next_action: None,
            look_up: None,
            source: None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        match &inner.detail {
            Some(detail) => formatter.write_str(detail)?,
            None => formatter.write_str(inner.kind.sentence())?,
        }
        if let Some(cause) = self.cause_sentence() {
            write!(formatter, "; {cause}")?;
        }
        if let Some(look_up) = &inner.look_up {
            write!(formatter, "; looking for it failed: {look_up}")?;
        }
        let mut facts = Vec::new();
        facts.extend(inner.status.map(|status| format!("status {status}")));
        facts.extend(inner.code.clone());
        facts.extend(inner.request_id.as_ref().map(|id| format!("request {id}")));
        if !facts.is_empty() {
            write!(formatter, " ({})", facts.join(", "))?;
        }
        Ok(())
    }
}

/// With the message, since a `main` that returns the error prints this.
impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("message", &self.to_string())
            .field("kind", &self.0.kind)
            .field("delivery", &self.0.delivery)
            .field("retry_after", &self.0.retry_after)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_done_and_must_not_be_done_twice_is_checked_first() {
        let action = |kind, delivery, must_not_repeat| {
            Error::new(Inner {
                must_not_repeat,
                ..Inner::bare(kind, delivery)
            })
            .next_action()
        };
        let wait = NextAction::Wait(DEFAULT_WAIT);
        let (check, url) = (NextAction::CheckInDrift, NextAction::CheckBaseUrl);
        let (admin, report) = (NextAction::AskAdmin, NextAction::Report);
        for (kind, delivery, once, repeatable) in [
            (ErrorKind::Timeout, Delivery::Unknown, check, wait),
            (ErrorKind::Server, Delivery::Unknown, check, wait),
            (ErrorKind::Interrupted, Delivery::Done, check, wait),
            (ErrorKind::Redirected, Delivery::Unknown, check, url),
            (ErrorKind::UnreadableResponse, Delivery::Done, check, report),
            (ErrorKind::Connect, Delivery::NotSent, wait, wait),
            (ErrorKind::RateLimited, Delivery::Refused, wait, wait),
            (ErrorKind::Unauthorized, Delivery::Refused, admin, admin),
        ] {
            assert_eq!(action(kind, delivery, true), once, "{kind:?}");
            assert_eq!(action(kind, delivery, false), repeatable, "{kind:?}");
        }
    }
}
