//! The tasks of those who take part in one write.
//!
//! A future that is polled by several tasks remembers the waker of the last one only, which may be the one that is held
//! and never polled again. So the write is polled with a waker of its own, which wakes all of them; whoever comes first
//! drives it on.

use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

use super::lock;

/// The tasks to wake when the write can go on.
#[derive(Default)]
pub(super) struct Waiters(Mutex<Vec<Waker>>);

impl Waiters {
    pub(super) fn add(&self, waker: &Waker) {
        let mut waiters = lock(&self.0);
        if !waiters.iter().any(|known| known.will_wake(waker)) {
            waiters.push(waker.clone());
        }
    }

    /// Forgets all: the only one who waited has what it waited for, and to wake it would poll its task for nothing.
    pub(super) fn forget(&self) {
        lock(&self.0).clear();
    }
}

impl Wake for Waiters {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // None is woken under the lock, since what is woken may wait for it.
        let mut woken = std::mem::take(&mut *lock(&self.0));
        woken.drain(..).for_each(Waker::wake);
        // Its memory serves the next poll, unless somebody has begun another list meanwhile.
        let mut waiters = lock(&self.0);
        if waiters.capacity() == 0 {
            *waiters = woken;
        }
    }
}
