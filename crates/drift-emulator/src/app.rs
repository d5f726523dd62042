//! What every request of one emulator shares.

use http::HeaderMap;

use crate::fault::Faults;
use crate::http::guard::Guard;
use crate::rules::auth::{Caller, Tokens, bearer};
use crate::rules::clock::SharedClock;
use crate::rules::definitions::KnownNames;
use crate::rules::error::ApiError;
use crate::rules::grants::{App as OauthApp, Grants};
use crate::rules::lag::Lag;
use crate::rules::rate::Limiter;
use crate::rules::settings::Settings;
use crate::store::{Store, StoreError};

/// The parts of a running emulator.
pub(crate) struct App {
    pub(crate) settings: Settings,
    pub(crate) tokens: Tokens,
    /// The app that tokens are granted to; none where everybody would know its secret.
    pub(crate) oauth: Option<OauthApp>,
    pub(crate) grants: Grants,
    pub(crate) clock: SharedClock,
    pub(crate) store: Store,
    pub(crate) guard: Guard,
    pub(crate) known_names: KnownNames,
    pub(crate) lag: Lag,
    pub(crate) limiter: Limiter,
    pub(crate) faults: Faults,
    /// When the emulator started, in milliseconds since 1970.
    pub(crate) started_at: i64,
}

impl App {
    /// Whose token this is, if it is good now.
    pub(crate) fn find_caller(&self, token: &str) -> Option<Caller<'_>> {
        self.tokens.find(token).or_else(|| {
            let access = self.grants.find(token, self.clock.now())?;
            Some(self.tokens.of_grant(&access))
        })
    }

    /// The caller named by the `Authorization` header.
    pub(crate) fn caller(&self, headers: &HeaderMap) -> Result<Caller<'_>, ApiError> {
        bearer(headers)
            .and_then(|token| self.find_caller(token))
            .ok_or_else(|| ApiError::bad_token(self.settings.bad_token_status))
    }
}

impl From<StoreError> for ApiError {
    fn from(cause: StoreError) -> Self {
        ApiError::internal(match cause {
            StoreError::Failed => "The database did not execute the request",
            StoreError::FileLost => {
                "The database file was deleted or replaced while the emulator ran; start the emulator again"
            }
        })
    }
}
