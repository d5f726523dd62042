//! Carries out a fault: around the request's execution, on its response, or on its connection.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tokio::sync::watch;

use super::faults::Due;
use super::plan::{Effect, RetryAfter};
use crate::http::connection::{Break, Breaker, stopped};
use crate::http::response::json_response;
use crate::rules::error::{ApiError, Code};
use crate::rules::rate::seconds;

/// Half a page of bytes that no reader takes for JSON or UTF-8.
const GARBAGE: &[u8] = b"\x00\xff\xfe{]]]garbage\x80\x81,,,\"data\":\x00";

/// Bytes in one part of an endless response.
const CHUNK: usize = 64 * 1024;

/// The request that a fault happens to.
pub(crate) struct Stage {
    pub(crate) breaker: Breaker,
    pub(crate) stopping: watch::Receiver<bool>,
    /// Now, in milliseconds since 1970, by the emulator's clock.
    pub(crate) now: i64,
}

impl Stage {
    /// Lets the fault happen; `execution` gives the API's own response and is awaited only if the fault lets the
    /// request be executed.
    pub(crate) async fn play(
        self,
        due: Due,
        execution: impl Future<Output = Response>,
    ) -> Response {
        match due.effect {
            Effect::Refuse => self.refuse().await,
            Effect::Twice => execution.await,
            Effect::Disconnect { reset, commit } => {
                if commit {
                    drop(execution.await);
                }
                self.disconnect(if reset { Break::Reset } else { Break::Close })
                    .await
            }
            Effect::HalfBody => half(execution.await, self.breaker).await,
            Effect::Stall { ms, commit: false } => {
                self.wait(ms).await;
                execution.await
            }
            Effect::Stall { ms, commit: true } => {
                let response = execution.await;
                self.wait(ms).await;
                response
            }
            Effect::ContentType { value } => labelled(execution.await, &value),
            Effect::Redirect { location, status } => redirect(&location, status),
            Effect::RateLimit { retry_after, .. } => rate_limited(due.wait, retry_after, self.now),
            Effect::Status {
                status,
                headers,
                body,
                commit,
            } => {
                execute_if(commit, execution).await;
                let mut response = response_of(status, body);
                for (name, value) in headers {
                    put(&mut response, &name, &value);
                }
                response
            }
            Effect::Garbage { commit } => {
                execute_if(commit, execution).await;
                json_response(Body::from(GARBAGE))
            }
            Effect::Endless { bytes, commit } => {
                execute_if(commit, execution).await;
                json_response(Body::new(Endless {
                    left: bytes,
                    begun: false,
                }))
            }
        }
    }

    /// Resets the connection before a response begins.
    pub(crate) async fn refuse(self) -> Response {
        self.disconnect(Break::Reset).await
    }

    /// Breaks the connection off, which ends this future from outside.
    async fn disconnect(self, how: Break) -> Response {
        self.breaker.trip(how);
        std::future::pending().await
    }

    /// Waits; an emulator that stops breaks the connection off.
    async fn wait(&self, ms: Option<u64>) {
        let mut stopping = self.stopping.clone();
        let enough = async {
            match ms {
                Some(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = enough => {}
            () = stopped(&mut stopping) => {
                self.breaker.trip(Break::Close);
                std::future::pending::<()>().await;
            }
        }
    }
}

async fn execute_if(commit: bool, execution: impl Future<Output = Response>) {
    if commit {
        drop(execution.await);
    }
}

fn put(response: &mut Response, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
        response.headers_mut().insert(name, value);
    }
}

/// A response with a given body, or for an error with the envelope that Drift would send.
fn response_of(status: u16, body: Option<String>) -> Response {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = match status {
        429 => "rate_limit",
        401 | 403 => "authentication_error",
        404 => "not_found",
        400..500 => "validation_error",
        _ => "internal_error",
    };
    match body {
        None if status >= 400 => {
            ApiError::new(status, Code::General(kind), "Made up by a fault").into_response()
        }
        body => {
            let mut response = json_response(Body::from(body.unwrap_or_default()));
            *response.status_mut() = code;
            response
        }
    }
}

fn redirect(location: &str, status: u16) -> Response {
    let mut response = response_of(status, None);
    put(&mut response, "location", location);
    response
}

fn rate_limited(wait: i64, form: RetryAfter, now: i64) -> Response {
    let error = ApiError::rate_limited();
    let value = match form {
        RetryAfter::Seconds => Some(HeaderValue::from(seconds(wait))),
        RetryAfter::Date => {
            HeaderValue::from_str(&crate::rules::clock::http_date(now.saturating_add(wait))).ok()
        }
        RetryAfter::Absent => None,
    };
    match value {
        Some(value) => error
            .with_header(header::RETRY_AFTER, value)
            .into_response(),
        None => error.into_response(),
    }
}

fn labelled(mut response: Response, content_type: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}

async fn half(response: Response, breaker: Breaker) -> Response {
    let (head, body) = response.into_parts();
    let whole = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let first = whole.slice(..whole.len() / 2);
    Response::from_parts(
        head,
        Body::new(Half {
            first: Some(first),
            whole: whole.len() as u64,
            breaker,
        }),
    )
}

/// The first half of a body that announces its whole length.
struct Half {
    first: Option<Bytes>,
    whole: u64,
    breaker: Breaker,
}

impl hyper::body::Body for Half {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.first.take() {
            Some(first) => Poll::Ready(Some(Ok(Frame::data(first)))),
            None => {
                self.breaker.trip(Break::CloseWhenFlushed);
                Poll::Pending
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.whole)
    }
}

/// `{"data":[0,0,0…`
struct Endless {
    left: Option<u64>,
    begun: bool,
}

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut chunk = b"0,".repeat(CHUNK / 2);
        if !self.begun {
            self.begun = true;
            chunk.splice(..0, *b"{\"data\":[");
        }
        if let Some(left) = &mut self.left {
            chunk.truncate(usize::try_from(*left).unwrap_or(CHUNK));
            *left -= chunk.len() as u64;
        }
        if chunk.is_empty() {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(Ok(Frame::data(chunk.into()))))
    }
}
