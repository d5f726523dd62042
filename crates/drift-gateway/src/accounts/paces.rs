//! One pace for each account: tokens of one organization pause together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use drift::{AttemptEnd, Client, Interceptor};

use super::Session;
use crate::store::AccountId;

/// The most accounts that are remembered. Beyond, tokens that are new begin a pace of their own.
const MOST: usize = 1_000;

/// The client whose pace an account has.
#[derive(Default)]
pub(crate) struct Paces(Mutex<HashMap<AccountId, Client>>);

impl Paces {
    /// Lets this client wait for the pace of its account.
    pub(super) fn join(&self, account: &AccountId, client: &Client) {
        let mut first = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = first.get(account) {
            return client.share_pace(first);
        }
        if first.len() >= MOST {
            first.clear();
        }
        first.insert(account.clone(), client.clone());
    }
}

/// When Drift asks a caller to pause, its account is asked for, so that the other tokens of the account pause too. Until
/// then nobody needs to know it.
pub(super) struct OnPause(pub(super) Weak<Session>);

impl Interceptor for OnPause {
    fn after_attempt(&self, attempt: &AttemptEnd) {
        if attempt.status() == Some(429)
            && let Some(session) = self.0.upgrade()
        {
            tokio::spawn(async move { session.join_pace().await });
        }
    }
}

/// What a session needs to join the pace of its account.
pub(super) struct PaceOfAccount {
    pub(super) paces: Arc<Paces>,
    /// Asks for the organization, also while the session's own client pauses.
    pub(super) asking: Client,
}
