//! What every request passes: the guard against web pages, its span and its count.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use tracing::Instrument;

use crate::accounts::GATEWAY_REALM;
use crate::http::app::App;
use crate::http::routes::HEALTH;
use crate::observe::span;
use crate::reply::{self, Reply};

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
    let response = next.run(request).await;
    if app.accounts.held_session().is_some() && is_of_drifts_token(&response) {
        return own_token_refused().into_response();
    }
    response
}

/// A 401 of Drift, not of the gateway to a caller without a key.
fn is_of_drifts_token(response: &Response) -> bool {
    let realm = response.headers().get(header::WWW_AUTHENTICATE);
    response.status() == StatusCode::UNAUTHORIZED && realm.is_none_or(|it| it != GATEWAY_REALM)
}

/// Drift refuses the token that the gateway holds. That is no fault of the caller, who is to send the request again.
fn own_token_refused() -> Reply {
    tracing::warn!("Drift refuses the token of the gateway: log in again, or give it another one");
    reply::unavailable(
        "Drift refuses the token that the gateway holds, and nothing was executed. Its operator has to log in again; send \
         the request again as it is.",
    )
}
