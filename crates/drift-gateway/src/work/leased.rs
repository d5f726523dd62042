//! A record that this process may work on, until its lease ends.

use drift::protocol::Step;

use super::Work;
use crate::store::{Fenced, Lease, Release, SettledResponse, StoreError};

/// A record, and the right to work on it.
pub(crate) struct Leased<'a> {
    work: &'a Work,
    lease: Lease,
}

impl<'a> Leased<'a> {
    pub(crate) fn new(work: &'a Work, lease: Lease) -> Self {
        Self { work, lease }
    }

    /// Whether a request may be sent now: the lease outlasts it, renewed where that is needed.
    pub(crate) async fn may_send(&mut self) -> bool {
        if self.lease.outlasts_an_attempt() {
            return true;
        }
        match self.work.store.renew(&self.lease).await {
            Ok(Some(lease)) => {
                self.lease = lease;
                self.lease.outlasts_an_attempt()
            }
            Ok(None) | Err(_) => false,
        }
    }

    /// Counts a request of this kind.
    pub(crate) fn count(&self, step: Step) {
        self.work.metrics.step(step);
    }

    /// Stores the final response.
    pub(crate) async fn settle(
        &self,
        response: SettledResponse,
        contact: Option<i64>,
    ) -> Result<Fenced, StoreError> {
        self.work.store.settle(&self.lease, response, contact).await
    }

    /// Leaves the key open.
    pub(crate) async fn release(&self, release: Release) -> Result<Fenced, StoreError> {
        self.work.store.release(&self.lease, release).await
    }
}
