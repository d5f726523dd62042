//! Questions that a caller asks of an error most often.

use crate::error::{Error, ErrorKind};
use crate::policy::retry;

impl Error {
    /// Whether what was to be sent is wrong, found before anything was sent.
    pub fn is_input(&self) -> bool {
        self.kind() == ErrorKind::Input
    }

    /// Whether no connection could be made.
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// Whether a time limit ran out. [`delivery`](Self::delivery) says whether the request may have been executed.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether there is no such contact, or the token may not see it.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// Whether a contact with this email or external id exists already.
    pub fn is_duplicate(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId
        )
    }

    /// Whether the token is wrong, has expired or lacks a scope, or cannot be renewed, or is of another organization: every
    /// other call would fail in the same way.
    pub fn is_auth(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Unauthorized
                | ErrorKind::Forbidden
                | ErrorKind::LoginRequired
                | ErrorKind::OtherOrganization
        )
    }

    /// Whether Drift asked for fewer calls, and no attempt or time was left to wait.
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }

    /// Whether a create may have been executed, and no look-up could show whether it was. Keep the
    /// [`ticket`](Self::ticket).
    pub fn is_unresolved(&self) -> bool {
        self.kind() == ErrorKind::Unresolved
    }

    /// Whether any call may be made again as it stands, after the wait of [`next_action`](Self::next_action): the
    /// request was not executed, and neither the input nor the token is the reason.
    ///
    /// False after an unknown delivery, since an error does not know its call. A call that changes nothing, or nothing
    /// more by a second execution, may be made again then too; after a create [`resolve`](crate::Contacts::resolve) the
    /// ticket first. The client has retried by itself before it returns an error.
    ///
    /// ```
    /// let error = drift::Client::new("").expect_err("no token");
    /// assert!(error.is_input() && !error.is_retryable());
    /// ```
    pub fn is_retryable(&self) -> bool {
        let may_help = !self.is_input() && !self.is_auth();
        may_help && retry::may_retry(self.delivery(), self.is_rate_limited(), false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Inner;
    use crate::policy::delivery::Delivery;

    type Predicate = (&'static str, fn(&Error) -> bool);

    const PREDICATES: [Predicate; 9] = [
        ("input", Error::is_input),
        ("connect", Error::is_connect),
        ("timeout", Error::is_timeout),
        ("not_found", Error::is_not_found),
        ("duplicate", Error::is_duplicate),
        ("auth", Error::is_auth),
        ("rate_limited", Error::is_rate_limited),
        ("unresolved", Error::is_unresolved),
        ("retryable", Error::is_retryable),
    ];

    #[test]
    fn every_kind_says_yes_to_what_it_is() {
        use {Delivery::*, ErrorKind as Kind};
        for (kind, delivery, yes) in [
            (Kind::Input, NotSent, "input"),
            (Kind::Connect, NotSent, "connect retryable"),
            (Kind::Timeout, NotSent, "timeout retryable"),
            (Kind::Timeout, Unknown, "timeout"),
            (Kind::Interrupted, Unknown, ""),
            (Kind::DuplicateEmail, Refused, "duplicate"),
            (Kind::DuplicateExternalId, Refused, "duplicate"),
            (Kind::InvalidRequest, Refused, ""),
            (Kind::Unauthorized, Refused, "auth"),
            (Kind::Forbidden, Refused, "auth"),
            (Kind::Credentials, NotSent, "retryable"),
            (Kind::LoginRequired, Refused, "auth"),
            (Kind::LoginRequired, NotSent, "auth"),
            (Kind::OtherOrganization, NotSent, "auth"),
            (Kind::OtherOrganization, Refused, "auth"),
            (Kind::NotFound, Refused, "not_found"),
            (Kind::RateLimited, Refused, "rate_limited retryable"),
            (Kind::Server, Unknown, ""),
            (Kind::Redirected, Unknown, ""),
            (Kind::UnreadableResponse, Done, ""),
            (Kind::NotDrift, Unknown, ""),
            (Kind::Ambiguous, Done, ""),
            (Kind::Unresolved, Unknown, "unresolved"),
        ] {
            let error = Error::new(Inner::bare(kind, delivery));
            let said = PREDICATES.iter().filter(|(_, is)| is(&error));
            let said: Vec<&str> = said.map(|(word, _)| *word).collect();
            assert_eq!(said.join(" "), yes, "{kind} {delivery}");
        }
    }
}
