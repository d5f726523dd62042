//! What is known about a request that failed: decided from how far it got and what came back.

use serde::{Deserialize, Serialize};

/// What is known about a request that failed. In the order of how much may have been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// No byte of it can have been acted on: it did not leave, or the server says that it was not processed (421, 425).
    /// Sending it again cannot double anything.
    ///
    /// It is about this request: a copy that the network made of an earlier one is not excluded.
    NotSent,
    /// The server refused it. Nothing was changed.
    ///
    /// The limit: where the network delivered the request twice and this is the response to the second one, the first may
    /// have been executed. A duplicate is looked up for that where a proof can show it; no other refusal shows it.
    Refused,
    /// It may or may not have been executed. Look before sending it again.
    Unknown,
    /// It was executed (a 2xx), but the body of the response was lost or could not be used.
    Done,
}

/// How far a request got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The host's name was being looked up.
    Resolve,
    /// A connection was being made.
    Connect,
    /// The TLS handshake was being made.
    Tls,
    /// The request may have been on its way, whole or in part.
    Sending,
    /// The whole request was on its way, and no response had begun.
    Waiting,
    /// Status and headers had come; the body was being read, or was there.
    Reading,
}

/// What is known of the body of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseBody {
    /// It was read whole and is JSON as Drift sends it with this status.
    Readable,
    /// It broke off, was too long, or is something else.
    Unreadable,
}

/// Decides what is known of a request.
///
/// `status` is the status of the response, if one began; `error_type` is `error.type` of its body. The table that this
/// function is tested with is `tests/vectors/delivery.json`, for clients in other languages to run too.
///
/// | Status | Body | Delivery |
/// | --- | --- | --- |
/// | 2xx | any | `Done` |
/// | 421, 425 | any | `NotSent` |
/// | 429, and the 503 that means it | any | `Refused` |
/// | 401, 404, 405, 407, 411, 413, 414, 415, 417, 431 | any | `Refused` |
/// | 408 | any | `Unknown` |
/// | another 4xx | Drift's | `Refused` |
/// | another 4xx | not Drift's | `Unknown` |
/// | 3xx, 5xx | any | `Unknown` |
///
/// ```
/// use drift::delivery::{ResponseBody, Delivery, Phase, decide};
///
/// let lost = decide(Phase::Waiting, None, ResponseBody::Unreadable, None);
/// assert_eq!(lost, Delivery::Unknown);
/// ```
pub fn decide(
    phase: Phase,
    status: Option<u16>,
    body: ResponseBody,
    error_type: Option<&str>,
) -> Delivery {
    match (phase, status) {
        (Phase::Resolve | Phase::Connect | Phase::Tls, None) => Delivery::NotSent,
        (_, None) => Delivery::Unknown,
        (_, Some(status)) => decide_by_status(status, body, error_type),
    }
}

fn decide_by_status(status: u16, body: ResponseBody, error_type: Option<&str>) -> Delivery {
    match status {
        200..=299 => Delivery::Done,
        // By their definition the request was not processed, and may be sent again as it stands.
        421 | 425 => Delivery::NotSent,
        429 => Delivery::Refused,
        // Some gateways say "too many requests" with a 503; only its type tells it from an outage.
        503 if error_type == Some(RATE_LIMIT) => Delivery::Refused,
        // These are decided before a request is executed, so who says them does not matter.
        401 | 404 | 405 | 407 | 411 | 413 | 414 | 415 | 417 | 431 => Delivery::Refused,
        // A server that waited too long for one of its own may say this of a request that is executed later.
        408 => Delivery::Unknown,
        400..=499 if body == ResponseBody::Readable => Delivery::Refused,
        _ => Delivery::Unknown,
    }
}

/// Whether a refusal may come from something between here and the server that gave it after the work was done, as some
/// filters do: a 400, 403 or 422 whose body is not Drift's.
///
/// The request is not sent again, since it would be refused again. A create is looked up once.
///
/// ```
/// use drift::delivery::{ResponseBody, may_hide_execution};
///
/// assert!(may_hide_execution(403, ResponseBody::Unreadable));
/// assert!(!may_hide_execution(403, ResponseBody::Readable)); // Drift's own
/// assert!(!may_hide_execution(401, ResponseBody::Unreadable)); // decided before anything is executed
/// ```
pub fn may_hide_execution(status: u16, body: ResponseBody) -> bool {
    matches!(status, 400 | 403 | 422) && body == ResponseBody::Unreadable
}

/// Whether a refusal may be the response to the request that an HTTP client has made of a redirect to the same URL, which
/// nothing in the response shows: a `GET`, or the same request again.
///
/// What is refused for its token or its size would have been refused before it was redirected.
pub(crate) fn may_be_of_a_redirect(status: u16) -> bool {
    matches!(status, 400 | 403 | 404 | 405 | 422)
}

/// `error.type` of a response that limits the rate.
/// Source: <https://devdocs.drift.com/docs/data-and-errors>.
pub const RATE_LIMIT: &str = "rate_limit";
