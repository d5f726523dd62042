//! What every request of one emulator shares.

use crate::fault::Faults;
use crate::http::guard::Guard;
use crate::rules::auth::Tokens;
use crate::rules::clock::SharedClock;
use crate::rules::definitions::KnownNames;
use crate::rules::error::ApiError;
use crate::rules::lag::Lag;
use crate::rules::rate::Limiter;
use crate::rules::settings::Settings;
use crate::store::{Store, StoreError};

/// The parts of a running emulator.
pub(crate) struct App {
    pub(crate) settings: Settings,
    pub(crate) tokens: Tokens,
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
