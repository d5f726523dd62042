//! What is known about a request that failed: decided from how far it got and what came back.

use serde::{Deserialize, Serialize};

/// What is known about a request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// No byte of it can have been acted on. Sending it again cannot double anything.
    ///
    /// It is about this request: a copy that the network made of an earlier one is not excluded.
    NotSent,
    /// The server refused it. Nothing was changed.
    ///
    /// The limit: where the network delivered the request twice and this is the response to the second one, the first may
    /// have been executed. A duplicate is looked up for that where a proof can tell; no other refusal shows it.
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
    /// It was read whole and is the JSON that the contract declares for its status.
    Readable,
    /// It broke off, was too long, or is something else.
    Unreadable,
}

/// Decides what is known of a request.
///
/// `status` is the status of the response, if one began; `error_type` is `error.type` of its body. The table that this
/// function is tested with is `tests/vectors/delivery.json`, for clients in other languages to run too.
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
        429 => Delivery::Refused,
        // Some gateways say "too many requests" with a 503; only its type tells it from an outage.
        503 if error_type == Some(RATE_LIMIT) => Delivery::Refused,
        400..=499 if body == ResponseBody::Readable => Delivery::Refused,
        _ => Delivery::Unknown,
    }
}

/// `error.type` of a response that limits the rate.
/// Source: <https://devdocs.drift.com/docs/data-and-errors>.
pub const RATE_LIMIT: &str = "rate_limit";
