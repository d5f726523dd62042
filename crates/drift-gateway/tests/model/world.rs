//! What there is, and what can happen next.

use drift::protocol::{Bounds, Claim, Event, Goal, Protocol, Step};
use drift_gateway::store::Repeatability;
use drift_gateway::store::lifecycle::{Grant, Lifecycle};

/// How often the caller asks, and the gateway crashes.
const ASKS: u8 = 3;
const CRASHES: u8 = 2;
const BOUNDS: Bounds = Bounds {
    sends: 2,
    look_ups: 2,
};

/// What a gateway may do wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flaw {
    None,
    /// It sends without a look-up after a crash.
    StartsFreshAfterACrash,
    /// It gives the request a new id after a crash.
    MakesTheBytesAnew,
    /// It replies before the response is stored.
    RepliesBeforeItStores,
}

/// A final response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Final {
    Created,
    Recovered,
    Existed,
    Conflict,
}

/// What the gateway has in memory.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Memory {
    Idle,
    Working {
        fence: i64,
        protocol: Protocol,
        step: Step,
        was_duplicate: bool,
    },
    /// The end is known and not stored.
    Ending {
        fence: i64,
        end: Option<Final>,
        in_doubt: bool,
    },
    Replying(Option<Final>),
}

/// What there is, and how far everybody is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    flaw: Flaw,
    has_proof: bool,
    may_come: bool,
    /// Contacts that requests of this key have made.
    pub made: u8,
    /// Somebody else has made the contact.
    has_strangers: bool,
    /// Requests that nobody waits for, and that may still arrive.
    late: u8,
    record: Option<Lifecycle>,
    pub stored: Option<Final>,
    memory: Memory,
    /// The caller waits for a response.
    is_waiting: bool,
    asks_left: u8,
    crashes_left: u8,
    pub received: Option<Final>,
    pub was_replayed: bool,
    pub has_crashed: bool,
    /// A request may have been executed, and no look-up has succeeded since.
    is_blind: bool,
    pub sent_blindly: bool,
    pub has_changed: bool,
    /// Requests of the key have had different ids.
    ids: u8,
}

/// What can happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The caller sends the request, or sends it again.
    Ask,
    /// The caller no longer waits.
    Disconnect,
    /// The gateway's response gets lost on its way to the caller.
    LoseReply,
    Reply,
    /// The gateway stores how the work ended.
    Store,
    /// The gateway dies.
    Crash,
    /// The request is executed, and the gateway dies before the response.
    ExecuteAndCrash,
    /// The request is on its way when the gateway dies.
    DelayAndCrash,
    Execute,
    ExecuteAndLose,
    LoseRequest,
    Delay,
    NotSent,
    Refuse,
    LookUp,
    /// The index does not show the contact yet.
    LookUpLags,
    FailLookUp,
    /// A request that nobody waits for arrives.
    Arrive,
    /// Somebody else creates the contact.
    Stranger,
}

impl World {
    pub fn new(has_proof: bool, has_stranger: bool, flaw: Flaw) -> Self {
        Self {
            flaw,
            has_proof,
            may_come: has_stranger,
            made: 0,
            has_strangers: false,
            late: 0,
            record: None,
            stored: None,
            memory: Memory::Idle,
            is_waiting: false,
            asks_left: ASKS,
            crashes_left: CRASHES,
            received: None,
            was_replayed: false,
            has_crashed: false,
            is_blind: false,
            sent_blindly: false,
            has_changed: false,
            ids: 1,
        }
    }

    /// Whether this response says what is so.
    pub fn is_true(&self, response: Final) -> bool {
        match response {
            Final::Created | Final::Recovered => self.made > 0,
            Final::Existed => self.made > 0 || self.has_strangers,
            Final::Conflict => self.made == 0 && self.has_strangers,
        }
    }

    pub fn actions(&self) -> Vec<Action> {
        let mut actions = Vec::new();
        let mut may = |is_possible: bool, more: &[Action]| {
            if is_possible {
                actions.extend_from_slice(more);
            }
        };
        let is_idle = self.memory == Memory::Idle;
        let is_done = self.received.is_some();
        may(
            !self.is_waiting && is_idle && self.asks_left > 0 && !is_done,
            &[Action::Ask],
        );
        may(self.is_waiting, &[Action::Disconnect]);
        may(self.late > 0, &[Action::Arrive]);
        may(
            self.may_come && !self.has_strangers && self.made == 0,
            &[Action::Stranger],
        );
        may(!is_idle && self.crashes_left > 0, &[Action::Crash]);
        match &self.memory {
            Memory::Idle => {}
            Memory::Replying(_) => may(true, &[Action::Reply, Action::LoseReply]),
            Memory::Ending { .. } => may(true, &[Action::Store]),
            Memory::Working {
                step: Step::Send, ..
            } => {
                may(
                    true,
                    &[Action::Execute, Action::ExecuteAndLose, Action::LoseRequest],
                );
                may(true, &[Action::Delay, Action::NotSent, Action::Refuse]);
                may(
                    self.crashes_left > 0,
                    &[Action::ExecuteAndCrash, Action::DelayAndCrash],
                );
            }
            Memory::Working { .. } => {
                may(
                    true,
                    &[Action::LookUp, Action::LookUpLags, Action::FailLookUp],
                );
            }
        }
        actions
    }

