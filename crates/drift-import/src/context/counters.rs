//! Counters that can be read while an import works.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use drift::pace::{Pace, Waiting};
use serde::Serialize;

use crate::context::outcome::RowOutcome;

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
    /// The reason by its position among all, from 1; 0 for none.
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
    /// Requests that may be in flight at a time.
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
    /// The counters now.
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
