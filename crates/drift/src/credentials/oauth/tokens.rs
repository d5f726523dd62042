//! The tokens of one organization, as they are kept.

use std::fmt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize};

use crate::credentials::AccessToken;
use crate::credentials::oauth::store;
use crate::error::Error;
use crate::model::token_exchange::Exchanged;
use crate::policy::token_life;

/// The tokens of one organization, as they are kept: serde reads and writes them. `Debug` hides them.
///
/// As JSON: `refresh_token`, and where they are known `access_token`, `renew_at_ms` and `expires_at_ms` (in milliseconds
/// since 1970-01-01 UTC) and `organization`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthTokens {
    pub(crate) refresh_token: String,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "exposed")]
    pub(crate) access_token: Option<AccessToken>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    renew_at_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organization: Option<i64>,
}

/// How far the life of an access token has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    Fresh,
    /// It still works, and is to be renewed.
    Old,
    /// There is none, or it has expired.
    Over,
}

impl OAuthTokens {
    /// A refresh token alone: the first call gets an access token with it.
    pub fn of_refresh_token(refresh_token: impl Into<String>) -> Self {
        Self {
            refresh_token: refresh_token.into(),
            access_token: None,
            renew_at_ms: None,
            expires_at_ms: None,
            organization: None,
        }
    }

    pub(crate) fn granted(exchanged: Exchanged, refresh_token: String) -> Result<Self, Error> {
        let access_token = AccessToken::new(&exchanged.access_token);
        let access_token = access_token.map_err(|_| Error::unreadable_at("access_token"))?;
        let life = token_life::life(exchanged.expires_in);
        let renewed = life.map(|life| life.saturating_sub(token_life::margin(life)));
        Ok(Self {
            refresh_token,
            access_token: Some(access_token),
            renew_at_ms: renewed.map(from_now),
            expires_at_ms: life.map(from_now),
            organization: exchanged.organization,
        })
    }

    /// The organization, where Drift named it.
    pub fn organization(&self) -> Option<i64> {
        self.organization
    }

    /// Writes them into a file that its owner alone can read, in place of what stood there: as a whole or not at all.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) when the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        store::write(path.as_ref(), self).map_err(Error::no_token)
    }

    /// The tokens that [`save`](Self::save) has written.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) when the file cannot be read.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        store::read(path.as_ref()).map_err(Error::no_token)
    }

    /// The refresh token, which is a secret.
    pub fn refresh_token(&self) -> &str {
        &self.refresh_token
    }

    /// The access token, if there is one.
    pub fn access_token(&self) -> Option<&AccessToken> {
        self.access_token.as_ref()
    }

    pub(crate) fn age(&self) -> Age {
        let now = from_now(Duration::ZERO);
        let is_past = |moment: Option<u64>| moment.is_some_and(|moment| moment <= now);
        match &self.access_token {
            None => Age::Over,
            Some(_) if is_past(self.expires_at_ms) => Age::Over,
            Some(_) if is_past(self.renew_at_ms) => Age::Old,
            Some(_) => Age::Fresh,
        }
    }
}

/// The moment after this time, in milliseconds since 1970.
fn from_now(time: Duration) -> u64 {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    u64::try_from(now.saturating_add(time).as_millis()).unwrap_or(u64::MAX)
}

impl fmt::Debug for OAuthTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("OAuthTokens(..)")
    }
}

/// An access token as its text.
mod exposed {
    use serde::Serializer;

    use super::{AccessToken, Deserialize, Deserializer};

    pub(super) fn serialize<S: Serializer>(
        token: &Option<AccessToken>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match token {
            Some(token) => serializer.serialize_str(token.expose()),
            None => serializer.serialize_none(),
        }
    }

    /// What is no token counts as none: the next one is got with the refresh token.
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<AccessToken>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(text.and_then(|text| AccessToken::new(text).ok()))
    }
}
