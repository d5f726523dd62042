//! What one request says of Drift as a whole: whether it responds, asks for fewer requests, cannot be reached, or refuses
//! the token. What it says of its row is the protocol's matter.

use drift::protocol::Event;
use drift::{Delivery, ErrorKind, Seen};

/// What a request says of Drift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signal {
    /// It responds.
    Responds,
    /// No usable response came.
    Silent,
    /// It asks for fewer requests. The request was not executed: it is made again at a slower pace.
    RateLimited,
    /// Nothing was sent. The request is made again later.
    Unreachable,
    /// The token is refused; the import cannot continue.
    NotAllowed,
    /// Another server refused the request, as it will refuse every other; the import cannot continue.
    NotDrift,
}

/// Reads the signal of what was seen.
pub(super) fn signal(seen: &Seen) -> Signal {
    let error = seen.error().map(|error| (error.kind(), error.delivery()));
    match (seen.event(), error) {
        (Event::MaybeRefused, _) => Signal::Silent,
        (_, Some((ErrorKind::RateLimited, _))) => Signal::RateLimited,
        _ if seen.error().is_some_and(drift::Error::is_auth) => Signal::NotAllowed,
        (_, Some((ErrorKind::Input, _))) => Signal::Silent,
        (_, Some((_, Delivery::NotSent))) => Signal::Unreachable,
        (_, Some((ErrorKind::NotDrift, Delivery::Refused))) => Signal::NotDrift,
        (_, Some((_, Delivery::Unknown | Delivery::Done))) => Signal::Silent,
        (_, Some((_, Delivery::Refused)) | None) => Signal::Responds,
    }
}
