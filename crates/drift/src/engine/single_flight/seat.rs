//! Where a write runs.
//!
//! A write that others may join has to live in memory of its own, since whoever is polled drives it on, and the first one
//! may be gone by then. It needs about 3 KB, and to allocate and free so much for each create costs more than all other
//! bookkeeping. So a seat is kept when its write has ended, and the next write sits down in it: a create that nobody
//! joins allocates nothing for it.

use std::pin::Pin;
use std::task::{Context, Poll};

use super::Landed;
use crate::engine::deadline::Deadline;
use crate::engine::safe_write::SafeWrite;

/// A seat, with its write or after it.
pub(crate) type Seat = Box<dyn Run>;

/// Runs one write after the other.
pub(crate) trait Run: Send {
    /// Begins a write; the one before it is dropped if it has not ended.
    fn start(&mut self, write: SafeWrite, deadline: Deadline);

    /// Drives the write on.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Landed>;
}

/// A new seat for writes that are run by `run`.
pub(crate) fn new<F>(run: impl Fn(SafeWrite, Deadline) -> F + Send + 'static) -> Seat
where
    F: Future<Output = Landed> + Send + 'static,
{
    let future = Box::pin(None);
    Box::new(Kept { run, future })
}

/// The future of a write, in memory that outlives it.
struct Kept<Run, F> {
    run: Run,
    future: Pin<Box<Option<F>>>,
}

impl<R, F> Run for Kept<R, F>
where
    R: Fn(SafeWrite, Deadline) -> F + Send,
    F: Future<Output = Landed> + Send,
{
    fn start(&mut self, write: SafeWrite, deadline: Deadline) {
        self.future.set(Some((self.run)(write, deadline)));
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Landed> {
        let Some(running) = self.future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let polled = running.poll(context);
        if polled.is_ready() {
            // A seat that waits for the next write holds nothing of the last one.
            self.future.set(None);
        }
        polled
    }
}
