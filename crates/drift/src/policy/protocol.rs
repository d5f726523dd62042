//! The safe write, as a pure state machine: no I/O, no clock, no randomness. The library, the import and the gateway
//! drive it, a model checker explores it, and a client in another language can copy it.
//!
//! The one rule: **no create is sent again while its delivery is unknown without looking first.** After a response was
//! lost the contact is looked up. Only where no look-up finds it is the request sent again, with the same identity, so
//! that the server's own rule against duplicates refuses the second of two.
//!
//! | Seen | Without a proof | With a proof |
//! | --- | --- | --- |
//! | a 2xx | `Created` | `Created` |
//! | a lost response; a contact is found | `Existed` | `Recovered` if it is ours, else `Existed` |
//! | a lost response; nothing is found | sent again | sent again |
//! | a 409 to the first attempt | a duplicate | looked up: `Recovered` if it is ours, a duplicate if it is not |
//! | a 409, or another refusal, after a lost response | looked up, never sent again | the same |
//!
//! The assumption: the server's check of uniqueness is immediate. Look-ups may lag.

use serde::{Deserialize, Serialize};

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Send the create, after a backoff unless it is the first.
    Send,
    /// Look the contact up; `after` is how many look-ups of this round came before, and decides the wait.
    LookUp {
        /// Look-ups of this round so far.
        after: u32,
    },
    /// Send the update of the contact that exists, after a backoff unless it is the first.
    Update,
    /// End with this outcome.
    Claim(Claim),
    /// End with the failure that was last reported. It says itself what is known: after
    /// [`MaybeRefused`](Event::MaybeRefused) that the delivery is unknown, else that nothing was changed.
    Fail,
    /// End without an outcome: nobody knows whether the write was executed where
    /// [`may_be_executed`](Protocol::may_be_executed), else the contact exists and cannot be seen or told apart.
    GiveUp,
}

/// What is claimed of the contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claim {
    /// The server responded that it created the contact.
    Created,
    /// The contact was found, and it is proved that this write made it.
    Recovered,
    /// The contact exists, and nothing proves that this write made it.
    Existed,
    /// The contact existed, and has the attributes of this write now.
    Updated,
}

/// What was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A 2xx with the contact that was sent.
    #[serde(rename = "answered")]
    Created,
    /// The server cannot have acted on the request, or put it off (429).
    NotExecuted,
    /// A 409: a contact with this identity exists.
    Duplicate,
    /// Any other refusal.
    Refused,
    /// A refusal that something between here and the server may have given after the work was done, such as the 403 page
    /// of a filter.
    MaybeRefused,
    /// The response is unknown, or a 2xx that could not be read or was for another contact.
    InDoubt,
    /// The look-up found the contact; `ours` is true only where a proof shows that this write made it.
    Found {
        /// Whether it is proved that this write made the contact.
        ours: bool,
    },
    /// The look-up found several contacts, and none is proved to be ours.
    FoundSeveral,
    /// The look-up found nothing.
    Absent,
    /// The look-up got no usable response; another one may.
    LookUpFailed,
    /// The look-up was refused for good, as a bad token is.
    LookUpRefused,
    /// The contact has the attributes of the update.
    Updated,
    /// The server cannot have acted on the update, or put it off.
    UpdateNotExecuted,
    /// The update was refused.
    UpdateRefused,
    /// The update may have been executed. A second one changes nothing more.
    UpdateInDoubt,
}

impl Event {
    /// What a look-up saw that found so many contacts. `ours` says that one of them is proved to be made by this write.
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
    /// The contact, new or not, with the attributes that were sent.
    Update,
}

/// How often to send, and to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Bounds {
    /// The most creates to send, and the most updates.
    pub sends: u32,
    /// The look-ups of one round.
    pub look_ups: u32,
}

/// The state of one safe write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Protocol {
    goal: Goal,
    bounds: Bounds,
    has_proof: bool,
    sent: u32,
    updates: u32,
    looked: u32,
    /// A create may have been executed.
    in_doubt: bool,
    /// The server refused a create because a contact with this identity exists.
    exists: bool,
    /// The doubt is that of [`Event::MaybeRefused`] alone.
    maybe_refused: bool,
    /// An update may have been executed.
    update_in_doubt: bool,
}

impl Protocol {
    /// A write of which nothing has been sent, and whose request carries no proof.
    pub fn new(goal: Goal, bounds: Bounds) -> Self {
        Self {
            goal,
            bounds,
            has_proof: false,
            sent: 0,
            updates: 0,
            looked: 0,
            in_doubt: false,
            exists: false,
            maybe_refused: false,
            update_in_doubt: false,
        }
    }

    /// The same, where the request may carry a proof: an external id that no other create used, or a stamp.
    #[must_use]
    pub fn with_proof(mut self, has_proof: bool) -> Self {
        self.has_proof = has_proof;
        self
    }

    /// The same, where an earlier attempt may have been executed: by a caller who gave up, or before a crash.
    #[must_use]
    pub fn in_doubt(mut self) -> Self {
        self.in_doubt = true;
        self
    }

    /// The first step: send; or look first where an earlier attempt may have been executed.
    pub fn start(&mut self) -> Step {
        if self.in_doubt {
            self.start_look_ups()
        } else {
            self.send()
        }
    }

    /// The first step where an earlier attempt may have been executed so long ago that no index lags behind any more:
    /// one look-up shows it.
    pub fn start_long_after(&mut self) -> Step {
        self.in_doubt = true;
        self.looked = self.bounds.look_ups;
        Step::LookUp { after: 0 }
    }

