//! What becomes of a record, as a pure state machine: no I/O and no clock. The stores obey it, and a model checker
//! explores it.
//!
//! The rules: one lease at a time. A takeover waits for the lease's end plus the time limit of an attempt, starts in
//! doubt, and never happens to a request that must not be sent twice. What is written is guarded by the fence, which
//! grows with each lease.

use super::record::Repeatability;

/// Times are numbers that grow, such as milliseconds.
pub type Time = i64;

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Somebody holds a lease.
    InFlight {
        /// From when on somebody else may take it over.
        takeover_at: Time,
    },
    /// Nobody works on it.
    Open,
    /// The final response is known.
    Settled,
}

/// A record, as far as its lease is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lifecycle {
    /// Where it stands.
    pub stage: Stage,
    /// The number of its last lease.
    pub fence: i64,
    /// Whether a request of an ended lease may have been executed.
    pub in_doubt: bool,
    /// Whether it may be sent again once it is in doubt.
    pub repeatability: Repeatability,
}

/// What whoever asks for a record gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grant {
    /// A lease with this fence.
    Leased {
        /// Guards what is written.
        fence: i64,
        /// Whether to look before sending.
        in_doubt: bool,
    },
    /// Somebody else's lease is in the way until then.
    Busy {
        /// From when on it may be taken over.
        takeover_at: Time,
    },
    /// Nothing: it must not be sent again.
    Unresolved,
    /// The response.
    Settled,
}

impl Lifecycle {
    /// A new record, leased to whoever stored it.
    pub fn begin(repeatability: Repeatability, takeover_at: Time) -> Self {
        Self {
            stage: Stage::InFlight { takeover_at },
            fence: 1,
            in_doubt: false,
            repeatability,
        }
    }

    /// A new record that nobody works on yet.
    pub fn enqueue(repeatability: Repeatability) -> Self {
        Self {
            stage: Stage::Open,
            fence: 0,
            in_doubt: false,
            repeatability,
        }
    }

    /// Asks for the record; `takeover_at` is that of the new lease. What is refused changes nothing: whoever held the lease
    /// may still come back with the truth.
    pub fn take(&mut self, now: Time, takeover_at: Time) -> Grant {
        match self.stage {
            Stage::Settled => return Grant::Settled,
            Stage::InFlight { takeover_at } if now < takeover_at => {
                return Grant::Busy { takeover_at };
            }
            Stage::InFlight { .. } | Stage::Open => {}
        }
        if self.is_unresolved(now) {
            return Grant::Unresolved;
        }
        // Whoever held a lease that ended may have sent the request.
        self.in_doubt |= self.stage != Stage::Open;
        self.stage = Stage::InFlight { takeover_at };
        self.fence = self.fence.saturating_add(1);
        Grant::Leased {
            fence: self.fence,
            in_doubt: self.in_doubt,
        }
    }

    /// Whether a lease with this fence is still the record's.
    pub fn holds(&self, fence: i64) -> bool {
        matches!(self.stage, Stage::InFlight { .. }) && self.fence == fence
    }

    /// Renews a lease; false where it is lost.
    pub fn renew(&mut self, fence: i64, takeover_at: Time) -> bool {
        let holds = self.holds(fence);
        if holds {
            self.stage = Stage::InFlight { takeover_at };
        }
        holds
    }

    /// Ends the work with the final response; false where the lease is lost. One that ended, and that nobody has taken
    /// over, still knows the truth: it resolves what was unresolved.
    pub fn settle(&mut self, fence: i64) -> bool {
        let holds = self.stage != Stage::Settled && self.fence == fence;
        if holds {
            self.stage = Stage::Settled;
            self.in_doubt = false;
        }
        holds
    }

    /// Ends the work without a final response; false where the lease is lost. Doubt stays: somebody who lost the lease
    /// may still have sent the request.
    pub fn release(&mut self, fence: i64, may_be_executed: bool) -> bool {
        let holds = self.holds(fence);
        if holds {
            self.stage = Stage::Open;
            self.in_doubt |= may_be_executed;
        }
        holds
    }

    /// Whether only a person may have it sent again.
    pub fn is_unresolved(&self, now: Time) -> bool {
        let may_be_executed = match self.stage {
            Stage::InFlight { takeover_at } => now >= takeover_at,
            Stage::Open => self.in_doubt,
            Stage::Settled => false,
        };
        may_be_executed && self.repeatability == Repeatability::Never
    }

    /// A person wants it to be sent again. What can be looked up is looked up first.
    pub fn reopen(&mut self) {
        self.stage = Stage::Open;
        self.in_doubt = self.repeatability == Repeatability::AfterLookUp;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDS: Time = 100;

    fn begun(repeatability: Repeatability) -> Lifecycle {
        Lifecycle::begin(repeatability, ENDS)
    }

    #[test]
    fn a_lease_is_taken_over_in_doubt_and_only_after_its_end() {
        let mut record = begun(Repeatability::AfterLookUp);
        let busy = Grant::Busy { takeover_at: ENDS };
        assert_eq!(record.take(ENDS - 1, 200), busy);
        let leased = Grant::Leased {
            fence: 2,
            in_doubt: true,
        };
        assert_eq!(record.take(ENDS, 200), leased);
        assert!(!record.settle(1) && !record.release(1, false) && !record.renew(1, 300));
        assert!(record.settle(2));
        assert_eq!(record.take(1_000, 2_000), Grant::Settled);
    }

    #[test]
    fn what_must_not_be_sent_twice_is_not_taken_over_until_a_person_says_so() {
        let mut record = begun(Repeatability::Never);
        assert_eq!(record.take(ENDS, 200), Grant::Unresolved);
        assert_eq!(record.take(ENDS + 1, 200), Grant::Unresolved);
        let mut late = record;
        assert!(late.settle(1), "the one that held the lease knows");
        assert_eq!(late.take(ENDS + 2, 200), Grant::Settled);
        record.reopen();
        let leased = Grant::Leased {
            fence: 2,
            in_doubt: false,
        };
        assert_eq!(record.take(ENDS + 2, 200), leased);
    }

    #[test]
    fn a_release_says_whether_the_next_one_looks_first() {
        for repeatability in [Repeatability::AfterLookUp, Repeatability::Never] {
            for may_be_executed in [false, true] {
                let mut record = begun(repeatability);
                assert!(record.release(1, may_be_executed));
                let expected = match (repeatability, may_be_executed) {
                    (Repeatability::Never, true) => Grant::Unresolved,
                    (_, in_doubt) => Grant::Leased { fence: 2, in_doubt },
                };
                assert_eq!(record.take(1, 200), expected);
            }
        }
    }

    #[test]
    fn doubt_stays_until_it_is_settled() {
        let mut record = begun(Repeatability::AfterLookUp);
        assert!(record.release(1, true));
        record.take(1, 200);
        assert!(record.release(2, false));
        let leased = Grant::Leased {
            fence: 3,
            in_doubt: true,
        };
        assert_eq!(record.take(2, 300), leased);
    }
}
