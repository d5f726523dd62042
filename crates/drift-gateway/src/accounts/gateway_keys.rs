//! The keys that callers present where the gateway holds the credentials. They are stored hashed, and compared in constant
//! time.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use subtle::{Choice, ConstantTimeEq};
use tokio::sync::Mutex;

use super::{Share, sha256};
use crate::reply::Reply;
use crate::store::Store;

/// How long the keys of the store are believed, so that one that was removed stops working.
const BELIEVED: Duration = Duration::from_secs(5);

/// The hash of a key of the gateway, as the store holds it: SHA-256. A key is random, so a plain hash is enough.
pub fn hash_key(key: &str) -> [u8; 32] {
    sha256(key)
}

pub(crate) struct GatewayKeys {
    store: Arc<dyn Store>,
    read: Mutex<Option<(Instant, Vec<[u8; 32]>)>>,
    /// Those that were presented.
    shares: std::sync::Mutex<HashMap<[u8; 32], Share>>,
}

impl GatewayKeys {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            read: Mutex::new(None),
            shares: std::sync::Mutex::default(),
        }
    }

    /// The places in the queue of the caller who presents this key; `None` where it is none of them.
    pub(crate) async fn share_of(&self, key: &str) -> Result<Option<Share>, Reply> {
        let presented = hash_key(key);
        if !self.holds(presented).await? {
            return Ok(None);
        }
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(shares.entry(presented).or_default().clone()))
    }

    /// Whether this is one of them. All are compared, so that the time says nothing of which one.
    async fn holds(&self, presented: [u8; 32]) -> Result<bool, Reply> {
        let found = self
            .hashes()
            .await?
            .iter()
            .fold(Choice::from(0), |found, hash| {
                found | hash.ct_eq(&presented)
            });
        Ok(found.into())
    }

    async fn hashes(&self) -> Result<Vec<[u8; 32]>, Reply> {
        let mut read = self.read.lock().await;
        if let Some((at, hashes)) = &*read
            && at.elapsed() < BELIEVED
        {
            return Ok(hashes.clone());
        }
        match self.store.keys().await {
            Ok(keys) => {
                let hashes: Vec<_> = keys.into_iter().map(|key| key.hash).collect();
                *read = Some((Instant::now(), hashes.clone()));
                Ok(hashes)
            }
            // A store that is away for a while does not lock out those who were known.
            Err(error) => match &*read {
                Some((_, hashes)) => Ok(hashes.clone()),
                None => Err(Reply::store_away(&error)),
            },
        }
    }
}
