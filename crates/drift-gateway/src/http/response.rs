//! A reply on the wire.

use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::reply::Reply;
use crate::work::token_exchange::Exchanged;

/// Says what became of a create: `created`, `recovered`, `existed`, `updated`.
const OUTCOME: HeaderName = HeaderName::from_static("drift-outcome");
/// Says that the response is that to an earlier request with the key.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body.to_bytes()));
        *response.status_mut() = status(self.status);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, JSON);
        if let Some(outcome) = self
            .outcome
            .and_then(|outcome| HeaderValue::from_str(&outcome).ok())
        {
            headers.insert(OUTCOME, outcome);
        }
        if self.is_replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
        }
        if let Some(id) = self
            .request_id
            .and_then(|id| HeaderValue::from_str(&id).ok())
        {
            headers.insert(REQUEST_ID, id);
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        if self.status == 401 {
            let bearer = || HeaderValue::from_static("Bearer");
            headers
                .entry(header::WWW_AUTHENTICATE)
                .or_insert_with(bearer);
        }
        response
    }
}

impl IntoResponse for Exchanged {
    fn into_response(self) -> Response {
        match self {
            Self::Ours(reply) => reply.into_response(),
            Self::Drifts {
                status: code,
                headers,
                body,
            } => (status(code), headers, body).into_response(),
        }
    }
}

fn status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY)
}

/// A part of a second asks for a whole one.
fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
