//! Whether the gateway works, and its counters.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header;
use serde_json::json;

use super::calls::Shared;
use crate::reply::Reply;

/// 200 where the store can be written to; 503 where it cannot, so that keyed requests are refused.
pub(super) async fn health(State(app): Shared) -> Reply {
    match app.work.store.health().await {
        Ok(health) => Reply::success(
            200,
            json!({
                "status": "ok",
                "deliveries": {"waiting": health.pending, "failed": health.failed},
                "unresolved": health.unresolved,
            }),
        ),
        Err(_) => Reply::success(503, json!({"status": "store_unavailable"})),
    }
}

pub(super) async fn metrics(State(app): Shared) -> Response {
    if let Ok(health) = app.work.store.health().await {
        app.metrics.stored(&health);
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], app.metrics.text()).into_response()
}
