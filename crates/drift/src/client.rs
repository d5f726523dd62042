//! The client: a handle of one connection and the options of its calls. Clones share both.

use std::env::VarError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::api::contacts::Contacts;
use crate::api::emails::Emails;
use crate::api::privacy::Privacy;
use crate::api::token_info::{self, TokenInfo};
use crate::defaults;
use crate::engine::base_url;
use crate::engine::connection::{Connection, Settings};
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
    /// use std::time::Duration;
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
            connect_timeout: defaults::CONNECT_TIMEOUT,
            app: None,
            options: CallOptions::default(),
            http: None,
        }
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
    connect_timeout: Duration,
    app: Option<String>,
    options: CallOptions,
    http: Option<reqwest::Client>,
}

impl ClientBuilder {
    /// Where to send calls; `https://driftapi.com` unless set. Plain `http://` is accepted for this machine only.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// The limit for making a connection; 5,000 ms unless set. No effect with [`http_client`](Self::http_client).
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
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

    /// The name and version of your program, put before ours in `User-Agent`: `acme-sync/1.4`.
    #[must_use]
    pub fn user_agent(mut self, app: impl Into<String>) -> Self {
        self.app = Some(app.into());
        self
    }

    /// Uses a client of your own: for a proxy, other certificates, or one connection pool for everything. Give it no
    /// redirects and no retries of its own, or [`Error::delivery`] is not reliable.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the token or the base URL is not valid, or the TLS stack cannot
    /// be set up.
    pub fn build(self) -> Result<Client, Error> {
        let connection = Connection::new(Settings {
            token: self.token,
            base_url: self.base_url,
            connect_timeout: self.connect_timeout,
            attempt_timeout: self.options.attempt_timeout,
            app: self.app,
            http: self.http,
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
