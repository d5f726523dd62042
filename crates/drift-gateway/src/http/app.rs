//! What all requests share.

use std::sync::Arc;

use http::HeaderMap;

use crate::accounts::{Accounts, Caller};
use crate::http::guard::Guard;
use crate::http::limits::Limits;
use crate::observe::Metrics;
use crate::reply::Reply;
use crate::work::Work;

/// What all requests share.
pub(crate) struct App {
    pub(crate) accounts: Accounts,
    pub(crate) work: Arc<Work>,
    pub(crate) guard: Guard,
    pub(crate) limits: Limits,
    pub(crate) metrics: Arc<Metrics>,
}

impl App {
    /// Who sends a request.
    pub(crate) async fn caller(&self, headers: &HeaderMap) -> Result<Caller, Reply> {
        self.accounts.caller(headers).await
    }
}
