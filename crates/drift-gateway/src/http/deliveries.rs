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
    let session = app.session(&headers).await?;
    Ok(app.work.clone().resolve(session, id).await)
}

pub(super) async fn delivery(
    State(app): Shared,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Result {
    let session = app.session(&headers).await?;
    let account = session.account().await?;
    Ok(app.work.delivery(RecordKey::new(account, key)).await)
}
