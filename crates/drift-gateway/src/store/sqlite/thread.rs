//! The database thread: takes what has queued, runs it in one transaction, commits, and then replies.
//!
//! A commit costs a sync of the disk, however little is in it. Of requests in flight together each comes to the store when
//! it has its turn on the processor, so the thread lets the others have theirs before it commits. A request that is alone
//! waits for nobody.

use std::sync::mpsc::{Receiver, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::file::Place;
use super::schema;
use crate::store::StoreError;
use crate::store::lifecycle::Time;

/// Most tasks that share one commit.
const BATCH: usize = 1024;
/// A commit waits no longer for further tasks: 4 ms.
const LONGEST_WAIT: Duration = Duration::from_millis(4);
/// It waits no longer once the others had so many turns and brought nothing.
const IDLE_TURNS: usize = 2;

/// Work for the database, and whoever waits for it.
trait Task: Send {
    fn run(&mut self, db: &Connection, now: Time) -> rusqlite::Result<()>;

    /// Replies, once it is known whether the commit failed.
    fn reply(self: Box<Self>, failure: Option<StoreError>, others: Replies);
}

/// The replies that the callers of a batch are still to get; dropped, it sends them. The first caller gets it with its own
/// reply and drops it: a thread that is none of the runtime's would wake the runtime for each of them.
#[derive(Default)]
struct Replies {
    batch: Vec<Box<dyn Task>>,
    failure: Option<StoreError>,
}

impl Drop for Replies {
    fn drop(&mut self) {
        for task in self.batch.drain(..) {
            task.reply(self.failure.clone(), Self::default());
        }
    }
}

struct Pending<T, F> {
    work: Option<F>,
    value: Option<T>,
    caller: oneshot::Sender<(Result<T, StoreError>, Replies)>,
}

impl<T, F> Task for Pending<T, F>
where
    T: Send,
    F: FnOnce(&Connection, Time) -> rusqlite::Result<T> + Send,
{
    fn run(&mut self, db: &Connection, now: Time) -> rusqlite::Result<()> {
        if let Some(work) = self.work.take() {
            self.value = Some(work(db, now)?);
        }
        Ok(())
    }

    fn reply(self: Box<Self>, failure: Option<StoreError>, others: Replies) {
        let result = match failure {
            Some(failure) => Err(failure),
            None => self.value.ok_or_else(closed),
        };
        // The caller may have gone; then the others get their replies here.
        drop(self.caller.send((result, others)));
    }
}

enum Job {
    Task(Box<dyn Task>),
    Close,
}

/// A handle on the thread, which ends with the last one.
#[derive(Clone, Debug)]
pub(super) struct Jobs(Sender<Job>);

impl Jobs {
    /// Runs work in the next transaction, and returns once that is committed. Work that fails rolls back whatever shares
    /// its commit, so it fails only when the database does.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection, Time) -> rusqlite::Result<T> + Send + 'static,
    {
        let (caller, result) = oneshot::channel();
        let task = Job::Task(Box::new(Pending {
            work: Some(work),
            value: None,
            caller,
        }));
        self.0.send(task).map_err(|_| closed())?;
        let (result, others) = result.await.map_err(|_| closed())?;
        drop(others);
        result
    }

    /// Lets the thread end after what is queued.
    pub(super) fn close(&self) {
        let _ended_already = self.0.send(Job::Close);
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("it is closed".to_owned())
}

/// Starts the thread.
pub(super) fn start(mut db: Connection, place: Place) -> std::io::Result<(Jobs, JoinHandle<()>)> {
    let (jobs, queue) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new().name("gateway-store".to_owned());
    let thread = thread.spawn(move || {
        let mut batch = Vec::new();
        let mut is_open = true;
        let mut was_alone = true;
        while is_open {
            is_open = take(&queue, &mut batch, was_alone);
            was_alone = batch.len() <= 1;
            run(&mut db, &place, &mut batch);
        }
    })?;
    Ok((Jobs(jobs), thread))
}

/// Waits for a task, then takes those that are there and those that come soon. False when there is no more to come.
fn take(queue: &Receiver<Job>, batch: &mut Vec<Box<dyn Task>>, was_alone: bool) -> bool {
    let Ok(first) = queue.recv() else {
        return false;
    };
    if !add(batch, std::iter::once(first).chain(queue.try_iter())) {
        return false;
    }
    if was_alone && batch.len() == 1 {
        return true;
    }
    let (end, mut idle) = (Instant::now() + LONGEST_WAIT, 0);
    while idle < IDLE_TURNS && batch.len() < BATCH && Instant::now() < end {
        let before = batch.len();
        std::thread::yield_now();
        if !add(batch, queue.try_iter()) {
            return false;
        }
        idle = if batch.len() == before { idle + 1 } else { 0 };
    }
    true
}

/// False when there is no more to come.
fn add(batch: &mut Vec<Box<dyn Task>>, jobs: impl Iterator<Item = Job>) -> bool {
    let room = BATCH.saturating_sub(batch.len());
    for job in jobs.take(room) {
        match job {
            Job::Task(task) => batch.push(task),
            Job::Close => return false,
        }
    }
    true
}

/// Runs the batch, and replies when it is committed to a file that is still in its place.
fn run(db: &mut Connection, place: &Place, batch: &mut Vec<Box<dyn Task>>) {
    let lost = || StoreError::Unavailable("its file was removed while in use".to_owned());
    let in_place = || place.is_kept().then_some(()).ok_or_else(lost);
    let done = in_place()
        .and_then(|()| commit(db, batch).map_err(|error| schema::failed(&error)))
        .and_then(|()| in_place());
    let (failure, mut batch) = (done.err(), std::mem::take(batch));
    if let Some(first) = batch.pop() {
        let failure_of_first = failure.clone();
        first.reply(failure_of_first, Replies { batch, failure });
    }
}

fn commit(db: &mut Connection, batch: &mut [Box<dyn Task>]) -> rusqlite::Result<()> {
    let all = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let now = now();
    for task in batch {
        task.run(&all, now)?;
    }
    all.commit()
}

/// The database's clock: milliseconds since 1970.
fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
