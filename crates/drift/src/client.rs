//! The client: a handle of one connection and the options of its calls. Clones share both.

use std::env::VarError;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::api::contacts::Contacts;
use crate::api::emails::Emails;
use crate::api::json_calls::JsonCalls;
use crate::api::privacy::Privacy;
use crate::api::token_info::{self, TokenInfo};
use crate::engine::connection::{Connection, Settings};
use crate::engine::http::base_url;
use crate::engine::http::client::{self, HttpSettings};
use crate::error::Error;
use crate::options::CallOptions;
use crate::policy::retry::RetryPolicy;

/// A client of Drift. Make one and clone it: a clone is cheap and shares connections, while a new client costs about
/// 2 ms, since it loads the platform's trusted certificates.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use drift::{Client, ExternalId, NewContact};
///
/// let client = Client::from_env()?;
/// let id = ExternalId::random();
/// let outcome = client.contacts().create(NewContact::new("ada@example.test")?.external_id(id)).await?;
/// println!("{}", outcome.contact().ui_url());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    connection: Arc<Connection>,
    options: Arc<CallOptions>,
}

impl Client {
    /// A client of Drift itself with this access token.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the token is empty or holds a character that no token has.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::Client;
    ///
    /// let client = Client::new("my-token")?;
    /// assert_eq!(client.base_url(), "https://driftapi.com");
    /// assert!(Client::new("").is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn new(token: impl Into<String>) -> Result<Self, Error> {
        Self::builder(token).build()
    }

    /// A client by the environment: `DRIFT_TOKEN`, and `DRIFT_BASE_URL` where calls are not to go to Drift itself.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when `DRIFT_TOKEN` is not set, or when either value is not valid.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// // DRIFT_TOKEN=… DRIFT_BASE_URL=http://127.0.0.1:8080
    /// let client = drift::Client::from_env()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_env() -> Result<Self, Error> {
        let token = variable("DRIFT_TOKEN")?.ok_or_else(|| {
            Error::input(
                "the environment variable DRIFT_TOKEN is not set; put the access token in it",
            )
        })?;
        let mut builder = Self::builder(token);
        if let Some(base_url) = variable("DRIFT_BASE_URL")? {
            builder = builder.base_url(base_url);
        }
        builder.build()
    }

    /// A client with other settings than the defaults.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::{Duration, SystemTime};
    /// use drift::{Client, RetryPolicy};
    ///
    /// let client = Client::builder("my-token")
    ///     .user_agent("acme-sync/1.4")
    ///     .total_timeout(Duration::from_secs(20))
    ///     .retry(RetryPolicy::default().max_attempts(3))
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder(token: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            token: token.into(),
            base_url: base_url::DRIFT.to_owned(),
            options: CallOptions::default(),
            http: HttpSettings::default(),
            own_http: None,
        }
    }

    /// A builder of an HTTP client that can be given to [`ClientBuilder::http_client`]: with a crypto provider and the
    /// platform's certificates, without redirects and retries.
    ///
    /// reqwest's own `Client::builder()` takes a crypto provider from the whole process, where the features of this crate
    /// are its only ones, and panics when none is installed. This crate installs none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when no trusted certificates are found.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::Client;
    ///
    /// let http = Client::http_client_builder()?.user_agent("acme-sync/1.4").build()?;
    /// let client = Client::builder("my-token").http_client(http).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn http_client_builder() -> Result<reqwest::ClientBuilder, Error> {
        client::builder()
    }

    /// Contacts: create, get, find, update, delete.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let contact = client.contacts().get(24_100_000_017).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn contacts(&self) -> Contacts {
        Contacts::new(self.connection.clone(), self.options.clone())
    }

    /// Email subscriptions.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// client.emails().unsubscribe(["ada@example.test".parse()?]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn emails(&self) -> Emails {
        Emails::new(self.connection.clone(), self.options.clone())
    }

    /// Retrieval and erasure of a person's data under the GDPR.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// client.privacy().delete_everything_of(&"ada@example.test".parse()?).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn privacy(&self) -> Privacy {
        Privacy::new(self.connection.clone(), self.options.clone())
    }

    /// The operations of the contract as JSON, for a program that hands requests on.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// use drift::FindQuery;
    ///
    /// let query = FindQuery { email: Some("ada@example.test".to_owned()), ..FindQuery::default() };
    /// assert_eq!(client.json().find_contacts(&query).await?, serde_json::json!({"data": []}));
    /// # Ok(())
    /// # }
    /// ```
    pub fn json(&self) -> JsonCalls {
        JsonCalls::new(self.connection.clone(), self.options.clone())
    }

    /// Describes the token of this client: organization, scopes, age.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unauthorized`](crate::ErrorKind::Unauthorized) when the token is wrong; else as any call.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// let info = client.token_info().await?;
    /// assert!(info.scopes().contains(&"contact_write"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn token_info(&self) -> Result<TokenInfo, Error> {
        token_info::describe(&self.connection, &self.options).await
    }

    /// Checks whether the server can be reached: sends one request without the token, as calls are sent, by the same
    /// proxy and with the same certificates. Any response will do. Returns the time by the server's clock, if it says.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Connect`](crate::ErrorKind::Connect) when no connection can be made, whose sentence says why;
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout) after the limit for one attempt;
    /// [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted) when the connection broke.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), drift::Error> {
    /// if let Some(theirs) = client.check_connection().await? {
    ///     println!("the server's clock shows {theirs:?}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check_connection(&self) -> Result<Option<SystemTime>, Error> {
        let limit = self.options.attempt_timeout.min(self.options.total_timeout);
        self.connection.reach(limit).await
    }

    /// How this client makes calls.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let client = drift::Client::new("my-token")?;
    /// // The same, but for one thing:
    /// let options = client.options().clone().check_email_first();
    /// let contacts = client.contacts().with_options(options);
    /// # Ok(())
    /// # }
    /// ```
    pub fn options(&self) -> &CallOptions {
        &self.options
    }

    /// Where this client sends its calls, without a slash at the end.
    pub fn base_url(&self) -> &str {
        self.connection.base_url()
    }

    /// A fingerprint of the token, so that a program can find out later whether it has the same one without storing it:
    /// the first 64 bits of HMAC-SHA-256 over the token, in hexadecimal. Give it random bits of your own as the key, or
    /// two programs could compare theirs.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use drift::Client;
    /// let fingerprint = Client::new("my-token")?.token_fingerprint(b"random bits");
    /// assert_eq!(fingerprint, Client::new("my-token")?.token_fingerprint(b"random bits"));
    /// assert_ne!(fingerprint, Client::new("another")?.token_fingerprint(b"random bits"));
    /// assert_ne!(fingerprint, Client::new("my-token")?.token_fingerprint(b"other bits"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn token_fingerprint(&self, key: &[u8]) -> String {
        self.connection.token_fingerprint(key)
    }
}

