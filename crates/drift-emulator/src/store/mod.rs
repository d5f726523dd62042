//! The database: one thread owns it, and writes that arrive together share one commit.
//!
//! Everything that knows SQL belongs here. It knows contacts and attributes as values of the rules, but no request, no
//! response and no setting beyond [`StoreRules`].

mod checkpoint;
mod contacts;
mod dump;
mod index;
mod ledger;
mod listing;
mod records;
mod schema;
mod snapshot;
mod thread;
mod update;
mod watch;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use checkpoint::Checkpointer;
pub(crate) use contacts::{CreateOutcome, NewContact};
pub use dump::{Dump, DumpError};
pub(crate) use ledger::{Ledger, StoreRules};
pub(crate) use listing::{Listing, Page, PageStart, Search};
pub use records::TimelineEvent;
use schema::OpenError;
pub(crate) use snapshot::StoredContact;
use thread::{Job, Watch};
pub(crate) use update::{Change, Target, UpdateOutcome, Values};
use watch::OpenFiles;

/// Where the contacts are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Location {
    #[default]
    Memory,
    File(PathBuf),
}

/// A handle on the database thread; the thread ends when the last handle is gone.
pub(crate) struct Store {
    jobs: Sender<Job>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// Whether the database file was deleted or replaced.
    lost: Arc<AtomicBool>,
}

/// Why the database did not execute a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreError {
    /// SQLite failed; nothing of the request is stored.
    Failed,
    /// The database file was deleted or replaced while it was open.
    FileLost,
}

impl Store {
    /// Opens the database and starts its thread.
    pub(crate) fn open(location: &Location, rules: StoreRules) -> Result<Self, OpenError> {
        let shared = *location != Location::Memory;
        let ledger = Ledger::new(schema::open(location)?, shared, rules)?;
        let (checkpoints, files) = match location {
            Location::Memory => (Checkpointer::none(), OpenFiles::none()),
            Location::File(path) => (Checkpointer::start(path)?, OpenFiles::of(path)?),
        };
        let lost = Arc::new(AtomicBool::new(false));
        let watch = Watch {
            files,
            lost: Arc::clone(&lost),
        };
        let (jobs, queue) = std::sync::mpsc::channel();
        let thread = thread::start(ledger, checkpoints, watch, queue)?;
        Ok(Store {
            jobs,
            thread: Mutex::new(Some(thread)),
            lost,
        })
    }

    /// Reads what is committed.
    pub(crate) async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Ledger) -> rusqlite::Result<T> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        let job = Job::Read(Box::new(move |ledger| {
            let value = ledger.catch_up().and_then(|()| work(ledger));
            drop(reply.send(value));
        }));
        self.jobs.send(job).map_err(|_| self.failure())?;
        let value = outcome.await.ok().and_then(Result::ok);
        value.ok_or_else(|| self.failure())
    }

    /// Writes, and returns once the write is committed. Work that fails rolls back the writes that share its
    /// commit, so it must refuse before it changes anything, and fail only when the database does.
    pub(crate) async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Ledger) -> rusqlite::Result<T> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        let job = Job::Write(Box::new(move |ledger| {
            let value = work(ledger)?;
            Ok(Box::new(move || drop(reply.send(value))))
        }));
        self.jobs.send(job).map_err(|_| self.failure())?;
        outcome.await.map_err(|_| self.failure())
    }

    fn failure(&self) -> StoreError {
        if self.lost.load(Ordering::Acquire) {
            StoreError::FileLost
        } else {
            StoreError::Failed
        }
    }

    /// Finishes what is queued and closes the database.
    pub(crate) async fn close(&self) {
        if self.jobs.send(Job::Close).is_err() {
            return;
        }
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(|broken| broken.into_inner())
            .take();
        if let Some(thread) = thread {
            let _ended = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}
