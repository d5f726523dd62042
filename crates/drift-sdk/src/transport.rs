//! What the generated client is made to do on each call: add the token, watch the progress, limit the response,
//! and keep status, headers and text of a failure that is not the JSON of the contract.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use http_body_util::{BodyExt, Limited};
use reqwest::{Body, Request, Response, Url};

use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo};

use crate::generated::{Client, types};
use crate::progress::{Progress, Stage, WatchedBody};
use crate::url_cache::UrlCache;

/// The largest response that is read, unless set otherwise: 16 MiB (16,777,216 bytes).
pub const DEFAULT_BODY_LIMIT: usize = 16 * 1024 * 1024;

/// The `error.type` of a failure whose response is not the JSON of the contract; its text, up to 4,096 bytes of it, is
/// in `error.message`.
pub const UNREADABLE: &str = "unreadable";

const KEPT_TEXT: usize = 4096;

/// What some servers put before their JSON.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A token that cannot stand in a header: it is empty, or holds a control character or one beyond ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidToken;

impl std::fmt::Display for InvalidToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the access token is empty or holds a character that no token has")
    }
}

impl std::error::Error for InvalidToken {}

/// The part of a [`Client`] that is not generated. Cloning is cheap.
#[derive(Clone)]
pub struct Transport {
    /// None for calls that need no token.
    authorization: Option<HeaderValue>,
    body_limit: usize,
    timeout: Option<Duration>,
    progress: Option<Arc<Progress>>,
    headers: Option<Arc<HeaderMap>>,
    watch_redirects: bool,
    url_cache: UrlCache,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Transport")
            .field("body_limit", &self.body_limit)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Transport {
    /// Sends `Authorization: Bearer TOKEN` with each call.
    ///
    /// # Errors
    ///
    /// [`InvalidToken`] when the token is empty or holds anything but visible ASCII.
    pub fn bearer(token: &str) -> Result<Self, InvalidToken> {
        Self::anonymous().with_bearer(token)
    }

    /// Sends no token: for [`exchange_token`](Client::exchange_token), whose body has the credentials.
    pub fn anonymous() -> Self {
        Self {
            authorization: None,
            body_limit: DEFAULT_BODY_LIMIT,
            timeout: None,
            progress: None,
            headers: None,
            watch_redirects: false,
            url_cache: UrlCache::default(),
        }
    }

    /// The same with this token instead of its own.
    ///
    /// # Errors
    ///
    /// [`InvalidToken`] when the token is empty or holds anything but visible ASCII.
    pub fn with_bearer(mut self, token: &str) -> Result<Self, InvalidToken> {
        self.authorization = Some(authorization(token)?);
        Ok(self)
    }

    /// The token that is sent, if one is.
    pub fn token(&self) -> Option<&str> {
        let authorization = self.authorization.as_ref()?.to_str().ok()?;
        authorization.strip_prefix("Bearer ")
    }

    /// Reads at most so many bytes of a response; 16 MiB unless set. A longer one is an error of the body.
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Ends a call after this time, from the connect to the last byte of the response; none unless set.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Reports to `progress` how far the next call gets. Meant for one call: clone the transport for each. The headers of
    /// a success are then in `progress` alone.
    #[must_use]
    pub fn watched_by(mut self, progress: Arc<Progress>) -> Self {
        self.progress = Some(progress);
        self
    }

    /// Sends these headers with each call, beside its own. One that a call sets itself, such as `Authorization`, stays the
    /// call's.
    #[must_use]
    pub fn headers(mut self, headers: Arc<HeaderMap>) -> Self {
        self.headers = Some(headers);
        self
    }

    /// Tells the progress whether a call was redirected; for an HTTP client that follows redirects. Not done unless set,
    /// since it costs a copy of each URL.
    #[must_use]
    pub fn watch_redirects(mut self) -> Self {
        self.watch_redirects = true;
        self
    }

    /// The URL of a call; called by the generated code.
    pub(crate) fn parsed(&self, url: String) -> Result<Url, <Url as FromStr>::Err> {
        self.url_cache.parsed(url)
    }

    fn prepare(&self, request: &mut Request) {
        if let Some(headers) = &self.headers {
            add(request.headers_mut(), headers);
        }
        if let Some(authorization) = &self.authorization {
            let headers = request.headers_mut();
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        if let Some(timeout) = self.timeout {
            *request.timeout_mut() = Some(timeout);
        }
        let Some(progress) = &self.progress else {
            return;
        };
        progress.begun(request.method());
        match request.body_mut().take() {
            Some(body) => {
                *request.body_mut() = Some(Body::wrap(WatchedBody::new(body, progress.clone())));
            }
            // Without a body there is nothing to watch, so the request counts as sent from the start.
            None => progress.reached(Stage::Sending),
        }
    }

    /// Reports that a response has begun. The headers of a success are moved, not copied: whoever watches reads them in
    /// the progress, and a copy of each would cost as much as reading the response.
    fn received(&self, response: &mut Response, requested: Option<&Url>) {
        let Some(progress) = &self.progress else {
            return;
        };
        if requested.is_some_and(|url| url != response.url()) {
            progress.redirected();
        }
        let headers = if response.status().is_success() {
            std::mem::take(response.headers_mut())
        } else {
            response.headers().clone()
        };
        progress.responded(response.status(), headers);
    }

    /// Whether the response declares a length that is above zero and within the limit: then HTTP itself limits the body.
    fn is_bounded(&self, response: &Response) -> bool {
        let limit = u64::try_from(self.body_limit).unwrap_or(u64::MAX);
        response
            .content_length()
            .is_some_and(|length| (1..=limit).contains(&length))
    }

    fn limited(&self, response: Response) -> Response {
        let (head, body) = http::Response::from(response).into_parts();
        Response::from(http::Response::from_parts(
            head,
            Body::wrap(Limited::new(body, self.body_limit)),
        ))
    }
}

fn authorization(token: &str) -> Result<HeaderValue, InvalidToken> {
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(InvalidToken);
    }
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| InvalidToken)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Adds the headers that are not set yet.
fn add(to: &mut HeaderMap, headers: &HeaderMap) {
    for (name, value) in headers {
        to.entry(name).or_insert_with(|| value.clone());
    }
}

impl ClientHooks<Transport> for Client {
    async fn pre<E>(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error<E>> {
        self.inner().prepare(request);
        Ok(())
    }

    /// Not an async function, since that would keep the request, which it passes on, until its end. What few responses
    /// need is boxed.
    fn exec(
        &self,
        request: Request,
        _: &OperationInfo,
    ) -> impl Future<Output = reqwest::Result<Response>> {
        let transport = self.inner();
        let requested = transport.watch_redirects.then(|| request.url().clone());
        let sent = self.client().execute(request);
        async move {
            let mut response = sent.await?;
            transport.received(&mut response, requested.as_ref());
            let success = response.status().is_success();
            // Rebuilding a response costs a URL and two boxes, so most are left as they are.
            if success && transport.is_bounded(&response) {
                return Ok(response);
            }
            let length = response.content_length().unwrap_or_default();
            let response = transport.limited(response);
            if !success {
                return Box::pin(as_declared_error(response)).await;
            }
            if length == 0 {
                return Box::pin(or_empty_object(response)).await;
            }
            Ok(response)
        }
    }
}

/// Some of Drift's successes have no body, and the contract's type for them has only optional members. Where the
/// response declares no length, only reading shows whether there is a body.
async fn or_empty_object(response: Response) -> reqwest::Result<Response> {
    let (head, body) = http::Response::from(response).into_parts();
    let read = body.collect().await?.to_bytes();
    let body = if read.is_empty() {
        Body::from("{}")
    } else {
        Body::from(read)
    };
    Ok(Response::from(http::Response::from_parts(head, body)))
}

/// Reads the response of a failure. One that is not the JSON of the contract is put into that JSON, since the generated
/// code would otherwise drop its status and headers.
async fn as_declared_error(response: Response) -> reqwest::Result<Response> {
    let (mut head, body) = http::Response::from(response).into_parts();
    let mut text = readable_part(body).await;
    if text.starts_with(BYTE_ORDER_MARK) {
        text = text.split_off(BYTE_ORDER_MARK.len());
    }
    if serde_json::from_slice::<types::ErrorResponse>(&text).is_ok() {
        return Ok(Response::from(http::Response::from_parts(
            head,
            Body::from(text),
        )));
    }
    let shown = String::from_utf8_lossy(&text[..text.len().min(KEPT_TEXT)]).into_owned();
    let stand_in = serde_json::json!({ "error": { "type": UNREADABLE, "message": shown } });
    head.headers
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    head.headers.remove(CONTENT_LENGTH);
    Ok(Response::from(http::Response::from_parts(
        head,
        Body::from(stand_in.to_string()),
    )))
}

/// What can be read of a failure's body. The status has already said what happened, so a body that breaks off or is
/// too long loses only its text.
async fn readable_part(mut body: Body) -> Bytes {
    let mut read = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        if let Ok(data) = frame.into_data() {
            read.extend_from_slice(&data);
        }
    }
    Bytes::from(read)
}