    /// The first step where the contact is known already: update it.
    pub fn start_update(&mut self) -> Step {
        self.update()
    }

    /// The first step of a create that ended in doubt: look, and never send. `exists` says that the server has refused it
    /// as a duplicate, so that "not found" does not mean "not there".
    pub fn resume(&mut self, exists: bool) -> Step {
        self.in_doubt = true;
        self.exists = exists;
        self.bounds.sends = 0;
        self.start_look_ups()
    }

    /// How many creates have been sent.
    pub fn sent(&self) -> u32 {
        self.sent
    }

    /// How many updates have been sent.
    pub fn updates(&self) -> u32 {
        self.updates
    }

    /// Whether the server has refused a create because a contact with this identity exists.
    pub fn exists(&self) -> bool {
        self.exists
    }

    /// Whether a request of this write may have been executed. A duplicate says so only where a proof could show it: a
    /// network may deliver one request twice, and hand back the second response.
    pub fn may_be_executed(&self) -> bool {
        self.in_doubt || self.update_in_doubt || (self.exists && self.has_proof)
    }

    /// Whether a create of this write may have been executed: a response was lost, now or before it started. What
    /// [`may_be_executed`](Self::may_be_executed) also counts, a duplicate and an update, is left out.
    pub fn create_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Whether an update of this write may have been executed.
    pub fn update_in_doubt(&self) -> bool {
        self.update_in_doubt
    }

    /// The end where no more is to be sent, be it for lack of time: what is in doubt stays in doubt.
    pub fn stop(&mut self) -> Step {
        if self.updates > 0 {
            return self.end_update();
        }
        if self.may_be_executed() && !self.maybe_refused {
            Step::GiveUp
        } else {
            Step::Fail
        }
    }

    /// Decides what to do next, after this event.
    pub fn next(&mut self, event: Event) -> Step {
        match event {
            Event::Created => Step::Claim(Claim::Created),
            Event::NotExecuted => self.send_again(),
            Event::Refused if self.in_doubt => self.refused_after_doubt(),
            Event::Refused => Step::Fail,
            Event::Duplicate => self.duplicate(),
            Event::MaybeRefused => self.maybe_refused(),
            Event::InDoubt => {
                self.in_doubt = true;
                self.start_look_ups()
            }
            Event::Found { ours: true } => Step::Claim(Claim::Recovered),
            Event::Found { ours: false } => self.found_another(),
            Event::FoundSeveral if self.is_duplicate() => Step::Fail,
            Event::FoundSeveral | Event::LookUpRefused => self.end_unseen(),
            Event::Absent => self.look_again_or(Self::absent),
            Event::LookUpFailed => self.look_again_or(Self::end_unseen),
            Event::Updated => Step::Claim(Claim::Updated),
            Event::UpdateNotExecuted => self.update_again(),
            Event::UpdateInDoubt => {
                self.update_in_doubt = true;
                self.update_again()
            }
            Event::UpdateRefused => self.end_update(),
        }
    }

    /// Without a proof nothing can tell who made the contact, so the first refusal is final. With one the contact may be
    /// our own: made by an earlier attempt, or by this one if the network delivered it twice.
    fn duplicate(&mut self) -> Step {
        self.exists = true;
        if self.goal == Goal::Create && !self.may_be_executed() {
            return Step::Fail;
        }
        self.start_look_ups()
    }

    /// Sent again it would be refused again. One look-up shows whether the work was done.
    fn maybe_refused(&mut self) -> Step {
        self.maybe_refused = !self.in_doubt;
        self.in_doubt = true;
        self.bounds.sends = self.sent;
        self.looked = self.bounds.look_ups;
        Step::LookUp { after: 0 }
    }

    /// What was refused is refused again, so that no more is sent. An earlier attempt may have made the contact.
    fn refused_after_doubt(&mut self) -> Step {
        self.bounds.sends = self.sent;
        self.start_look_ups()
    }

    fn found_another(&mut self) -> Step {
        match self.goal {
            Goal::Update => self.update(),
            Goal::Create if self.is_duplicate() => Step::Fail,
            Goal::Create | Goal::Ensure => Step::Claim(Claim::Existed),
        }
    }

    /// Whether all that is known is that a contact of this identity exists, which the caller does not want.
    fn is_duplicate(&self) -> bool {
        self.goal == Goal::Create && self.exists && !self.in_doubt
    }

    fn absent(&mut self) -> Step {
        // The server says that the contact exists; a second create would only be refused again.
        if self.exists {
            return Step::GiveUp;
        }
        if self.maybe_refused {
            return Step::Fail;
        }
        self.send_again()
    }

    fn end_unseen(&mut self) -> Step {
        if self.maybe_refused {
            Step::Fail
        } else {
            Step::GiveUp
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

    fn update(&mut self) -> Step {
        self.updates += 1;
        Step::Update
    }

    fn update_again(&mut self) -> Step {
        if self.updates < self.bounds.sends {
            self.update()
        } else {
            self.end_update()
        }
    }

    /// A refusal of this attempt says nothing of an earlier one, be it an update or a create.
    fn end_update(&mut self) -> Step {
        if self.in_doubt || self.update_in_doubt {
            Step::GiveUp
        } else {
            Step::Fail
        }
    }

    fn start_look_ups(&mut self) -> Step {
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
