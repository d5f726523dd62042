//! Who waits for which record in this process. Both stores wake them, and both look again from time to time, for changes
//! that another process made.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::record::RecordId;

/// What somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Topic {
    /// A change of a record.
    Record(RecordId),
    /// A delivery that may have become due.
    Delivery,
}

/// The waiters of one store.
#[derive(Default)]
pub(super) struct Waiters(Mutex<HashMap<Topic, Waiting>>);

#[derive(Default)]
struct Waiting {
    notify: Arc<Notify>,
    count: usize,
}

/// One that waits; it is forgotten when it is dropped.
pub(super) struct Waiter<'a> {
    waiters: &'a Waiters,
    topic: Topic,
    notify: Arc<Notify>,
}

impl Waiters {
    /// Registers a waiter. A wake-up from now on reaches whoever then asks for [`Waiter::notify`].
    pub(super) fn register(&self, topic: Topic) -> Waiter<'_> {
        let mut all = self.lock();
        let waiting = all.entry(topic).or_default();
        waiting.count += 1;
        Waiter {
            notify: Arc::clone(&waiting.notify),
            waiters: self,
            topic,
        }
    }

    /// Wakes everybody who waits for this.
    pub(super) fn wake(&self, topic: Topic) {
        if let Some(waiting) = self.lock().get(&topic) {
            waiting.notify.notify_waiters();
        }
    }

    /// Wakes everybody: changes may have been missed.
    #[cfg(feature = "postgres")]
    pub(super) fn wake_all(&self) {
        let all = self.lock();
        all.values().for_each(|it| it.notify.notify_waiters());
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Topic, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Waiters {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Waiters({})", self.lock().len())
    }
}

impl Waiter<'_> {
    pub(super) fn notify(&self) -> &Notify {
        &self.notify
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut all = self.waiters.lock();
        if let Some(waiting) = all.get_mut(&self.topic) {
            waiting.count -= 1;
            if waiting.count == 0 {
                all.remove(&self.topic);
            }
        }
    }
}
