//! The tokens of a login in the store, where all gateways on it share them.

use std::sync::Arc;

use drift::credentials::{LockedTokens, OAuthTokens, SharedFuture, SharedTokens};

use super::sha256;
use crate::store::{Store, TokenLock};

/// The tokens of a login in the store: one gateway renews them, and the others take over what it got.
///
/// They belong to the refresh token that the gateways were started with, so a new login begins anew.
pub struct StoredTokens {
    store: Arc<dyn Store>,
    name: String,
}

impl std::fmt::Debug for StoredTokens {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("StoredTokens(..)")
    }
}

impl StoredTokens {
    /// The tokens of a login that a gateway is started with.
    pub fn new(store: Arc<dyn Store>, login: &OAuthTokens) -> Self {
        let hash = sha256(login.refresh_token());
        let name = hash.iter().map(|byte| format!("{byte:02x}"));
        Self {
            store,
            name: format!("oauth {}", name.collect::<String>()),
        }
    }
}

impl SharedTokens for StoredTokens {
    fn lock(&self) -> SharedFuture<'_, Box<dyn LockedTokens>> {
        Box::pin(async {
            let lock = self.store.lock_token(&self.name).await?;
            Ok(Box::new(Locked(lock)) as Box<dyn LockedTokens>)
        })
    }
}

struct Locked(Box<dyn TokenLock>);

impl LockedTokens for Locked {
    /// What another version of the gateway has stored, and this one cannot read, is renewed.
    fn current(&self) -> Option<OAuthTokens> {
        serde_json::from_str(self.0.current()?).ok()
    }

    fn keep(self: Box<Self>, tokens: &OAuthTokens) -> SharedFuture<'static, ()> {
        let json = serde_json::to_string(tokens);
        Box::pin(async move { Ok(self.0.store(json?).await?) })
    }
}
