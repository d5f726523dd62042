//! What an access token is.

use std::fmt;

use drift_sdk::types;

use crate::engine::access::describe::{self, DESCRIBE, describe_token};
use crate::engine::call::Call;
use crate::engine::connection::Connection;
use crate::error::Error;
use crate::options::CallOptions;

/// What an access token is. `Debug` hides the token.
/// Source: <https://devdocs.drift.com/docs/get-token-information>.
#[derive(Clone, PartialEq)]
pub struct TokenInfo(types::TokenInfo);

/// Describes the token of a connection.
pub(crate) async fn describe(
    connection: &Connection,
    options: &CallOptions,
) -> Result<TokenInfo, Error> {
    let call = Call::new(connection, options, DESCRIBE);
    let described = call.send(describe_token).await.map(TokenInfo)?;
    if let Some(organization) = described.organization() {
        connection.learn_organization(organization);
    }
    Ok(described)
}

impl TokenInfo {
    /// The scopes that the token holds, such as `contact_write`.
    pub fn scopes(&self) -> Vec<&str> {
        let scope = self.0.scope.as_ref().and_then(|scope| scope.0.as_deref());
        scope.unwrap_or_default().split_whitespace().collect()
    }

    /// The number of the organization, out of `orgId:NNN`.
    pub fn organization(&self) -> Option<i64> {
        describe::organization(&self.0)
    }

    /// When the token was made, in milliseconds since 1970-01-01 UTC.
    pub fn created_at_millis(&self) -> Option<i64> {
        self.0.created_at.as_ref().and_then(|at| at.0)
    }

    /// How long the token is valid, in milliseconds as far as is known; 0 means until it is revoked.
    pub fn expires_in_millis(&self) -> Option<i64> {
        self.0.expires_in.as_ref().and_then(|time| time.0)
    }

    /// The object that Drift sent, without the token itself.
    pub fn to_json(&self) -> serde_json::Value {
        let mut json = serde_json::to_value(&self.0).unwrap_or_default();
        if let Some(members) = json.as_object_mut() {
            members.remove("access_token");
        }
        json
    }
}

/// The object that Drift sent, without the token itself, as [`TokenInfo::to_json`] shows it.
impl serde::Serialize for TokenInfo {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl fmt::Debug for TokenInfo {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TokenInfo")
            .field("scopes", &self.scopes())
            .finish_non_exhaustive()
    }
}
