//! What every request passes: the guard against web pages, its span and its count.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use crate::http::app::App;
use crate::http::routes::HEALTH;
use crate::observe::span;

/// Stands for all paths that are no route, so that their number does not grow.
const NO_ROUTE: &str = "none";

pub(crate) async fn front(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or(NO_ROUTE.to_owned(), |route| route.as_str().to_owned());
    let trace = span::traceparent(request.headers());
    let span = span::of_request(&method, &route, trace);
    let _in_flight = app.metrics.in_flight();
    let response = guarded(&app, request, next).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    app.metrics
        .request(method.as_str(), &route, response.status().as_u16());
    response
}

/// A check of health may come under any name.
async fn guarded(app: &App, request: Request, next: Next) -> Response {
    if request.uri().path() != HEALTH
        && let Err(refused) = app.guard.check(&request)
    {
        return refused.into_response();
    }
    next.run(request).await
}
