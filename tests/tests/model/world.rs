//! What there is in the world that the protocol is explored in, and what can happen next: contacts in a server, and
//! creators that each drive a [`Protocol`].

use drift::protocol::{Bounds, Claim, Event, Goal, Protocol, Step};

/// What a creator asks for, and what would prove a contact to be its own. All share one email address.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub external_id: Option<u8>,
    pub proof: Proof,
    pub goal: Goal,
}

/// What would prove that a creator made a contact, as the library judges it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A random external id that no other creator has used so far.
    FreshId,
    /// A stamp in the contact.
    Stamp,
    /// Nothing.
    None,
}

/// What there is, and how far everybody is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    pub contacts: Vec<Contact>,
    pub creators: Vec<Creator>,
}

/// A contact in the server.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Contact {
    pub external_id: Option<u8>,
    /// The creator whose request made it; none if it was there before.
    pub maker: Option<usize>,
    /// Whether look-ups see it yet.
    pub indexed: bool,
    /// Whether the check of uniqueness sees it yet.
    pub checked: bool,
    /// The creators whose update it has, as bits.
    pub updated_by: u8,
}

/// Names a contact, wherever it stands in the list.
pub type Name = (Option<u8>, Option<usize>);

impl Contact {
    pub fn name(&self) -> Name {
        (self.external_id, self.maker)
    }
}

/// One call of `create`, `ensure` or `upsert`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Creator {
    pub protocol: Protocol,
    pub stage: Stage,
    /// Requests that the creator no longer waits for, and that may still arrive.
    pub delayed: u8,
    pub restarts_left: u8,
    /// A request was delivered twice: the first was executed, and the response to the second says that it was not.
    /// Nothing can show that to the creator: a documented limit.
    pub deceived: bool,
    /// The contact that the last look-up found.
    pub found: Option<Name>,
    /// A request may have been executed, and no look-up has succeeded since.
    pub blind: bool,
    /// It sent while it was blind.
    pub sent_blindly: bool,
    /// An event brought it no nearer to its end.
    pub stuck: bool,
}

/// What a creator waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    Idle,
    Sending,
    Responding(Reply),
    LookingUp { after: u32 },
    Updating,
    UpdateResponding,
    Ended(End),
}

/// What the server responded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    Created,
    Duplicate,
}

/// What is reported to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    Claim(Claim),
    /// A contact of this identity exists, and it is not what the caller wants.
    Duplicate,
    /// A contact of this identity exists, and no look-up shows it.
    Unseen,
    /// The last refusal: it is known that nothing was made.
    Failed,
    /// An error with a ticket.
    InDoubt,
}

/// What can happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Start(usize),
    /// The server executes the request.
    Execute(usize),
    /// No byte was sent.
    NotSent(usize),
    /// 429, with or without `Retry-After`.
    RateLimited(usize),
    /// Any refusal that is no conflict.
    Refuse(usize),
    /// The request is lost, or the server fails before it commits.
    LoseRequest(usize),
    /// The creator's time limit runs out, and the request is still on its way.
    Delay(usize),
    /// A delayed request is executed.
    Arrive(usize),
    /// The network delivers the request twice, and hands back the second response.
    ExecuteTwice(usize),
    /// The same, where the second response puts the request off.
    ExecuteThenRateLimit(usize),
    /// The same, where the second response refuses the request.
    ExecuteThenRefuse(usize),
    /// A filter responds in the server's place, before the work was done.
    FilterRequest(usize),
    /// A filter responds in the server's place, after the work was done.
    FilterResponse(usize),
    /// The response arrives.
    Deliver(usize),
    /// The response is lost, broken, or of another kind.
    LoseResponse(usize),
    LookUp(usize),
    FailLookUp(usize),
    LookUpRefused(usize),
    ExecuteUpdate(usize),
    UpdateNotSent(usize),
    RefuseUpdate(usize),
    LoseUpdate(usize),
    DeliverUpdate(usize),
    /// No time is left, or the caller wants no more to be sent.
    Stop(usize),
    /// The caller drops the leader and an equal call takes over, or the process dies and resumes.
    Restart(usize),
    /// The index shows a contact.
    Index(usize),
    /// The check of uniqueness sees a contact.
    Check(usize),
}

impl Creator {
    pub fn take(&mut self, step: Step, event: Option<Event>) {
        let unknown = self.protocol.may_be_executed();
        self.stage = match step {
            Step::Send => {
                self.sent_blindly |= self.blind;
                Stage::Sending
            }
            Step::LookUp { after } => Stage::LookingUp { after },
            Step::Update => Stage::Updating,
            Step::Claim(claim) => Stage::Ended(End::Claim(claim)),
            Step::Fail if event.is_some_and(shows_a_contact) => Stage::Ended(End::Duplicate),
            Step::Fail | Step::GiveUp if unknown => Stage::Ended(End::InDoubt),
            Step::Fail => Stage::Ended(End::Failed),
            Step::GiveUp => Stage::Ended(End::Unseen),
        };
    }

    /// How far it is from its end at most: sends that are left, then the stage of this send, then what is left of the
    /// stage. It must shrink with every event, so that there is an end.
    pub fn distance(&self, bounds: Bounds) -> (u32, u8, u32) {
        let sends = bounds.sends.saturating_sub(self.protocol.sent()) + 1;
        let updates = bounds.sends.saturating_sub(self.protocol.updates());
        match self.stage {
            Stage::Idle => (u32::MAX, 0, 0),
            Stage::Sending | Stage::Responding(_) => (sends, 3, 0),
            Stage::LookingUp { after } => (sends, 2, bounds.look_ups.saturating_sub(after)),
            Stage::Updating | Stage::UpdateResponding => (sends, 1, updates),
            Stage::Ended(_) => (0, 0, 0),
        }
    }
}

/// Whether a failure after this event says that a contact of the identity exists.
fn shows_a_contact(event: Event) -> bool {
    matches!(
        event,
        Event::Duplicate
            | Event::Found { .. }
            | Event::FoundSeveral
            | Event::UpdateRefused
            | Event::UpdateNotExecuted
    )
}
