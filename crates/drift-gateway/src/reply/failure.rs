//! An error of the library in Drift's envelope: Drift's own status and words where it responded, the gateway's where it
//! did not.

use std::time::Duration;

use drift::{Delivery, Error, ErrorKind};

use super::Reply;

/// How long a caller waits before it asks again, where nobody says: 1 s.
pub(crate) const WAIT: Duration = Duration::from_secs(1);

impl From<&Error> for Reply {
    fn from(error: &Error) -> Self {
        let reply = match error.status() {
            _ if error.ticket().is_some() || error.kind() == ErrorKind::Unresolved => {
                unresolved(error.to_string())
            }
            Some(status @ 400..=599) if is_drifts(error) => in_drifts_words(error, status),
            _ => in_our_words(error),
        };
        Self {
            retry_after: error.retry_after().or(reply.retry_after),
            request_id: error.request_id().map(Box::from),
            ..reply
        }
    }
}

/// A write of which nobody knows whether it was executed.
pub(crate) fn unresolved(message: impl Into<String>) -> Reply {
    Reply::error(504, "unresolved", message)
}

/// A request that was not executed, and can be sent again as it is.
pub(crate) fn unavailable(message: impl Into<String>) -> Reply {
    Reply::error(503, "unavailable", message).after(WAIT)
}

/// A contact that is there, as Drift says, and that the caller would have got.
pub(crate) fn not_shown_yet() -> Reply {
    let sentence =
        "The contact exists, and look-ups do not show it yet; send the request again as it is";
    unresolved(sentence).after(WAIT)
}

/// Whether Drift has refused a create since the contact exists.
pub(crate) fn is_duplicate(error: &Error) -> bool {
    let kinds = [ErrorKind::DuplicateEmail, ErrorKind::DuplicateExternalId];
    error.status() == Some(409) && kinds.contains(&error.kind())
}

/// Whether the status is one that Drift, or whoever checks its tokens, has given for this request.
fn is_drifts(error: &Error) -> bool {
    !matches!(
        error.kind(),
        ErrorKind::NotDrift | ErrorKind::UnreadableResponse | ErrorKind::Interrupted
    )
}

/// Drift's type and sentence. A page of a proxy is not handed on.
fn in_drifts_words(error: &Error, status: u16) -> Reply {
    let sentence = || error.to_string();
    let Some(kind) = error.error_type() else {
        let reply = Reply::error(status, error.code().unwrap_or(kind_of(error)), sentence());
        return reply;
    };
    let message = error.server_message().map_or_else(sentence, str::to_owned);
    let reply = Reply::error(status, kind, message);
    match error.code() {
        Some(code) if code != kind => reply.with("code", code),
        _ => reply,
    }
}

/// Drift's word for such a failure, where it used none.
fn kind_of(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Unauthorized | ErrorKind::Forbidden => "authentication_error",
        ErrorKind::NotFound => "not_found",
        ErrorKind::RateLimited => "rate_limit",
        ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId | ErrorKind::Ambiguous => {
            "conflict"
        }
        ErrorKind::Input | ErrorKind::InvalidRequest => "validation_error",
        _ => "internal_error",
    }
}

fn in_our_words(error: &Error) -> Reply {
    let reply = |status| Reply::error(status, kind_of(error), error.to_string());
    match error.kind() {
        ErrorKind::Input => reply(400),
        ErrorKind::NotFound => reply(404),
        ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId | ErrorKind::Ambiguous => {
            reply(409)
        }
        ErrorKind::RateLimited => reply(429).after(WAIT),
        _ if matches!(error.delivery(), Delivery::Unknown | Delivery::Done) => {
            unresolved(error.to_string())
        }
        _ => unavailable(error.to_string()),
    }
}

/// Whether the reply to this error is final, so that a retry with the key must get the same: Drift refused the request as
/// it stands, and nothing is in doubt.
pub(crate) fn is_final(error: &Error) -> bool {
    let refused = matches!(error.status(), Some(400 | 409 | 422)) && is_drifts(error);
    let known = matches!(
        error.kind(),
        ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId | ErrorKind::InvalidRequest
    );
    known && (refused || error.status().is_none()) && error.delivery() == Delivery::Refused
}

/// Whether a delivery ends with this error: Drift refused the request as it stands, and neither time nor another token
/// would change that.
pub(crate) fn is_refused_for_good(error: &Error) -> bool {
    let is_lasting = !matches!(
        error.kind(),
        ErrorKind::Unauthorized
            | ErrorKind::Forbidden
            | ErrorKind::RateLimited
            | ErrorKind::Timeout
            | ErrorKind::NotDrift
    );
    let is_refused =
        matches!(error.status(), Some(400..=499)) && error.delivery() == Delivery::Refused;
    is_final(error) || (is_lasting && is_refused)
}
