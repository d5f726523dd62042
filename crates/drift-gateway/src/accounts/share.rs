//! How many places of the queue a caller has.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The places of one caller; clones count together.
#[derive(Clone, Default)]
pub(crate) struct Share(Arc<AtomicUsize>);

impl Share {
    /// How many places the caller has now.
    pub(crate) fn places(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn take(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn give_back(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
