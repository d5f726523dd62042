//! The one error type: what happened, what is known of the request, and what to do next.

pub(crate) mod conversions;
mod kind;
mod predicates;
mod retrying;
mod serialize;
mod words;

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use kind::ErrorKind;

use crate::model::contact::Contact;
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
    /// The response is a success without a contact in it, as a 204 is.
    pub(crate) has_no_contact: bool,
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
    pub(crate) source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// How long to wait where the server does not say: 1,000 ms.
const DEFAULT_WAIT: Duration = Duration::from_millis(1_000);
/// How long to wait for look-ups to show a contact: 5,000 ms, as long as the look-ups of a write take.
const INDEX_WAIT: Duration = Duration::from_millis(5_000);

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

    /// The request cannot be built. The cause is not shown, since it may hold what was to be sent.
    pub(crate) fn unbuildable() -> Self {
        Self::input(
            "the request cannot be built; is an id or a value too long, or the base URL wrong?",
        )
    }

    /// A success that cannot be read at this place, such as `data[0].id`.
    pub(crate) fn unreadable_at(path: &str) -> Self {
        Self::new(Inner {
            detail: Some(unreadable_sentence(path)),
            ..Inner::bare(ErrorKind::UnreadableResponse, Delivery::Done)
        })
    }

    /// A failure of which nothing more is known.
    pub(crate) fn of_kind(kind: ErrorKind, delivery: Delivery) -> Self {
        Self::new(Inner::bare(kind, delivery))
    }

    /// A response has another contact than was asked for: a cache or a proxy has mixed two responses up.
    pub(crate) fn of_another_contact() -> Self {
        Self::of_kind(ErrorKind::UnreadableResponse, Delivery::Done)
    }

    /// A create may have been executed, and there was no time to find out.
    pub(crate) fn unresolved(ticket: Ticket) -> Self {
        Self::new(Inner {
            ticket: Some(ticket),
            ..Inner::bare(ErrorKind::Unresolved, Delivery::Unknown)
        })
    }

    /// The same, where nothing shows whether the create was executed all the same.
    pub(crate) fn in_doubt(&self, ticket: Ticket) -> Self {
        Self::new(Inner {
            delivery: Delivery::Unknown,
            ticket: Some(ticket),
            ..(*self.0).clone()
        })
    }

    /// A duplicate whose contact no look-up shows yet.
    pub(crate) fn not_visible_yet(&self) -> Self {
        let detail = "the contact exists, and look-ups do not show it yet";
        Self::new(Inner {
            detail: Some(detail.to_owned()),
            next_action: Some(NextAction::Wait(INDEX_WAIT)),
            ..(*self.0).clone()
        })
    }

    /// An update that may have been executed, of a contact that exists. The same call may be made again.
    pub(crate) fn update_in_doubt(&self) -> Self {
        let detail = "the contact exists, and it is not known whether it was updated";
        Self::new(Inner {
            detail: Some(detail.to_owned()),
            delivery: Delivery::Unknown,
            next_action: Some(NextAction::Wait(DEFAULT_WAIT)),
            ..(*self.0).clone()
        })
    }

    /// Several contacts are there, or one that must not be.
    pub(crate) fn of_several(kind: ErrorKind, delivery: Delivery, candidates: &[Contact]) -> Self {
        Self::new(Inner {
            candidates: candidates.iter().map(Contact::id).collect(),
            ..Inner::bare(kind, delivery)
        })
    }

    /// A failure to get an access token, for your own [`Credentials`](crate::credentials::Credentials). Its kind is
    /// [`Credentials`](ErrorKind::Credentials), and the cause becomes its [`source`](StdError::source).
    ///
    /// ```
    /// use drift::{Error, ErrorKind};
    ///
    /// let error = Error::no_token("the vault is sealed");
    /// assert_eq!(error.kind(), ErrorKind::Credentials);
    /// assert!(error.is_retryable());
    /// ```
    pub fn no_token(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Inner {
            source: Some(Arc::from(cause.into())),
            ..Inner::bare(ErrorKind::Credentials, Delivery::NotSent)
        })
    }

    /// The refresh token was refused before.
    pub(crate) fn login_required() -> Self {
        Self::of_kind(ErrorKind::LoginRequired, Delivery::Refused)
    }

    /// The same failure of an exchange of tokens, which says that a login is required.
    pub(crate) fn into_login_required(self) -> Self {
        Self::new(Inner {
            kind: ErrorKind::LoginRequired,
            delivery: Delivery::Refused,
            detail: None,
            ..(*self.0).clone()
        })
    }

    /// The same failure of an exchange of tokens, which says that the app is not known.
    pub(crate) fn into_unknown_app(self) -> Self {
        Self::new(Inner {
            kind: ErrorKind::Unauthorized,
            delivery: Delivery::Refused,
            detail: Some("Drift refused the client id or the client secret".to_owned()),
            ..(*self.0).clone()
        })
    }

    /// The token is of another organization than the one before it.
    pub(crate) fn other_organization(before: i64, now: Option<i64>) -> Self {
        let now = now.map_or_else(
            || "of an organization that Drift does not name".to_owned(),
            |now| format!("of organization {now}"),
        );
        Self::new(Inner {
            detail: Some(format!(
                "the new access token is {now}, and the one before it was of organization {before}; nothing was sent with it"
            )),
            ..Inner::bare(ErrorKind::OtherOrganization, Delivery::Refused)
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

    /// What the last response of an unresolved create said, such as that the network asks to sign in.
    fn cause_sentence(&self) -> Option<&str> {
        let source = self
            .0
            .source
            .as_deref()
            .filter(|_| self.kind() == ErrorKind::Unresolved);
        source?.downcast_ref::<Self>()?.0.detail.as_deref()
    }

    /// What to do about it.
    pub fn next_action(&self) -> NextAction {
        if let Some(action) = self.0.next_action {
            return action;
        }
        let may_be_done = matches!(self.delivery(), Delivery::Unknown | Delivery::Done);
        if may_be_done && self.ticket().is_some() {
            return NextAction::LookUp;
        }
        if may_be_done && self.0.must_not_repeat {
            return NextAction::CheckInDrift;
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

/// Names the place in a response that cannot be read, and no value of it.
pub(crate) fn unreadable_sentence(path: &str) -> String {
    format!("the response does not match Drift's contract, at `{path}`")
}

impl Inner {
    pub(crate) fn bare(kind: ErrorKind, delivery: Delivery) -> Self {
        Self {
            kind,
            delivery,
            detail: None,
            status: None,
            body: None,
            has_no_contact: false,
            must_not_repeat: false,
            code: None,
            error_type: None,
            request_id: None,
            retry_after: None,
            server_message: None,
            candidates: Vec::new(),
            ticket: None,
            next_action: None,
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

impl fmt::Debug for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("delivery", &self.0.delivery)
            .field("status", &self.0.status)
            .field("code", &self.0.code)
            .field("request_id", &self.0.request_id)
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
