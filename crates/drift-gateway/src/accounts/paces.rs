//! One pace for each account: tokens of one organization pause together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use drift::pace::{Allowance, Demand};
use drift::{AttemptEnd, Client, Interceptor};

use super::Session;
use crate::store::AccountId;

/// The most accounts that are remembered. Beyond, tokens that are new begin a pace of their own.
const MOST: usize = 1_000;

/// The pace of each account.
#[derive(Default)]
pub(crate) struct Paces(Mutex<HashMap<AccountId, Paced>>);

/// An account, by the first client that joined it.
struct Paced {
    client: Client,
    /// Whether it was used since its pace was last shared.
    is_used: bool,
    /// Whether a replica has seen a 429.
    is_limited: bool,
}

impl Paces {
    /// Lets this client wait for the pace of its account.
    pub(super) fn join(&self, account: &AccountId, client: &Client) {
        let mut paced = self.paced();
        if let Some(paced) = paced.get_mut(account) {
            paced.is_used = true;
            return client.share_pace(&paced.client);
        }
        if paced.len() >= MOST {
            paced.clear();
        }
        let first = Paced {
            client: client.clone(),
            is_used: true,
            is_limited: false,
        };
        paced.insert(account.clone(), first);
    }

    /// What each account wants and has seen since this was last called: those that are limited or were used.
    pub(super) fn demands(&self, which: Which) -> Vec<(AccountId, Demand, bool)> {
        let mut demands = Vec::new();
        for (account, paced) in self.paced().iter_mut() {
            let demand = paced.client.take_demand();
            let is_idle = demand == Demand::default();
            let is_due = paced.is_limited || which == Which::All || !demand.rate_limits.is_empty();
            if is_due && (paced.is_used || !is_idle) {
                let was_used = std::mem::take(&mut paced.is_used);
                demands.push((account.clone(), demand, was_used));
            }
        }
        demands
    }

    /// Keeps an account to its part of the pace that all replicas share.
    pub(super) fn allow(&self, account: &AccountId, allowance: Allowance) {
        if let Some(paced) = self.paced().get_mut(account) {
            paced.is_limited = true;
            paced.client.allow(allowance);
        }
    }

    fn paced(&self) -> MutexGuard<'_, HashMap<AccountId, Paced>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which accounts are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Those that a replica has seen a 429 of.
    Limited,
    /// All that are in use.
    All,
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
