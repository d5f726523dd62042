//! What all calls of a client share: connection pool, token, pace, retry budget, and the creates in flight.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use drift_sdk::{Progress, Transport};
use ring::digest::{SHA256, digest};
use ring::hmac;

use crate::credentials::{AccessToken, Credentials, TokenEndpoint};
use crate::engine::access::changing::Changing;
use crate::engine::access::{Access, Authorized};
use crate::engine::http::base_url;
use crate::engine::http::client::{HttpSettings, may_redirect};
use crate::engine::http::headers::CallHeaders;
use crate::engine::http::idle::LastResponse;
use crate::engine::http::reach::reach;
use crate::engine::observe::interceptor::Interceptors;
use crate::engine::pacing::retry_budget::RetryBudget;
use crate::engine::pacing::shared_pace::SharedPace;
use crate::engine::single_flight::SingleFlight;
use crate::error::Error;
use crate::hex::hex;
use crate::model::ticket::Origin;
use crate::options::CallOptions;

/// What a connection is made of.
pub(crate) struct Settings {
    pub(crate) token: TokenSource,
    pub(crate) base_url: String,
    pub(crate) options: Arc<CallOptions>,
    pub(crate) http: HttpSettings,
    /// A client of the caller's own, instead of one that is made here.
    pub(crate) own_http: Option<reqwest::Client>,
    pub(crate) interceptors: Interceptors,
}

/// Where the token comes from.
pub(crate) enum TokenSource {
    None,
    Fixed(String),
    Changing(Arc<dyn Credentials>),
}

/// The connections to one server, shared by all clients of it whatever their token is.
struct Pool {
    base_url: String,
    host: String,
    /// The base URL as a number.
    endpoint: u32,
    http: reqwest::Client,
    /// The limit for one attempt that `http` keeps by itself: to give each request its own costs two allocations.
    own_limit: Option<Duration>,
    may_redirect: bool,
    last_response: LastResponse,
}

/// A connection to Drift, for any number of calls at the same time.
pub(crate) struct Connection {
    pool: Arc<Pool>,
    access: Access,
    /// The organization of the token, once it was asked for.
    organization: OnceLock<i64>,
    pace: Arc<SharedPace>,
    /// The pace of another connection to the same organization, once it is shared.
    account_pace: OnceLock<Arc<SharedPace>>,
    budget: RetryBudget,
    single_flight: SingleFlight,
    interceptors: Arc<Interceptors>,
}

impl Pool {
    fn new(
        base_url: &str,
        limit: Duration,
        settings: HttpSettings,
        own_http: Option<reqwest::Client>,
    ) -> Result<Self, Error> {
        let base_url = base_url::check(base_url)?;
        let (http, own_limit) = match own_http {
            Some(client) => {
                settings.check_unused()?;
                (client, None)
            }
            None => (settings.build(&base_url, limit)?, Some(limit)),
        };
        let host = reqwest::Url::parse(&base_url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_default();
        Ok(Self {
            endpoint: account(&base_url, &host, ""),
            may_redirect: own_limit.is_none() && may_redirect(&http),
            base_url,
            host,
            http,
            own_limit,
            last_response: LastResponse::none(),
        })
    }

    fn account(&self, token: &AccessToken) -> u32 {
        account(&self.base_url, &self.host, token.expose())
    }

    fn fixed(&self, token: String) -> Result<Access, Error> {
        let token = AccessToken::exactly(token)?;
        let account = self.account(&token);
        Authorized::new(&self.transport(), token, account).map(Access::Fixed)
    }

    /// What sends requests, without a token.
    fn transport(&self) -> Transport {
        match self.may_redirect {
            true => Transport::anonymous().watch_redirects(),
            false => Transport::anonymous(),
        }
    }
}

impl Connection {
    /// Checks the settings. Nothing is sent.
    pub(crate) fn new(settings: Settings) -> Result<Self, Error> {
        let (token, options) = (settings.token, settings.options);
        let limit = options.attempt_timeout;
        let pool = Pool::new(&settings.base_url, limit, settings.http, settings.own_http)?;
        let transport = pool.transport();
        let interceptors = Arc::new(settings.interceptors);
        let anonymous = Self::of(Arc::new(pool), Access::None(transport), interceptors);
        match token {
            TokenSource::None => Ok(anonymous),
            TokenSource::Fixed(token) => anonymous.with_token(token),
            TokenSource::Changing(credentials) => {
                Ok(anonymous.with_credentials(credentials, options))
            }
        }
    }

