//! How far an import has got: counters that can be read at any time, events row by row, and the summary at the end.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use drift::ContactId;
use serde::{Serialize, Serializer};
use tokio::sync::Notify;

use crate::context::pace::Pace;

/// How a row ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RowOutcome {
    /// A contact was created, and it is proved that this import did it.
    Created,
    /// The contact is there, and it is not proved that this import made it.
    Existed,
    /// The contact was there, and has the row's attributes now.
    Updated,
    /// Nothing was changed.
    Refused,
    /// It is not known whether the contact was created; the next run looks again.
    Unknown,
}

impl fmt::Display for RowOutcome {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Created => "created",
            Self::Existed => "existed",
            Self::Updated => "updated",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        })
    }
}

/// What happens during a commit.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event {
    /// A row has ended, and the journal holds how.
    Row {
        /// Its line in the file.
        line: u64,
        /// How it ended.
        outcome: RowOutcome,
        /// Its contact, where one is known.
        contact: Option<ContactId>,
        /// Why; empty where nothing needs to be said.
        reason: String,
    },
    /// Everything has ended. Nothing comes after it.
    Finished(Summary),
}

/// Why an import ended before its last row.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stop {
    /// It was asked to.
    Cancelled,
    /// Drift could not be reached for longer than the patience.
    Unreachable(#[serde(serialize_with = "as_text")] drift::Error),
    /// Drift refused the token.
    NotAllowed(#[serde(serialize_with = "as_text")] drift::Error),
    /// 50 rows one after the other ended unknown.
    Failing,
}

fn as_text<Out: Serializer>(error: &drift::Error, out: Out) -> Result<Out::Ok, Out::Error> {
    out.collect_str(error)
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => out.write_str("stopped on request"),
            Self::Unreachable(error) | Self::NotAllowed(error) => error.fmt(out),
            Self::Failing => out.write_str("too many rows one after the other ended unknown"),
        }
    }
}

/// How an import stands at its end, rows of earlier runs included.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// Rows of the file.
    pub rows: u64,
    /// Rows whose contact this import is proved to have made.
    pub created: u64,
    /// Rows whose contact is there, and is not proved to be made here.
    pub existed: u64,
    /// Rows whose contact was there and was changed.
    pub updated: u64,
    /// Rows for which nothing was changed.
    pub refused: u64,
    /// Rows of which it is not known.
    pub unknown: u64,
    /// Rows that were not reached.
    pub left: u64,
    /// Rows of which something was sent in this run.
    pub sent: u64,
    /// Why the import ended early, if it did.
    pub stopped: Option<Stop>,
    /// The result files that were written.
    pub results: Vec<PathBuf>,
}

impl Summary {
    /// The exit code of the command: 0 all done, 1 some refused, 2 nothing could be done and nothing was sent, 3 some
    /// unknown or not reached. An import that [broke off](crate::Error::Broken) ends with 3, or with 4 where it is known
    /// of all rows how they ended.
    pub fn exit_code(&self) -> u8 {
        let done = self.created + self.existed + self.updated;
        match self {
            _ if self.stopped.is_some() && done + self.unknown + self.sent == 0 => 2,
            _ if self.unknown + self.left > 0 => 3,
            _ if self.refused > 0 => 1,
            _ => 0,
        }
    }
}

/// Why nothing is sent for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Waiting {
    /// Drift cannot be reached.
    Unreachable,
    /// Drift answers that it fails.
    Failing,
    /// Drift asked for less, and said for how long.
    Asked,
    /// Drift asked for less, and did not say for how long.
    RateLimit,
}

impl Waiting {
    const ALL: [Self; 4] = [
        Self::Unreachable,
        Self::Failing,
        Self::Asked,
        Self::RateLimit,
    ];
}

/// The counters of an import, readable while it works. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Counters(Arc<Cells>);

#[derive(Debug, Default)]
struct Cells {
    rows: AtomicU64,
    planned: AtomicU64,
    created: AtomicU64,
    existed: AtomicU64,
    updated: AtomicU64,
    refused: AtomicU64,
    unknown: AtomicU64,
    sent: AtomicU64,
    window: AtomicU64,
    pause_millis: AtomicU64,
    /// The place of the reason among all, from 1.
    waiting: AtomicU64,
}

