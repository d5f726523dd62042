//! Create and verify, as a pure state machine: no I/O, no clock, no randomness. The client drives it, a model checker
//! explores it, and a client in another language can copy it.
//!
//! The one rule: **no create is sent again while its delivery is unknown without looking first.** After a response was
//! lost the contact is looked up. Only when no look-up finds it is the request sent again. Should the first request
//! arrive late, the server's own rule against duplicates refuses one of the two.

use serde::{Deserialize, Serialize};

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Send the create, after a backoff unless it is the first attempt.
    Send,
    /// Look the contact up; `after` is how many look-ups of this round came before, and decides the wait.
    LookUp {
        /// Look-ups of this round so far.
        after: u32,
    },
    /// End well.
    Claim(Claim),
    /// End with the failure that was last reported: it is known that the create was not executed.
    Fail,
    /// End with an error whose delivery is unknown, and a ticket.
    GiveUp,
}

/// What is claimed of the contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The server responded that it created the contact.
    Created,
    /// A response was lost. The contact was found, and it is proved that this call made it.
    Recovered,
    /// The contact is there, and nothing proves that this call made it.
    Existed,
}

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A 2xx with the contact that was sent.
    #[serde(rename = "answered")]
    Created,
    /// The request was not executed, and may be sent again: no byte of it was sent, or the rate limit was reached (429).
    NotExecuted,
    /// A 409: a contact with this identity exists.
    Duplicate,
    /// Any other refusal.
    Refused,
    /// The request may have been executed: no response came, or a 2xx that could not be read or had another contact.
    InDoubt,
    /// The look-up found the contact; `ours` is true only when it is proved that this call made it.
    Found {
        /// Whether it is proved that this call made the contact.
        ours: bool,
    },
    /// The look-up found several contacts, and none is proved to be ours.
    FoundSeveral,
    /// The look-up found nothing.
    Absent,
    /// The look-up failed.
    LookUpFailed,
}

impl Event {
    /// What a look-up saw that found so many contacts. `ours` says that one of them is proved to be made by this call.
    pub fn of_found(contacts: usize, ours: bool) -> Self {
        match contacts {
            _ if ours => Self::Found { ours: true },
            0 => Self::Absent,
            1 => Self::Found { ours: false },
            _ => Self::FoundSeveral,
        }
    }
}

/// What the caller wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Goal {
    /// A new contact; one that exists is a refusal.
    #[default]
    Create,
    /// The contact, new or not.
    Ensure,
}

/// How often to try, and to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bounds {
    /// The most creates to send.
    pub sends: u32,
    /// The look-ups of one round.
    pub look_ups: u32,
}

/// The state of one safe create.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Protocol {
    goal: Goal,
    bounds: Bounds,
    sent: u32,
    looked: u32,
    in_doubt: bool,
    surely_there: bool,
}

impl Protocol {
    /// A create of which nothing has been sent.
    pub fn new(goal: Goal, bounds: Bounds) -> Self {
        Self {
            goal,
            bounds,
            sent: 0,
            looked: 0,
            in_doubt: false,
            surely_there: false,
        }
    }

    /// A create of which an earlier attempt may have been executed.
    #[must_use]
    pub fn in_doubt(mut self) -> Self {
        self.in_doubt = true;
        self
    }

    /// The first step: send; or, where an earlier attempt may have been executed, look first.
    pub fn start(&mut self) -> Step {
        if self.in_doubt {
            self.look_from_the_start()
        } else {
            self.send()
        }
    }

    /// The first step of a create that ended in doubt: look, and never send. `surely_there` says that the server refused
    /// the create as a duplicate. Then the contact exists, even where no look-up finds it yet.
    pub fn resume(&mut self, surely_there: bool) -> Step {
        self.in_doubt = true;
        self.surely_there = surely_there;
        self.bounds.sends = 0;
        self.look_from_the_start()
    }

    /// How many creates have been sent.
    pub fn sent(&self) -> u32 {
        self.sent
    }

    /// Whether the server has refused an attempt because a contact with this identity exists.
    pub fn is_surely_there(&self) -> bool {
        self.surely_there
    }

    /// Whether an attempt may have been executed.
    pub fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Decides what to do next, after this event.
    pub fn next(&mut self, event: Event) -> Step {
        match event {
            Event::Created => Step::Claim(Claim::Created),
            Event::NotExecuted => self.send_again(),
            Event::Refused if self.in_doubt => self.look_from_the_start(),
            Event::Refused => Step::Fail,
            Event::Duplicate => self.duplicate(),
            Event::InDoubt => {
                self.in_doubt = true;
                self.look_from_the_start()
            }
            // Where it is known of each attempt that it was not executed, this call has made nothing, whatever the proof
            // says.
            Event::Found { ours } if ours && self.in_doubt => Step::Claim(Claim::Recovered),
            Event::Found { .. } => Step::Claim(Claim::Existed),
            Event::FoundSeveral => Step::GiveUp,
            Event::Absent => self.look_again_or(Self::not_found),
            Event::LookUpFailed => self.look_again_or(|_| Step::GiveUp),
        }
    }

    /// While nothing is in doubt, another create made the contact. After an attempt in doubt, the contact may be the one
    /// that this very attempt made, so only a look-up can tell.
    fn duplicate(&mut self) -> Step {
        if !self.in_doubt && self.goal == Goal::Create {
            return Step::Fail;
        }
        self.surely_there = true;
        self.look_from_the_start()
    }

    /// No look-up of this round found the contact. Where the server said that it exists, the index only lags behind.
    fn not_found(&mut self) -> Step {
        if self.surely_there {
            Step::GiveUp
        } else {
            self.send_again()
        }
    }

    fn send(&mut self) -> Step {
        self.sent += 1;
        Step::Send
    }

    fn send_again(&mut self) -> Step {
        if self.sent < self.bounds.sends {
            return self.send();
        }
        if self.in_doubt {
            Step::GiveUp
        } else {
            Step::Fail
        }
    }

    fn look_from_the_start(&mut self) -> Step {
        self.looked = 0;
        self.look()
    }

    fn look(&mut self) -> Step {
        let after = self.looked;
        self.looked += 1;
        Step::LookUp { after }
    }

    fn look_again_or(&mut self, end: impl FnOnce(&mut Self) -> Step) -> Step {
        if self.looked < self.bounds.look_ups {
            self.look()
        } else {
            end(self)
        }
    }
}