/// The value of a variable. One that is not UTF-8 is an error: if it counted as not set, the token would go elsewhere.
fn variable(name: &str) -> Result<Option<String>, Error> {
    set(name, std::env::var(name))
}

fn set(name: &str, value: Result<String, VarError>) -> Result<Option<String>, Error> {
    match value {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Error::input(format_args!(
            "the environment variable {name} is not UTF-8"
        ))),
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}

/// Settings of a client. Made by [`Client::builder`].
pub struct ClientBuilder {
    token: String,
    base_url: String,
    options: CallOptions,
    http: HttpSettings,
    own_http: Option<reqwest::Client>,
}

impl ClientBuilder {
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
    /// [`Redirected`](crate::ErrorKind::Redirected) with an unknown delivery, whatever the other URL responded. For a
    /// base URL that is `http://`, give it no proxy, which would see the token.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.own_http = Some(client);
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the token, the base URL, a certificate or the user agent is not
    /// valid, when no trusted certificates are found, or when [`http_client`](Self::http_client) is given beside a setting
    /// that it has no part in.
    pub fn build(self) -> Result<Client, Error> {
        let connection = Connection::new(Settings {
            token: self.token,
            base_url: self.base_url,
            attempt_timeout: self.options.attempt_timeout,
            http: self.http,
            own_http: self.own_http,
        })?;
        Ok(Client {
            connection: Arc::new(connection),
            options: Arc::new(self.options),
        })
    }
}

/// Shows nothing: until it is checked, the base URL may hold a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientBuilder(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn a_variable_that_is_not_utf_8_is_an_error() {
        let set = |value| set("DRIFT_BASE_URL", value).map_err(|error| error.kind());
        assert_eq!(set(Ok("x".to_owned())), Ok(Some("x".to_owned())));
        assert_eq!(set(Ok(String::new())), Ok(Some(String::new())));
        assert_eq!(set(Err(VarError::NotPresent)), Ok(None));
        let unreadable = Err(VarError::NotUnicode("x".into()));
        assert_eq!(set(unreadable), Err(ErrorKind::Input));
    }
}
