//! A record that this process may work on, until its lease ends.

use std::time::Duration;

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

    /// Waits so long, and renews the lease meanwhile: nobody takes over from one who is alive. Whether it was lost is found
    /// out before the next request.
    pub(crate) async fn rest(&mut self, wait: Duration) {
        let mut left = wait;
        while !left.is_zero() {
            let part = left.min(self.lease.renew_every());
            tokio::time::sleep(part).await;
            left = left.saturating_sub(part);
            if !left.is_zero() {
                let _found_out_later = self.may_send().await;
            }
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
