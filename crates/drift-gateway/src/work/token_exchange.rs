//! `POST /oauth2/token`: handed on as it is, once, since a refresh token can be worth nothing after its first use. Form and
//! tokens are looked at by nobody.

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use drift::{Client, reqwest};
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::Work;
use crate::accounts::Share;
use crate::error::StartError;
use crate::reply::{self, Reply};

/// The most bytes of a response that are read: 1 MiB.
const LARGEST: usize = 1024 * 1024;

/// What is handed on of a request, besides its body.
const REQUEST_HEADERS: [HeaderName; 2] = [CONTENT_TYPE, ACCEPT];
/// What is handed on of a response, besides its status and its body.
const RESPONSE_HEADERS: [HeaderName; 6] = [
    CONTENT_TYPE,
    CACHE_CONTROL,
    PRAGMA,
    RETRY_AFTER,
    WWW_AUTHENTICATE,
    HeaderName::from_static("x-request-id"),
];

/// Hands token requests on.
#[derive(Clone)]
pub(crate) struct TokenExchange {
    http: reqwest::Client,
    url: Arc<str>,
}

/// The response to a token request: Drift's as it is, or the gateway's.
pub(crate) enum Exchanged {
    Drifts {
        status: u16,
        headers: HeaderMap,
        body: Bytes,
    },
    Ours(Reply),
}

impl From<Reply> for Exchanged {
    fn from(reply: Reply) -> Self {
        Self::Ours(reply)
    }
}

impl TokenExchange {
    pub(crate) fn new(base_url: &str, limit: Duration) -> Result<Self, StartError> {
        let failed = |problem: String| StartError::Client(problem);
        let builder = Client::http_client_builder();
        let mut builder = builder.map_err(|error| failed(error.to_string()))?;
        builder = builder.timeout(limit);
        if base_url.starts_with("http:") {
            // A proxy of the environment would see the tokens.
            builder = builder.no_proxy();
        }
        Ok(Self {
            http: builder.build().map_err(|error| failed(error.to_string()))?,
            url: format!("{base_url}/oauth2/token").into(),
        })
    }

    async fn send(self, headers: HeaderMap, form: Bytes) -> Exchanged {
        let headers = picked(&headers, &REQUEST_HEADERS);
        let request = self.http.post(&*self.url).headers(headers).body(form);
        match request.send().await {
            Ok(response) => read(response).await.unwrap_or_else(|| in_doubt().into()),
            Err(error) if error.is_connect() => {
                reply::unavailable("Drift cannot be reached, and nothing was sent").into()
            }
            Err(_) => in_doubt().into(),
        }
    }
}

impl Work {
    /// Hands a token request on, also where its caller goes away: a refresh token that is lost is lost for good.
    pub(crate) async fn exchange(&self, headers: HeaderMap, form: Bytes) -> Exchanged {
        let Some(exchange) = self.exchange.clone() else {
            let sentence = "This gateway holds the credentials: callers need no token of Drift";
            return Reply::error(403, "forbidden", sentence).into();
        };
        self.run(&Share::default(), exchange.send(headers, form))
            .await
    }
}

fn in_doubt() -> Reply {
    let sentence = "It is not known whether the tokens were exchanged, and a second attempt may be refused: try it once, \
                    then log in again";
    reply::unresolved(sentence)
}

async fn read(mut response: reqwest::Response) -> Option<Exchanged> {
    let (status, headers) = (
        response.status().as_u16(),
        picked(response.headers(), &RESPONSE_HEADERS),
    );
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        if body.len() + chunk.len() > LARGEST {
            return None;
        }
        body.extend_from_slice(&chunk);
    }
    Some(Exchanged::Drifts {
        status,
        headers,
        body: body.freeze(),
    })
}

fn picked(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let found = names
        .iter()
        .filter_map(|name| headers.get(name).map(|value| (name.clone(), value.clone())));
    found.collect::<HeaderMap<HeaderValue>>()
}
