//! The client: one connection pool, one token, one budget for repeats; clones share all three.

use std::env::VarError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ring::digest::{SHA256, digest};

use drift_sdk::{InvalidToken, Progress, Transport, types};
use ring::hmac;

use crate::api::contacts::Contacts;
use crate::api::emails::Emails;
use crate::api::privacy::Privacy;
use crate::api::token_info::TokenInfo;
use crate::engine::attempt::Operation;
use crate::engine::base_url;
use crate::engine::call::call;
use crate::engine::resolver::SystemResolver;
use crate::engine::single_flight::SingleFlight;
use crate::error::{Error, ErrorKind, Inner};
use crate::hex::hex;
use crate::options::CallOptions;
use crate::policy::delivery::Delivery;
use crate::policy::retry::{RetryBudget, RetryPolicy};

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
pub struct Client(Arc<Shared>);

struct Shared {
    base_url: String,
    host: String,
    place: u32,
    http: reqwest::Client,
    /// The limit for one attempt that `http` keeps by itself: to give each request its own costs two allocations.
    own_limit: Option<Duration>,
    transport: Transport,
    token: String,
    options: Arc<CallOptions>,
    budget: RetryBudget,
    single_flight: SingleFlight,
}

impl Client {
    /// A client of Drift itself with this access token.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when the token is empty or holds a character that no token has.
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

    /// A client by the environment: `DRIFT_TOKEN`, and `DRIFT_BASE_URL` where it is another place than Drift.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when `DRIFT_TOKEN` is not set, or when either value is not valid.
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
            connect_timeout: Duration::from_millis(5_000),
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
        Contacts::new(self.clone(), self.0.options.clone())
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
        Emails::new(self.clone())
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
        Privacy::new(self.clone())
    }

    /// Describes the token of this client: organization, scopes, age.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unauthorized`] when the token is wrong; else as any call.
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
        let body = types::TokenInfoRequest {
            access_token: self.0.token.clone(),
        };
        let body = &body;
        let run = |sdk: drift_sdk::Client| async move { sdk.describe_token(body).await };
        let info = call(
            self,
            self.options(),
            Operation::reading("token.info").of_no_contact(),
            run,
        )
        .await?;
        Ok(TokenInfo::new(info))
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
        &self.0.options
    }

    /// Where this client sends its calls, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.0.base_url
    }

    /// A mark of the token, by which a program tells later whether it is the same one, without having kept it: the
    /// first 64 bits of HMAC-SHA-256 over the token, in hexadecimal. Give it random bits of your own as the key, or
    /// two programs could compare theirs.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # use drift::Client;
    /// let mark = Client::new("my-token")?.token_fingerprint(b"random bits");
    /// assert_eq!(mark, Client::new("my-token")?.token_fingerprint(b"random bits"));
    /// assert_ne!(mark, Client::new("another")?.token_fingerprint(b"random bits"));
    /// assert_ne!(mark, Client::new("my-token")?.token_fingerprint(b"other bits"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn token_fingerprint(&self, key: &[u8]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        let digest = hmac::sign(&key, self.0.token.as_bytes());
        hex(&digest.as_ref()[..8])
    }

    pub(crate) fn host(&self) -> &str {
        &self.0.host
    }

    /// Where this client calls, and for whom: a number to compare.
    pub(crate) fn place(&self) -> u32 {
        self.0.place
    }

    pub(crate) fn budget(&self) -> &RetryBudget {
        &self.0.budget
    }

    pub(crate) fn single_flight(&self) -> &SingleFlight {
        &self.0.single_flight
    }

    /// The generated client for one attempt.
    pub(crate) fn generated(&self, progress: &Arc<Progress>, limit: Duration) -> drift_sdk::Client {
        let mut transport = self.0.transport.clone().watched_by(progress.clone());
        if self.0.own_limit != Some(limit) {
            transport = transport.timeout(limit);
        }
        drift_sdk::Client::new_with_client(&self.0.base_url, self.0.http.clone(), transport)
    }
}

