//! The pace of an account, shared by all replicas: together they have no more requests in flight than one was allowed.

use std::time::Duration;

use drift::pace::Waiting;

/// What a replica saw since it last asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaceEvent {
    /// How long ago the request was sent.
    pub sent_ago: Duration,
    /// What became of it.
    pub seen: Seen,
}

/// What became of a request, as far as the pace is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It had a response.
    Success,
    /// A 429, with its `Retry-After`.
    RateLimited(Option<Duration>),
    /// It could not be delivered, or the server fails.
    Unreachable(Waiting),
}

/// What a replica may do until it asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaceShare {
    /// How many requests this replica may have in flight.
    pub slots: u32,
    /// How many all replicas may have in flight together.
    pub window: u32,
    /// How long nothing may be sent, from now.
    pub pause: Duration,
    /// Why, where there is a pause.
    pub waiting: Option<Waiting>,
    /// How long the slots are this replica's; it asks again before.
    pub valid_for: Duration,
}
