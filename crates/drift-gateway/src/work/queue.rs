//! The places for requests in work or waiting. No caller can take them all, so that the others are served.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::accounts::Share;

pub(super) struct Queue {
    places: Arc<Semaphore>,
    /// The last quarter is for callers that have less than a quarter of all places.
    reserve: usize,
}

/// A place, until it is dropped.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    share: Share,
}

impl Queue {
    pub(super) fn new(places: usize) -> Self {
        let places = places.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(places)),
            reserve: places / 4,
        }
    }

    /// A place for a request of this caller; `None` where it has to come back later.
    pub(super) fn take(&self, share: &Share) -> Option<Place> {
        if share.places() >= self.reserve && self.places.available_permits() <= self.reserve {
            return None;
        }
        let permit = self.places.clone().try_acquire_owned().ok()?;
        share.take();
        Some(Place {
            _permit: permit,
            share: share.clone(),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.share.give_back();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_caller_leaves_a_quarter_to_the_others() {
        let queue = Queue::new(8);
        let (greedy, other) = (Share::default(), Share::default());
        let mut taken: Vec<_> = std::iter::from_fn(|| queue.take(&greedy)).collect();
        assert_eq!(taken.len(), 6);
        let others: Vec<_> = std::iter::from_fn(|| queue.take(&other)).collect();
        assert_eq!(others.len(), 2);
        assert!(queue.take(&Share::default()).is_none(), "it is full");
        taken.pop();
        assert!(queue.take(&greedy).is_none(), "the reserve is not for it");
        assert!(queue.take(&Share::default()).is_some());
    }

    #[test]
    fn a_small_queue_has_no_reserve() {
        for places in [1, 3] {
            let (queue, share) = (Queue::new(places), Share::default());
            let taken: Vec<_> = std::iter::from_fn(|| queue.take(&share)).collect();
            assert_eq!(taken.len(), places);
        }
    }
}
