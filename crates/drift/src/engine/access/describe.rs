//! What Drift says of a token.

use drift_sdk::{ClientInfo, types};

use crate::engine::attempt::Generated;
use crate::engine::operation::Operation;

pub(crate) const DESCRIBE: Operation = Operation::reading("token.info").without_contact();

/// Asks about the token that is sent.
pub(crate) async fn describe_token(sdk: drift_sdk::Client) -> Generated<types::TokenInfo> {
    let token = sdk.inner().token().unwrap_or_default();
    let access_token = token.to_owned();
    sdk.describe_token(&types::TokenInfoRequest { access_token })
        .await
}

/// The number of the organization, out of `orgId:NNN`.
pub(crate) fn organization(described: &types::TokenInfo) -> Option<i64> {
    let user = described.authenticated_userid.as_ref()?.0.as_deref()?;
    user.strip_prefix("orgId:")?.parse().ok()
}