    pub fn happen(&mut self, action: Action) {
        match action {
            Action::Ask => self.ask(),
            Action::Disconnect => self.is_waiting = false,
            Action::Reply => self.reply(),
            Action::LoseReply => {
                self.is_waiting = false;
                self.memory = Memory::Idle;
            }
            Action::Store => self.store(),
            Action::Crash => self.crash(),
            Action::ExecuteAndCrash => {
                self.note_send();
                self.execute();
                self.is_blind = true;
                self.crash();
            }
            Action::DelayAndCrash => {
                self.note_send();
                self.late += 1;
                self.is_blind = true;
                self.crash();
            }
            Action::Execute => {
                self.note_send();
                let event = self.execute();
                self.report(event);
            }
            Action::ExecuteAndLose => {
                self.note_send();
                self.execute();
                self.doubt();
            }
            Action::LoseRequest => {
                self.note_send();
                self.doubt();
            }
            Action::Delay => {
                self.note_send();
                self.late += 1;
                self.doubt();
            }
            Action::NotSent => self.report(Event::NotExecuted),
            Action::Refuse => {
                self.note_send();
                self.report(Event::Refused);
            }
            Action::LookUp => {
                self.is_blind = false;
                let found = u8::from(self.made > 0) + u8::from(self.has_strangers);
                let is_proved = self.made > 0 && self.has_proof;
                self.report(Event::of_found(usize::from(found), is_proved));
            }
            Action::LookUpLags => {
                self.is_blind = false;
                self.report(Event::Absent);
            }
            Action::FailLookUp => self.report(Event::LookUpFailed),
            Action::Arrive => {
                self.late -= 1;
                self.execute();
            }
            Action::Stranger => self.has_strangers = true,
        }
    }

    /// Drift executes a request of the key: a contact of the identity refuses it.
    fn execute(&mut self) -> Event {
        let has_new_id = self.flaw == Flaw::MakesTheBytesAnew && self.ids > self.made;
        if (self.made > 0 || self.has_strangers) && !has_new_id {
            return Event::Duplicate;
        }
        self.made += 1;
        Event::Created
    }

    fn note_send(&mut self) {
        self.sent_blindly |= self.is_blind;
    }

    fn doubt(&mut self) {
        self.is_blind = true;
        self.report(Event::InDoubt);
    }

    /// One gateway: a lease that it finds is that of its own earlier life.
    fn ask(&mut self) {
        self.is_waiting = true;
        self.asks_left -= 1;
        let (fence, in_doubt) = match &mut self.record {
            None => {
                let record = Lifecycle::begin(Repeatability::AfterLookUp, 1);
                let fence = record.fence;
                self.record = Some(record);
                (fence, false)
            }
            Some(record) => match record.take(1, 1) {
                Grant::Leased { fence, in_doubt } => (fence, in_doubt),
                Grant::Settled => {
                    self.was_replayed = true;
                    self.memory = Memory::Replying(self.stored);
                    return;
                }
                Grant::Busy { .. } | Grant::Unresolved => {
                    self.memory = Memory::Replying(None);
                    return;
                }
            },
        };
        let mut protocol = Protocol::new(Goal::Create, BOUNDS).with_proof(self.has_proof);
        if in_doubt && self.flaw != Flaw::StartsFreshAfterACrash {
            protocol = protocol.in_doubt();
        }
        if in_doubt && self.flaw == Flaw::MakesTheBytesAnew {
            self.ids += 1;
        }
        let step = protocol.start();
        self.memory = Memory::Working {
            fence,
            protocol,
            step,
            was_duplicate: false,
        };
    }

    fn report(&mut self, event: Event) {
        let Memory::Working {
            fence,
            protocol,
            step,
            was_duplicate,
        } = &mut self.memory
        else {
            return;
        };
        *was_duplicate |= event == Event::Duplicate;
        *step = protocol.next(event);
        let end = match *step {
            Step::Send | Step::LookUp { .. } | Step::Update => return,
            Step::Claim(Claim::Created) => Some(Final::Created),
            Step::Claim(Claim::Recovered) => Some(Final::Recovered),
            Step::Claim(Claim::Existed | Claim::Updated) => Some(Final::Existed),
            // The last refusal is a duplicate, and nothing is in doubt.
            Step::Fail if *was_duplicate && !protocol.create_in_doubt() => Some(Final::Conflict),
            Step::Fail | Step::GiveUp => None,
        };
        let in_doubt = protocol.may_be_executed();
        self.memory = match self.flaw {
            Flaw::RepliesBeforeItStores => Memory::Replying(end),
            _ => Memory::Ending {
                fence: *fence,
                end,
                in_doubt,
            },
        };
    }

    fn store(&mut self) {
        let Memory::Ending {
            fence,
            end,
            in_doubt,
        } = self.memory
        else {
            return;
        };
        let record = self.record.as_mut().expect("a record");
        match end {
            Some(end) => {
                if record.settle(fence) {
                    self.has_changed |= self.stored.is_some_and(|stored| stored != end);
                    self.stored = Some(end);
                }
            }
            None => {
                record.release(fence, in_doubt);
            }
        }
        self.memory = Memory::Replying(end);
    }

    fn reply(&mut self) {
        if let Memory::Replying(Some(end)) = self.memory
            && self.is_waiting
        {
            self.received = Some(end);
        }
        self.is_waiting = false;
        self.memory = Memory::Idle;
    }

    fn crash(&mut self) {
        self.crashes_left -= 1;
        self.has_crashed = true;
        self.is_waiting = false;
        self.memory = Memory::Idle;
    }
}
