//! What became of a create that was accepted, or that ended in doubt.

use axum::extract::{Path, State};
use http::HeaderMap;

use super::calls::{Result, Shared};
use crate::store::RecordKey;

pub(super) async fn ticket(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result {
    let caller = app.caller(&headers).await?;
    Ok(app.work.clone().resolve(caller, id).await)
}

pub(super) async fn delivery(
    State(app): Shared,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result {
    let caller = app.caller(&headers).await?;
    let account = caller.account().await?;
    Ok(app.work.delivery(RecordKey::new(account, key)).await)
}
