//! `POST /oauth2/token`, which passes through as it is.

use axum::body::Body;
use axum::extract::State;
use http::HeaderMap;

use super::body;
use super::calls::Shared;
use crate::reply::Reply;
use crate::work::token_exchange::Exchanged;

pub(super) async fn exchange(
    State(app): Shared,
    headers: HeaderMap,
    form: Body,
) -> Result<Exchanged, Reply> {
    let form = body::read(form, &app.limits).await?;
    Ok(app.work.exchange(headers, form).await)
}
