//! How errors are made that are more than a kind and a sentence.

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use crate::error::{DEFAULT_WAIT, Error, ErrorKind, Inner};
use crate::model::contact::Contact;
use crate::model::ticket::Ticket;
use crate::next_action::NextAction;
use crate::policy::delivery::Delivery;

/// Why it is not known whether a ticket belongs to the organization of a token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unconfirmed {
    /// The ticket does not name its own; that of the token, where it is known.
    NotInTicket(Option<i64>),
    /// Nobody says which one the token is of.
    NotOfToken,
}

/// What a success that cannot be read shows of who gave it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Success {
    /// It has no contact and needs none, as a 204.
    Empty,
    /// It has `data`, as Drift's have.
    Drifts,
    /// It may be anybody's.
    Foreign,
}

/// Names the place in a response that cannot be read, and no value of it.
pub(crate) fn unreadable_sentence(path: &str) -> String {
    format!("the response does not match Drift's contract, at `{path}`")
}

/// How long to wait for look-ups to show a contact: 5,000 ms, as long as the look-ups of a write take.
const INDEX_WAIT: Duration = Duration::from_millis(5_000);

impl Error {
    /// The request cannot be built. The cause is not shown, since it may hold what was to be sent.
    pub(crate) fn unbuildable() -> Self {
        Self::input(
            "the request cannot be built; is an id or a value too long, or the base URL wrong?",
        )
    }

    /// A success that cannot be read at this place, such as `data[0].id`.
    pub(crate) fn unreadable_at(path: &str) -> Self {
        Self::unreadable(unreadable_sentence(path))
    }

    /// The response has something else than was expected, as this sentence says.
    pub(crate) fn unreadable(sentence: impl ToString) -> Self {
        Self::new(Inner {
            detail: Some(sentence.to_string()),
            ..Inner::bare(ErrorKind::UnreadableResponse, Delivery::Done)
        })
    }

    /// A failure of which nothing more is known.
    pub(crate) fn of_kind(kind: ErrorKind, delivery: Delivery) -> Self {
        Self::new(Inner::bare(kind, delivery))
    }

    /// A response has another contact than was asked for, at this place: a cache or a proxy has mixed two responses up.
    pub(crate) fn of_another_contact_at(path: &str) -> Self {
        Self::new(Inner {
            detail: Some(format!(
                "the response has another contact than was asked for, at `{path}`"
            )),
            ..Inner::bare(ErrorKind::UnreadableResponse, Delivery::Done)
        })
    }

    /// A create may have been executed, and there was no time to find out.
    pub(crate) fn unresolved(ticket: Ticket) -> Self {
        Self::new(Inner {
            ticket: Some(ticket),
            ..Inner::bare(ErrorKind::Unresolved, Delivery::Unknown)
        })
    }

    /// A ticket of another token cannot be resolved by this one.
    pub(crate) fn unconfirmed(ticket: Ticket, why: Unconfirmed) -> Self {
        let detail = "it is not known whether the contact was created: the token is another one than the ticket's, and ";
        let why = match why {
            Unconfirmed::NotInTicket(Some(organization)) => {
                format!("the ticket does not name its organization (the token's is {organization})")
            }
            Unconfirmed::NotInTicket(None) => {
                "the ticket does not name its organization".to_owned()
            }
            Unconfirmed::NotOfToken => "Drift does not name its organization".to_owned(),
        };
        Self::new(Inner {
            detail: Some(format!(
                "{detail}{why}; resolve it with the ticket's own token"
            )),
            ticket: Some(ticket),
            next_action: Some(NextAction::AskAdmin),
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
}