/// One that is not UTF-8 is an error rather than not set: without it, the token would go to another place.
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
            .field("base_url", &self.0.base_url)
            .finish_non_exhaustive()
    }
}

/// Settings of a client.
pub struct ClientBuilder {
    token: String,
    base_url: String,
    connect_timeout: Duration,
    app: Option<String>,
    options: CallOptions,
    http: Option<reqwest::Client>,
}

impl ClientBuilder {
    /// Where to send calls; `https://driftapi.com` unless set. Plain `http://` is taken for this machine only.
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

    /// The limit for a call with all its repeats and look-ups; 60,000 ms unless set.
    #[must_use]
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.options = self.options.total_timeout(limit);
        self
    }

    /// When calls are repeated; see [`RetryPolicy`] for the defaults.
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
    /// redirects and no retries of its own, or what is said of delivery does not hold.
    #[must_use]
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http = Some(client);
        self
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when the token or the base URL is not valid, or the TLS stack cannot be set up.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = base_url::check(&self.base_url)?;
        let transport =
            Transport::bearer(&self.token).map_err(|InvalidToken| Error::input(InvalidToken))?;
        let limit = self.options.attempt_timeout;
        let (http, own_limit) = match self.http {
            Some(client) => (client, None),
            None => {
                let client = http_client(self.connect_timeout, limit, self.app.as_deref())?;
                (client, Some(limit))
            }
        };
        let host = reqwest::Url::parse(&base_url)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
            .unwrap_or_default();
        let place = place(&base_url, &host, &self.token);
        Ok(Client(Arc::new(Shared {
            base_url,
            host,
            place,
            http,
            own_limit,
            transport,
            token: self.token,
            options: Arc::new(self.options),
            budget: RetryBudget::default(),
            single_flight: SingleFlight::default(),
        })))
    }
}

/// Tells apart where clients call, and for whom. It is short, so nothing can be learnt from it about the token; the
/// port of a local Drift changes from run to run, and does not count.
fn place(base_url: &str, host: &str, token: &str) -> u32 {
    let local = base_url.starts_with("http:");
    let address = if local { host } else { base_url };
    let digest = digest(&SHA256, format!("{address}\n{token}").as_bytes());
    digest
        .as_ref()
        .iter()
        .take(4)
        .fold(0, |place, byte| place << 8 | u32::from(*byte))
}

/// Shows nothing: until it is checked, the base URL may hold a password.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientBuilder(..)")
    }
}

const OURS: &str = concat!("drift-rust/", env!("CARGO_PKG_VERSION"));

fn http_client(
    connect_timeout: Duration,
    timeout: Duration,
    app: Option<&str>,
) -> Result<reqwest::Client, Error> {
    // Only the first provider of a process counts; one that the program chose before is left in place.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let user_agent = app.map_or_else(|| OURS.to_owned(), |app| format!("{app} {OURS}"));
    reqwest::Client::builder()
        .user_agent(user_agent)
        .connect_timeout(connect_timeout)
        .timeout(timeout)
        .dns_resolver(Arc::new(SystemResolver))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()
        .map_err(|error| {
            Error::new(Inner {
                detail: Some(
                    "the HTTP client cannot be made; is the user agent plain text?".to_owned(),
                ),
                source: Some(Arc::new(error)),
                ..Inner::bare(ErrorKind::Input, Delivery::NotSent)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_cannot_be_read_is_not_taken_for_one_that_is_not_set() {
        let set = |value| set("DRIFT_BASE_URL", value).map_err(|error| error.kind());
        assert_eq!(set(Ok("x".to_owned())), Ok(Some("x".to_owned())));
        assert_eq!(set(Ok(String::new())), Ok(Some(String::new())));
        assert_eq!(set(Err(VarError::NotPresent)), Ok(None));
        let unreadable = Err(VarError::NotUnicode("x".into()));
        assert_eq!(set(unreadable), Err(ErrorKind::Input));
    }
}
