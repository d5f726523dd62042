//! The database thread: takes what has queued, runs the reads, and commits the writes at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;

use super::checkpoint::Checkpointer;
use super::ledger::Ledger;
use super::watch::OpenFiles;

/// Most jobs that are taken at once, and so most writes that share one commit.
const BATCH: usize = 1024;

/// Reports to a writer that its write is committed.
type Acknowledge = Box<dyn FnOnce() + Send>;
type Read = Box<dyn FnOnce(&mut Ledger) + Send>;
type Write = Box<dyn FnOnce(&mut Ledger) -> rusqlite::Result<Acknowledge> + Send>;

/// A request to the database thread.
pub(super) enum Job {
    Read(Read),
    Write(Write),
    Close,
}

/// The files of the database, and whether they were ever found missing or replaced. From then on every job is
/// refused, since what is written would be lost.
pub(super) struct Watch {
    pub(super) files: OpenFiles,
    pub(super) lost: Arc<AtomicBool>,
}

impl Watch {
    fn are_files_in_place(&self) -> bool {
        if self.lost.load(Ordering::Acquire) {
            return false;
        }
        let in_place = self.files.are_in_place();
        self.lost.store(!in_place, Ordering::Release);
        in_place
    }
}

/// Starts the thread.
pub(super) fn start(
    mut ledger: Ledger,
    mut checkpoints: Checkpointer,
    watch: Watch,
    queue: Receiver<Job>,
) -> std::io::Result<JoinHandle<()>> {
    let thread = std::thread::Builder::new().name("emulator-store".to_owned());
    thread.spawn(move || {
        let mut writes = Vec::with_capacity(BATCH);
        let mut open = true;
        while open {
            open = take(&mut ledger, &watch, &queue, &mut writes);
            if !writes.is_empty() {
                checkpoints.committed(writes.len());
                commit(&mut ledger, &watch, &mut writes);
            }
            // A log that could not begin anew is continued; the next checkpoint tries again.
            let _put_off = checkpoints.restart_log(&ledger.connection);
        }
    })
}

/// Waits for a job, then takes all that are there. Reads run before the batch begins: whatever has
/// been acknowledged is committed by then, and nothing else is visible. False when there is no more to come.
fn take(
    ledger: &mut Ledger,
    watch: &Watch,
    queue: &Receiver<Job>,
    writes: &mut Vec<Write>,
) -> bool {
    let Ok(first) = queue.recv() else {
        return false;
    };
    let usable = watch.are_files_in_place();
    let mut reading = false;
    let mut open = true;
    for job in std::iter::once(first).chain(queue.try_iter().take(BATCH)) {
        match job {
            Job::Read(_) | Job::Write(_) if !usable => {}
            Job::Read(read) => {
                // Should it not begin, each read locks the file for itself.
                reading = reading || ledger.begin_reading().is_ok();
                read(ledger);
            }
            Job::Write(write) => writes.push(write),
            Job::Close => {
                open = false;
                break;
            }
        }
    }
    if reading {
        let _ended = ledger.end_reading();
    }
    open
}

/// Runs the writes in one transaction. No write is acknowledged before it is committed, and to files that are still
/// in place; otherwise the writers find their channel closed.
fn commit(ledger: &mut Ledger, watch: &Watch, writes: &mut Vec<Write>) {
    let done = ledger.transaction(|ledger| {
        writes
            .drain(..)
            .map(|write| write(ledger))
            .collect::<Result<Vec<_>, _>>()
    });
    if watch.are_files_in_place() {
        for acknowledge in done.unwrap_or_default() {
            acknowledge();
        }
    }
    writes.clear();
}
