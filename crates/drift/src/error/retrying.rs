//! What the engine asks of an error before it sends a request again.

use std::time::Duration;

use crate::error::{Error, ErrorKind, Inner, Success};
use crate::next_action::NextAction;
use crate::policy::delivery::{self, Delivery, ResponseBody};
use crate::policy::token_refusal;

impl Error {
    /// Whether every attempt would fail like this one until somebody changes a setting.
    pub(crate) fn is_permanent(&self) -> bool {
        let is_unsent = self.delivery() == Delivery::NotSent;
        is_unsent
            && matches!(
                self.0.next_action,
                Some(
                    NextAction::CheckBaseUrl
                        | NextAction::CheckCertificates
                        | NextAction::CheckProxy
                )
            )
    }

    /// Whether the request may have been executed although the response refuses it. It is not sent again, since it would
    /// be refused again; a create is looked up once.
    pub(crate) fn may_hide_execution(&self) -> bool {
        let response = self.0.status.zip(self.0.body);
        self.0.may_be_another_requests
            || response.is_some_and(|(status, body)| delivery::may_hide_execution(status, body))
    }

    /// Whether the same request would fail in the same way again: it was refused, and not put off, or cannot be sent.
    pub(crate) fn is_final(&self) -> bool {
        let refused = self.delivery() == Delivery::Refused && self.kind() != ErrorKind::RateLimited;
        refused || self.may_hide_execution() || self.kind() == ErrorKind::Input
    }

    /// Whether a success came whole and could not be read, so that another one would read no better.
    pub(crate) fn is_unreadable_success(&self) -> bool {
        let whole = matches!(
            self.kind(),
            ErrorKind::UnreadableResponse | ErrorKind::NotDrift
        );
        whole && matches!(self.status(), Some(200..=299))
    }

    /// Whether the request was refused for its token, and not executed.
    pub(crate) fn refuses_token(&self) -> bool {
        token_refusal::is_about_the_token(self.status(), self.code(), self.error_type())
    }

    /// The same failure, where it stood in the way of a request that was not sent for it: what a response said, it did
    /// not say of that request. It stays final where it is.
    pub(crate) fn before_it_was_sent(self) -> Self {
        let is_refusal = self.is_final() && self.kind() != ErrorKind::Input;
        Self::new(Inner {
            delivery: match is_refusal {
                true => Delivery::Refused,
                false => Delivery::NotSent,
            },
            body: None,
            must_not_repeat: false,
            ..(*self.0).clone()
        })
    }

    /// Whether a success began. Where it cannot be read, the same request would only be executed a second time.
    pub(crate) fn is_of_success(&self) -> bool {
        self.delivery() >= Delivery::Unknown && matches!(self.status(), Some(200..=299))
    }

    /// Whether a success that cannot be read has no contact, as a 204 has none.
    pub(crate) fn has_no_contact(&self) -> bool {
        self.0.success == Some(Success::Empty)
    }

    /// Whether a success that cannot be read is Drift's: then the request was executed.
    pub(crate) fn is_executed(&self) -> bool {
        matches!(self.0.success, Some(Success::Empty | Success::Drifts))
    }

    /// Whether a success that cannot be read may be another server's: then nobody knows whether the request was executed.
    pub(crate) fn is_foreign_success(&self) -> bool {
        self.0.success == Some(Success::Foreign)
    }

    /// The same, in doubt where it may be another server's success.
    pub(crate) fn in_doubt_if_foreign(self) -> Self {
        match self.is_foreign_success() {
            true => self.with_delivery(Delivery::Unknown),
            false => self,
        }
    }

    /// Whether Drift says that there is no such contact. A 404 that is not Drift's, or not whole, does not say it.
    pub(crate) fn is_drifts_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound && self.0.body == Some(ResponseBody::Readable)
    }

    /// A request that was not sent, since Drift has asked this client for a pause that takes longer than it can wait.
    pub(crate) fn rate_limited_before_it_was_sent(pause: Option<Duration>) -> Self {
        Self::new(Inner {
            retry_after: pause,
            ..Inner::bare(ErrorKind::RateLimited, Delivery::NotSent)
        })
    }

    /// The same failure, where this is known of what was to be written.
    pub(crate) fn with_delivery(self, delivery: Delivery) -> Self {
        Self::new(Inner {
            delivery,
            ..(*self.0).clone()
        })
    }

    /// The same failure of a call whose earlier requests ended like this: what they may have done, this one cannot undo.
    pub(crate) fn after(self, earlier: Delivery) -> Self {
        if earlier <= self.delivery() {
            return self;
        }
        self.with_delivery(earlier)
    }
}
