//! What there is: the record in the store, the replicas that work on it, and what Drift holds.

use drift::protocol::{Claim, Event, Protocol, Step};
use drift_gateway::store::lifecycle::{Lifecycle, Time};

/// A create that Drift executed; or a timeline post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Made {
    /// Which bytes it came from; none for a stranger's.
    pub request: Option<u8>,
    /// Whether a look-up sees it.
    pub seen: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    pub now: Time,
    pub record: Option<Lifecycle>,
    /// What every later caller is told.
    pub settled: Option<End>,
    pub made: Vec<Made>,
    /// Requests that are still on their way, though nobody waits for them.
    pub late: Vec<u8>,
    pub replicas: Vec<Replica>,
    pub calls_left: u8,
    pub crashes_left: u8,
    /// What came about, so that an exploration without it proves nothing.
    pub seen: Seen,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seen {
    pub taken_over: bool,
    pub lost: bool,
    pub sent_after_lease: bool,
    pub unresolved: bool,
}

/// How the work on a record ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    Claim(Claim),
    /// Nothing was made, and nothing will be.
    Failed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Replica {
    pub stage: Stage,
    pub fence: i64,
    /// The end of its lease, as it knows it.
    pub until: Time,
    /// When it must have ended its attempt, where nobody pauses.
    pub deadline: Option<Time>,
    pub protocol: Option<Protocol>,
    /// Which bytes it sends.
    pub request: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    Idle,
    /// About to do this.
    Ready(Step),
    /// Its lease lasts, so it is about to send.
    Checked,
    Sending,
    Responding(Event),
    /// About to write the final response.
    Settling(End),
    /// About to leave the key open.
    Releasing {
        may_be_executed: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// A caller calls, or calls again, through this replica.
    Call(usize),
    Renew(usize),
    Check(usize),
    Send(usize),
    Execute(usize),
    LoseRequest(usize),
    Delay(usize),
    NotExecuted(usize),
    Refuse(usize),
    Deliver(usize),
    LoseResponse(usize),
    LookUp(usize),
    FailLookUp(usize),
    Write(usize),
    Crash(usize),
    Arrive(usize),
    Index(usize),
    Tick,
}
