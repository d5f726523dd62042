//! The settings of a client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Client;
use crate::credentials::{Credentials, TokenEndpoint};
use crate::engine::connection::{Connection, Settings, TokenSource};
use crate::engine::http::base_url;
use crate::engine::http::client::HttpSettings;
use crate::engine::observe::interceptor::{Interceptor, Interceptors};
use crate::error::Error;
use crate::options::CallOptions;
use crate::policy::retry::RetryPolicy;

/// Settings of a client. Made by [`Client::builder`](crate::Client::builder).
pub struct ClientBuilder {
    token: TokenSource,
    base_url: String,
    options: CallOptions,
    http: HttpSettings,
    own_http: Option<reqwest::Client>,
    interceptors: Interceptors,
}

impl ClientBuilder {
    pub(super) fn new(token: TokenSource) -> Self {
        Self {
            token,
            base_url: base_url::DRIFT.to_owned(),
            options: CallOptions::default(),
            http: HttpSettings::default(),
            own_http: None,
            interceptors: Interceptors::default(),
        }
    }

    /// Where the token comes from, instead of the token that the builder was made with.
    #[must_use]
    pub fn credentials(mut self, credentials: impl Credentials) -> Self {
        self.token = TokenSource::Changing(Arc::new(credentials));
        self
    }

    /// Where to send calls; `https://driftapi.com` unless set. Plain `http://` is accepted for this machine only, and never
    /// goes through a proxy.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// The limit for making a connection; 5,000 ms unless set. Not with [`http_client`](Self::http_client).
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.http.connect_timeout = Some(limit);
        self
    }

    /// The limit for one attempt; 15,000 ms unless set.
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.options = self.options.attempt_timeout(limit);
        self
    }

    /// The limit for a call with all its retries and look-ups; 60,000 ms unless set.
    #[must_use]
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.options = self.options.total_timeout(limit);
        self
    }

    /// When calls are retried; see [`RetryPolicy`] for the defaults.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options = self.options.retry(policy);
        self
    }

    /// All options of calls at once.
    #[must_use]
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// Sends a header with each request, as [`CallOptions::header`], which it is a short form of.
    ///
    /// # Errors
    ///
    /// As [`CallOptions::header`].
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        self.options = self.options.header(name, value)?;
        Ok(self)
    }

    /// Lets this [`Interceptor`] see each attempt; of several, each sees it, in the order in which they were added.
    #[must_use]
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.add(interceptor);
        self
    }

    /// The name and version of your program, put before ours in `User-Agent`: `acme-sync/1.4`. Not with
    /// [`http_client`](Self::http_client).
    #[must_use]
    pub fn user_agent(mut self, app: impl Into<String>) -> Self {
        self.http.app = Some(app.into());
        self
    }

    /// Trusts these certificates of authorities too, beside the platform's: any number of them, as PEM. Not with
    /// [`http_client`](Self::http_client).
    ///
    /// Without this, the platform's certificates count, or those in the file that `SSL_CERT_FILE` names.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let client = drift::Client::builder("my-token")
    ///     .root_certificates(std::fs::read("company-ca.pem")?)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.tls.root_certificates = pem.into();
        self
    }

    /// Identifies this client to servers and gateways that ask for a certificate: the certificate, those between it and
    /// its authority, and its private key, as PEM. Not with [`http_client`](Self::http_client).
    #[must_use]
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http.tls.client_certificate = Some(pem.into());
        self
    }

    /// Changes the HTTP client that is made for this one, for what has no method here: a proxy, addresses of hosts,
    /// limits of the connection pool. Not with [`http_client`](Self::http_client).
    ///
    /// What this crate relies on is set afterwards: no redirects, no retries of reqwest's own, the time limit, and no
    /// proxy where the base URL is `http://`. TLS is configured already; use
    /// [`root_certificates`](Self::root_certificates) and [`client_certificate`](Self::client_certificate), since
    /// reqwest's methods for them have no effect.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::reqwest::Proxy;
    ///
    /// let proxy = Proxy::https("http://proxy.example.test:3128")?;
    /// let client = drift::Client::builder("my-token").configure_http(|http| http.proxy(proxy)).build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn configure_http(
        mut self,
        configure: impl FnOnce(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http.configure = Some(Box::new(configure));
        self
    }

    /// Uses a client of your own, for one connection pool for everything; [`Client::http_client_builder`] begins one.
    /// Its settings are its own, so those of this builder for HTTP are refused beside it.
    ///
    /// Give it no redirects and no retries: a call that was redirected is reported as
    /// [`Redirected`](crate::ErrorKind::Redirected) with an unknown delivery, whatever the other URL responded. A redirect
    /// to the same URL cannot be seen: where redirects are followed, a create that is refused by 400, 403, 404, 405 or 422
    /// is looked up once, and its delivery is unknown. For a base URL that is `http://`, give it no proxy, which would see
    /// the token.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.own_http = Some(client);
        self
    }

    /// Where Drift grants tokens, for a login: before there is a token. The token of this builder is left out.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build), save for the token.
    pub fn token_endpoint(mut self) -> Result<TokenEndpoint, Error> {
        self.token = TokenSource::None;
        let client = self.build()?;
        Ok(TokenEndpoint::new(client.connection, client.options))
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the token, the base URL, a certificate or the user agent is not
    /// valid, when no trusted certificates are found, when `HTTPS_PROXY` or `ALL_PROXY` is not the URL of a proxy and
    /// [`configure_http`](Self::configure_http) sets none, or when [`http_client`](Self::http_client) is given beside a
    /// setting that it has no part in.
    pub fn build(self) -> Result<Client, Error> {
        let options = Arc::new(self.options);
        let connection = Connection::new(Settings {
            token: self.token,
            base_url: self.base_url,
            options: options.clone(),
            http: self.http,
            own_http: self.own_http,
            interceptors: self.interceptors,
        })?;
        Ok(Client {
            connection: Arc::new(connection),
            options,
        })
    }
}

/// Shows nothing: until it is checked, the base URL may hold a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientBuilder(..)")
    }
}
