//! A record as both databases store it, and how a request joins it.

use std::time::Duration;

use super::interface::{Begun, Enqueued, Taken};
use super::lease::{Asked, Lease, LeaseTerms};
use super::lifecycle::{Grant, Lifecycle, Stage, Time};
use super::record::{
    AccountId, Content, NewRecord, Record, RecordKey, Repeatability, Revision, SettledResponse,
    State,
};

/// The column `state`.
pub(super) const OPEN: i16 = 0;
pub(super) const IN_FLIGHT: i16 = 1;
pub(super) const SETTLED: i16 = 2;
/// Settled too: a refused delivery, which is kept for longer and can be sent again.
pub(super) const REFUSED: i16 = 3;

/// The columns of [`Row`], in its order.
pub(super) const COLUMNS: &str = "record.seq, account, key, fingerprint, operation, repeatable, state, fence, revision, \
     in_doubt, takeover_at, delivery, attempts, due_at, reason, created_at, changed_at, \
     request, intent, ticket, status, headers, body";

/// A record with its content.
pub(super) struct Row {
    pub(super) seq: i64,
    pub(super) account: String,
    pub(super) key: String,
    pub(super) fingerprint: Vec<u8>,
    pub(super) operation: String,
    pub(super) repeatable: bool,
    pub(super) state: i16,
    pub(super) fence: i64,
    pub(super) revision: i64,
    pub(super) in_doubt: bool,
    pub(super) takeover_at: i64,
    pub(super) delivery: bool,
    pub(super) attempts: i32,
    pub(super) due_at: Option<i64>,
    pub(super) reason: Option<String>,
    pub(super) created_at: i64,
    pub(super) changed_at: i64,
    pub(super) content: Content,
    pub(super) status: Option<i32>,
    pub(super) headers: Option<String>,
    pub(super) body: Option<Vec<u8>>,
}

/// How a request joins a record that exists.
pub(super) enum Joined {
    /// With a lease of this fence, which is to be stored.
    Leased { fence: i64, in_doubt: bool },
    /// Otherwise; nothing changes.
    Otherwise(Box<Begun>),
}

impl Row {
    pub(super) fn key(&self) -> RecordKey {
        RecordKey::new(AccountId::new(self.account.clone()), self.key.clone())
    }

    pub(super) fn lifecycle(&self) -> Lifecycle {
        let stage = match self.state {
            IN_FLIGHT => Stage::InFlight {
                takeover_at: self.takeover_at,
            },
            OPEN => Stage::Open,
            _ => Stage::Settled,
        };
        let repeatability = match self.repeatable {
            true => Repeatability::AfterLookUp,
            false => Repeatability::Never,
        };
        Lifecycle {
            stage,
            fence: self.fence,
            in_doubt: self.in_doubt,
            repeatability,
        }
    }

    /// How a request with this fingerprint joins.
    pub(super) fn join(&self, new: &NewRecord, now: Time, terms: LeaseTerms) -> Joined {
        if self.fingerprint != new.fingerprint {
            return Joined::Otherwise(Box::new(Begun::Mismatch));
        }
        let otherwise = match self.lifecycle().take(now, takeover_at(now, terms)) {
            Grant::Leased { fence, in_doubt } => return Joined::Leased { fence, in_doubt },
            Grant::Busy { takeover_at } => Begun::InFlight {
                revision: Revision(self.revision),
                takeover_in: millis(takeover_at.saturating_sub(now)),
            },
            Grant::Unresolved => Begun::Unresolved,
            Grant::Settled => Begun::Settled(self.response()),
        };
        Joined::Otherwise(Box::new(otherwise))
    }

    /// What a request with this fingerprint, to be delivered later, gets; where it is accepted, it becomes a delivery.
    pub(super) fn enqueue(&self, new: &NewRecord, now: Time) -> Enqueued {
        if self.fingerprint != new.fingerprint {
            return Enqueued::Mismatch;
        }
        let lifecycle = self.lifecycle();
        if lifecycle.stage == Stage::Settled {
            return Enqueued::Settled(self.response());
        }
        match lifecycle.is_unresolved(now) {
            true => Enqueued::Unresolved,
            false => Enqueued::Accepted,
        }
    }

    /// The record, taken with a lease that is stored.
    pub(super) fn taken(
        self,
        (fence, in_doubt): (i64, bool),
        now: Time,
        terms: LeaseTerms,
        asked: Asked,
    ) -> Taken {
        let key = self.key();
        Taken {
            lease: Lease::new(key.id(), fence, terms, asked),
            key,
            in_doubt,
            attempts: attempts(self.attempts.saturating_add(1)),
            age: millis(now.saturating_sub(self.created_at)),
            content: self.content,
            operation: self.operation,
        }
    }

    pub(super) fn response(&self) -> SettledResponse {
        let headers = self.headers.as_deref().map(serde_json::from_str);
        SettledResponse {
            status: self
                .status
                .and_then(|it| u16::try_from(it).ok())
                .unwrap_or_default(),
            headers: headers.and_then(Result::ok).unwrap_or_default(),
            body: self.body.clone().unwrap_or_default(),
            failed: self.state == REFUSED,
        }
    }

    /// The record as it is shown.
    pub(super) fn record(self, now: Time) -> Record {
        let lifecycle = self.lifecycle();
        let state = match lifecycle.stage {
            Stage::Settled => State::Settled(self.response()),
            _ if lifecycle.is_unresolved(now) => State::Unresolved,
            Stage::InFlight { .. } => State::InFlight,
            Stage::Open => State::Open {
                in_doubt: self.in_doubt,
            },
        };
        Record {
            key: self.key(),
            operation: self.operation,
            due_at: self.due_at.filter(|_| matches!(state, State::Open { .. })),
            state,
            is_delivery: self.delivery,
            attempts: attempts(self.attempts),
            reason: self.reason,
            content: self.content,
            created_at: self.created_at,
            changed_at: self.changed_at,
            revision: Revision(self.revision),
            position: self.seq,
        }
    }
}

/// From when on a lease that begins now may be taken over.
pub(super) fn takeover_at(now: Time, terms: LeaseTerms) -> Time {
    let whole = terms.duration.saturating_add(terms.attempt_limit);
    now.saturating_add(in_millis(whole))
}

/// Milliseconds, at most some 300 years, so that a time plus them is one.
pub(super) fn in_millis(duration: Duration) -> i64 {
    const LONGEST: i64 = 10_000_000_000_000;
    i64::try_from(duration.as_millis()).map_or(LONGEST, |millis| millis.min(LONGEST))
}

pub(super) fn millis(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

fn attempts(stored: i32) -> u32 {
    u32::try_from(stored).unwrap_or_default()
}

/// The state of a settled record.
pub(super) fn settled_state(delivery: bool, response: &SettledResponse) -> i16 {
    if delivery && response.failed {
        REFUSED
    } else {
        SETTLED
    }
}

pub(super) fn headers_text(response: &SettledResponse) -> String {
    serde_json::to_string(&response.headers).unwrap_or_default()
}
