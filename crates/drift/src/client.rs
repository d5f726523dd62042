//! The client: a handle of one connection and the options of its calls. Clones share both.

mod builder;

use std::env::VarError;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::api::contacts::Contacts;
use crate::api::emails::Emails;
use crate::api::json_calls::JsonCalls;
use crate::api::privacy::Privacy;
use crate::api::token_info::{self, TokenInfo};
use crate::credentials::Credentials;
use crate::engine::connection::{Connection, TokenSource};
use crate::engine::http::client;
use crate::engine::observe::metadata::{Metadata, Recording};
use crate::error::Error;
use crate::options::CallOptions;
use crate::policy::pace;

pub use builder::ClientBuilder;

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
        ClientBuilder::new(TokenSource::Fixed(token.into()))
    }

    /// A client whose token changes while it runs; see [`credentials`](crate::credentials).
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::{Client, credentials::TokenFile};
    ///
    /// let client = Client::builder_with_credentials(TokenFile::new("/run/secrets/drift-token")).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder_with_credentials(credentials: impl Credentials) -> ClientBuilder {
        ClientBuilder::new(TokenSource::Changing(Arc::new(credentials)))
    }

    /// A client for another token, such as another organization's: with the same base URL, connections and options, and
    /// with a retry budget and creates in flight of its own. It is cheap, so make one for each organization.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the token is empty or holds a character that no token has.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let first = drift::Client::new("a-token")?;
    /// let second = first.with_token("a-token-of-another-organization")?;
    /// assert_eq!(first.base_url(), second.base_url());
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_token(&self, token: impl Into<String>) -> Result<Self, Error> {
        Ok(self.over(self.connection.with_token(token.into())?))
    }

    /// As [`with_token`](Self::with_token), for a token that changes while the client runs.
    pub fn with_credentials(&self, credentials: impl Credentials) -> Self {
        let (credentials, options) = (Arc::new(credentials), self.options.clone());
        self.over(self.connection.with_credentials(credentials, options))
    }

    /// From now on the calls of this client and of all its clones wait for the pace of `other`: after a 429 to either, both
    /// pause. For two tokens of one organization, since Drift counts their requests together. The first one counts; later
    /// calls change nothing.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let first = drift::Client::new("a-token")?;
    /// let second = first.with_token("another-token-of-the-same-organization")?;
    /// second.share_pace(&first);
    /// # Ok(())
    /// # }
    /// ```
    pub fn share_pace(&self, other: &Self) {
        self.connection.share_pace(&other.connection);
    }

    /// What its requests have shown since this was last called, and what it wants now: for a pace that several processes
    /// share. Each process gives it to what they share, and [allows](Self::allow) its part.
    pub fn take_demand(&self) -> pace::Demand {
        self.connection.pace().take_demand()
    }

    /// Keeps this client and its clones to their part of a pace that several processes share.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # fn main() -> drift::Result<()> {
    /// use drift::pace::Allowance;
    ///
    /// let client = drift::Client::new("my-token")?;
    /// client.allow(Allowance {
    ///     requests: 4,
    ///     pause: Duration::from_secs(2),
    ///     valid_for: Duration::from_secs(5),
    /// });
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow(&self, allowance: pace::Allowance) {
        self.connection.pace().allow(allowance);
    }

    fn over(&self, connection: Connection) -> Self {
        Self {
            connection: Arc::new(connection),
            options: self.options.clone(),
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

    /// The same client, whose calls are made with other options. It shares everything else with this one.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// use std::time::Duration;
    /// use drift::RetryPolicy;
    ///
    /// let quick = client.options().clone().retry(RetryPolicy::none()).total_timeout(Duration::from_secs(2));
    /// client.with_options(quick).token_info().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self {
            connection: self.connection.clone(),
            options: Arc::new(options),
        }
    }

    /// Makes one call, or several, and says how the result was got, as [`Metadata`] shows.
    pub async fn with_metadata<T, Calls: Future<Output = T>>(
        &self,
        calls: impl FnOnce(Self) -> Calls,
    ) -> (T, Metadata) {
        let connection = self.connection.clone();
        let (recording, options) = Recording::begin(&self.options);
        let result = calls(Self {
            connection,
            options,
        });
        (result.await, recording.end())
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

    /// A fingerprint of the token that was used last, so that a program can find out later whether it has the same one without storing it:
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
