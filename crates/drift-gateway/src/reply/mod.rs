//! What the gateway replies, as data: Drift's JSON where it succeeded, Drift's error envelope where it did not. Pure; it
//! knows no server, no store and no key.

mod body;
mod failure;
mod outcome;
mod settled;

use std::time::Duration;

use serde_json::{Value, json};

use crate::store::StoreError;

pub(crate) use body::Body;
pub(crate) use failure::{
    is_duplicate, is_final, is_refused_for_good, not_shown_yet, unavailable, unresolved,
};
pub(crate) use outcome::{of_outcome, of_upserted, of_written};

/// A response that is not yet on a wire. It may hold personal data.
#[derive(Clone, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Body,
    /// The header `Drift-Outcome`.
    pub(crate) outcome: Option<Box<str>>,
    /// The header `Idempotency-Replayed`.
    pub(crate) is_replayed: bool,
    /// The header `Retry-After`.
    pub(crate) retry_after: Option<Duration>,
    /// The header `X-Request-Id`, of Drift's response.
    pub(crate) request_id: Option<Box<str>>,
    /// Further headers.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// A success with this body.
    pub(crate) fn success(status: u16, body: Value) -> Self {
        Self::with_body(status, Body::Json(body))
    }

    pub(crate) fn with_body(status: u16, body: Body) -> Self {
        Self {
            status,
            body,
            outcome: None,
            is_replayed: false,
            retry_after: None,
            request_id: None,
            headers: Vec::new(),
        }
    }

    /// A failure in Drift's envelope. The sentence holds nothing personal.
    pub(crate) fn error(status: u16, kind: &str, message: impl Into<String>) -> Self {
        let message: String = message.into();
        Self::success(status, json!({"error": {"type": kind, "message": message}}))
    }

    /// The same, with a time to wait before the next request.
    pub(crate) fn after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// The store did not do what it was asked. Nothing was sent, or what was sent is looked up by the next request.
    pub(crate) fn store_away(error: &StoreError) -> Self {
        unavailable(format!("{error}; send the request again as it is"))
    }

    /// The same, with one more header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The type of its error.
    #[cfg(test)]
    pub(crate) fn error_type(&self) -> Option<&str> {
        match &self.body {
            Body::Json(body) => body["error"]["type"].as_str(),
            Body::Contact(_) => None,
        }
    }

    /// The same, with one more member in its `error`.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Body::Json(body) = &mut self.body {
            body["error"][name] = value.into();
        }
        self
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Reply({})", self.status)
    }
}