    /// Another one over the same connections, for another token: with a pace, a budget and creates in flight of its own.
    pub(crate) fn with_token(&self, token: String) -> Result<Self, Error> {
        let access = self.pool.fixed(token)?;
        Ok(Self::of(
            self.pool.clone(),
            access,
            self.interceptors.clone(),
        ))
    }

    /// The same, for a token that changes.
    pub(crate) fn with_credentials(
        &self,
        credentials: Arc<dyn Credentials>,
        options: Arc<CallOptions>,
    ) -> Self {
        let (pool, interceptors) = (&self.pool, &self.interceptors);
        let transport = pool.transport();
        let none = Access::None(transport.clone());
        let anonymous = Self::of(pool.clone(), none, interceptors.clone());
        let endpoint = TokenEndpoint::new(Arc::new(anonymous), options);
        let changing = Changing::new(credentials, endpoint, transport);
        let access = Access::Changing(Box::new(changing));
        Self::of(pool.clone(), access, interceptors.clone())
    }

    fn of(pool: Arc<Pool>, access: Access, interceptors: Arc<Interceptors>) -> Self {
        Self {
            pool,
            access,
            organization: OnceLock::new(),
            pace: Arc::default(),
            account_pace: OnceLock::new(),
            budget: RetryBudget::default(),
            single_flight: SingleFlight::default(),
            interceptors,
        }
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.pool.base_url
    }

    pub(crate) fn host(&self) -> &str {
        &self.pool.host
    }

    /// Where creates are sent, for their tickets.
    pub(crate) fn origin(&self) -> Origin {
        let account = self.access.last(|authorized| authorized.account);
        Origin {
            account: account.or(Some(self.pool.endpoint)),
            endpoint: Some(self.pool.endpoint),
            organization: self.organization.get().copied(),
        }
    }

    /// The organization of the token, where it is known.
    pub(crate) fn organization(&self) -> Option<i64> {
        self.organization.get().copied()
    }

    /// Notes the organization of the token.
    pub(crate) fn learn_organization(&self, organization: i64) {
        let _known_before = self.organization.set(organization);
    }

    /// A token as a number, for tickets.
    pub(crate) fn account(&self, token: &AccessToken) -> u32 {
        self.pool.account(token)
    }

    pub(crate) fn access(&self) -> &Access {
        &self.access
    }

    /// The first 64 bits of HMAC-SHA-256 over the token that was used last, in hexadecimal.
    pub(crate) fn token_fingerprint(&self, key: &[u8]) -> String {
        let token = self.access.last(|authorized| authorized.token.clone());
        let token = token.as_ref().map_or("", AccessToken::expose);
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let digest = hmac::sign(&key, token.as_bytes());
        hex(&digest.as_ref()[..8])
    }

    pub(crate) fn pace(&self) -> &SharedPace {
        self.account_pace.get().unwrap_or(&self.pace)
    }

    /// Takes over the pace of another connection, which learns of a pause of this one. Done once; later calls change
    /// nothing.
    pub(crate) fn share_pace(&self, other: &Self) {
        let pace = other.account_pace.get().unwrap_or(&other.pace);
        if !Arc::ptr_eq(pace, &self.pace) && self.account_pace.set(pace.clone()).is_ok() {
            pace.take_over(&self.pace);
        }
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
        self.pool.may_redirect
    }

    pub(crate) fn last_response(&self) -> &LastResponse {
        &self.pool.last_response
    }

    /// Checks whether the server can be reached; see [`reach()`].
    pub(crate) async fn reach(&self, limit: Duration) -> Result<Option<SystemTime>, Error> {
        self.pool.last_response.drop_dead_connections().await;
        reach(
            &self.pool.http,
            &self.pool.base_url,
            limit,
            self.pool.may_redirect,
        )
        .await
    }

    /// The generated client for one attempt.
    pub(crate) fn sdk(
        &self,
        transport: &Transport,
        progress: &Arc<Progress>,
        limit: Duration,
        headers: CallHeaders,
    ) -> drift_sdk::Client {
        let mut transport = transport.clone().watched_by(progress.clone());
        if let Some(headers) = headers.into_map() {
            transport = transport.headers(headers);
        }
        if self.pool.own_limit != Some(limit) {
            transport = transport.timeout(limit);
        }
        drift_sdk::Client::new_with_client(&self.pool.base_url, self.pool.http.clone(), transport)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Connection")
            .field("base_url", &self.pool.base_url)
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
