//! What all calls of a client share: connection pool, token, retry budget, and the creates in flight.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use drift_sdk::{InvalidToken, Progress, Transport};
use ring::digest::{SHA256, digest};
use ring::hmac;

use crate::engine::http::base_url;
use crate::engine::http::client::{HttpSettings, may_redirect};
use crate::engine::http::headers::CallHeaders;
use crate::engine::http::idle::LastResponse;
use crate::engine::http::reach::reach;
use crate::engine::observe::interceptor::Interceptors;
use crate::engine::retry_budget::RetryBudget;
use crate::engine::single_flight::SingleFlight;
use crate::error::Error;
use crate::hex::hex;
use crate::model::ticket::Origin;

/// What a connection is made of.
pub(crate) struct Settings {
    pub(crate) token: String,
    pub(crate) base_url: String,
    pub(crate) attempt_timeout: Duration,
    pub(crate) http: HttpSettings,
    /// A client of the caller's own, instead of one that is made here.
    pub(crate) own_http: Option<reqwest::Client>,
    pub(crate) interceptors: Interceptors,
}

/// A connection to Drift, for any number of calls at the same time.
pub(crate) struct Connection {
    base_url: String,
    host: String,
    account: u32,
    endpoint: u32,
    /// The organization of the token, once it was asked for.
    organization: OnceLock<i64>,
    http: reqwest::Client,
    /// The limit for one attempt that `http` keeps by itself: to give each request its own costs two allocations.
    own_limit: Option<Duration>,
    may_redirect: bool,
    last_response: LastResponse,
    transport: Transport,
    token: String,
    budget: RetryBudget,
    single_flight: SingleFlight,
    interceptors: Interceptors,
}

impl Connection {
    /// Checks the settings. Nothing is sent.
    pub(crate) fn new(settings: Settings) -> Result<Self, Error> {
        let base_url = base_url::check(&settings.base_url)?;
        let mut transport = Transport::bearer(&settings.token)
            .map_err(|InvalidToken| Error::input(InvalidToken))?;
        let limit = settings.attempt_timeout;
        let (http, own_limit) = match settings.own_http {
            Some(client) => {
                settings.http.check_unused()?;
                (client, None)
            }
            None => (settings.http.build(&base_url, limit)?, Some(limit)),
        };
        let may_redirect = own_limit.is_none() && may_redirect(&http);
        if may_redirect {
            transport = transport.watch_redirects();
        }
        let host = reqwest::Url::parse(&base_url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_default();
        Ok(Self {
            account: account(&base_url, &host, &settings.token),
            endpoint: account(&base_url, &host, ""),
            organization: OnceLock::new(),
            base_url,
            host,
            http,
            own_limit,
            may_redirect,
            last_response: LastResponse::none(),
            transport,
            token: settings.token,
            budget: RetryBudget::default(),
            single_flight: SingleFlight::default(),
            interceptors: settings.interceptors,
        })
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// Where creates are sent, for their tickets.
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            account: Some(self.account),
            endpoint: Some(self.endpoint),
            organization: self.organization.get().copied(),
        }
    }

    /// Notes the organization of the token.
    pub(crate) fn learn_organization(&self, organization: i64) {
        let _known_before = self.organization.set(organization);
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The first 64 bits of HMAC-SHA-256 over the token, in hexadecimal.
    pub(crate) fn token_fingerprint(&self, key: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let digest = hmac::sign(&key, self.token.as_bytes());
        hex(&digest.as_ref()[..8])
    }

    pub(crate) fn budget(&self) -> &RetryBudget {
        &self.budget
    }

    pub(crate) fn single_flight(&self) -> &SingleFlight {
        &self.single_flight
    }

    pub(crate) fn interceptors(&self) -> &Interceptors {
        &self.interceptors
    }

    /// Whether the HTTP client may follow redirects: one of the caller's own.
    pub(crate) fn may_redirect(&self) -> bool {
        self.may_redirect
    }

    pub(crate) fn last_response(&self) -> &LastResponse {
        &self.last_response
    }

    /// Checks whether the server can be reached; see [`reach()`].
    pub(crate) async fn reach(&self, limit: Duration) -> Result<Option<SystemTime>, Error> {
        self.last_response.drop_dead_connections().await;
        reach(&self.http, &self.base_url, limit, self.may_redirect).await
    }

    /// The generated client for one attempt.
    pub(crate) fn sdk(
        &self,
        progress: &Arc<Progress>,
        limit: Duration,
        headers: CallHeaders,
    ) -> drift_sdk::Client {
        let mut transport = self.transport.clone().watched_by(progress.clone());
        if let Some(headers) = headers.into_map() {
            transport = transport.headers(headers);
        }
        if self.own_limit != Some(limit) {
            transport = transport.timeout(limit);
        }
        drift_sdk::Client::new_with_client(&self.base_url, self.http.clone(), transport)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

/// 32 bits of a hash of endpoint and token: enough to tell accounts apart, too few to learn anything of the token.
/// The port of a local Drift changes from run to run, and is left out.
fn account(base_url: &str, host: &str, token: &str) -> u32 {
    let local = base_url.starts_with("http:");
    let endpoint = if local { host } else { base_url };
    let digest = digest(&SHA256, format!("{endpoint}\n{token}").as_bytes());
    digest
        .as_ref()
        .iter()
        .take(4)
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}