/// The counters at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Snapshot {
    /// Rows of the file; 0 until it has been read once.
    pub rows: u64,
    /// Rows of which it is decided what will happen.
    pub planned: u64,
    /// Rows that ended so.
    pub created: u64,
    /// Rows that ended so.
    pub existed: u64,
    /// Rows that ended so.
    pub updated: u64,
    /// Rows that ended so.
    pub refused: u64,
    /// Rows that ended so.
    pub unknown: u64,
    /// Rows that ended in this run, by a request.
    pub sent: u64,
    /// Requests that may be under way at a time.
    pub window: u64,
    /// How long nothing is sent, in milliseconds.
    pub pause_millis: u64,
    /// Why nothing is sent.
    pub waiting: Option<Waiting>,
}

impl Snapshot {
    /// Rows that have ended.
    pub fn done(&self) -> u64 {
        self.created + self.existed + self.updated + self.refused + self.unknown
    }
}

impl Counters {
    /// Reads them.
    pub fn snapshot(&self) -> Snapshot {
        let read = |cell: &AtomicU64| cell.load(Ordering::Relaxed);
        let cells = &*self.0;
        Snapshot {
            rows: read(&cells.rows),
            planned: read(&cells.planned),
            created: read(&cells.created),
            existed: read(&cells.existed),
            updated: read(&cells.updated),
            refused: read(&cells.refused),
            unknown: read(&cells.unknown),
            sent: read(&cells.sent),
            window: read(&cells.window),
            pause_millis: read(&cells.pause_millis),
            waiting: Waiting::ALL
                .into_iter()
                .find(|why| *why as u64 + 1 == read(&cells.waiting)),
        }
    }

    pub(crate) fn set_rows(&self, rows: u64) {
        self.0.rows.store(rows, Ordering::Relaxed);
    }

    pub(crate) fn set_planned(&self, rows: u64) {
        self.0.planned.store(rows, Ordering::Relaxed);
    }

    pub(crate) fn set_pace(&self, pace: &Pace, now: std::time::Duration) {
        self.0.window.store(pace.window() as u64, Ordering::Relaxed);
        let millis = u64::try_from(pace.pause(now).as_millis()).unwrap_or(u64::MAX);
        self.0.pause_millis.store(millis, Ordering::Relaxed);
        let waiting = pace.waiting(now).map_or(0, |why| why as u64 + 1);
        self.0.waiting.store(waiting, Ordering::Relaxed);
    }

    pub(crate) fn count(&self, outcome: RowOutcome, rows: u64) {
        let cell = match outcome {
            RowOutcome::Created => &self.0.created,
            RowOutcome::Existed => &self.0.existed,
            RowOutcome::Updated => &self.0.updated,
            RowOutcome::Refused => &self.0.refused,
            RowOutcome::Unknown => &self.0.unknown,
        };
        cell.fetch_add(rows, Ordering::Relaxed);
    }

    pub(crate) fn count_sent(&self) {
        self.0.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// Forgets how rows ended, before they are counted anew.
    pub(crate) fn restart(&self) {
        let cells = &*self.0;
        for cell in [
            &cells.created,
            &cells.existed,
            &cells.updated,
            &cells.refused,
            &cells.unknown,
            &cells.sent,
        ] {
            cell.store(0, Ordering::Relaxed);
        }
    }
}

/// Asks an import to stop: what is under way is finished, nothing more is sent. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<Flag>);

#[derive(Debug, Default)]
struct Flag {
    set: AtomicBool,
    changed: Notify,
}

impl Cancel {
    /// Asks.
    pub fn cancel(&self) {
        self.0.set.store(true, Ordering::Release);
        self.0.changed.notify_waiters();
    }

    /// Whether it was asked.
    pub fn is_cancelled(&self) -> bool {
        self.0.set.load(Ordering::Acquire)
    }

    pub(crate) async fn cancelled(&self) {
        loop {
            let changed = self.0.changed.notified();
            if self.is_cancelled() {
                return;
            }
            changed.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_tell_the_worst() {
        let code = |created, refused, unknown, left, stopped| {
            Summary {
                created,
                refused,
                unknown,
                left,
                stopped,
                ..Summary::default()
            }
            .exit_code()
        };
        assert_eq!(code(5, 0, 0, 0, None), 0);
        assert_eq!(code(5, 1, 0, 0, None), 1);
        assert_eq!(code(0, 1, 0, 0, None), 1);
        assert_eq!(code(5, 1, 1, 0, None), 3);
        assert_eq!(code(5, 0, 0, 1, Some(Stop::Cancelled)), 3);
        assert_eq!(code(0, 0, 0, 9, Some(Stop::Failing)), 2);
        let refused = Summary {
            refused: 4,
            left: 5,
            sent: 4,
            stopped: Some(Stop::Cancelled),
            ..Summary::default()
        };
        assert_eq!(refused.exit_code(), 3, "something was sent");
    }
}
