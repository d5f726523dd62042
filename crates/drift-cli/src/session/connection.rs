//! The server that a command talks to: Drift itself, another base URL, or the sandbox in this process.

use drift::credentials::TokenEndpoint;
use drift::{CallOptions, Client, ClientBuilder, ContactId, ExternalId, NextAction};
use drift_emulator::Emulator;

use super::account::{self, Token};
use super::base_url::shown_url;
use super::config::OpenedLogin;
use super::sandbox;
use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::shell_word::drift_command;

/// How the command names itself to servers.
const USER_AGENT: &str = concat!("drift-cli/", env!("CARGO_PKG_VERSION"));

/// A client, and what stays open while it is used.
pub struct Connection {
    pub client: Client,
    /// Where the token is from, for people.
    pub token_from: String,
    /// The beginning of a command line that talks to the same server with the same token.
    pub command: String,
    /// The login that the token is of, if it is renewed.
    pub login: Option<OpenedLogin>,
    /// A name for the credentials and no others, where they outlive this process.
    pub credentials_name: Option<String>,
    sandbox: Option<Emulator>,
}

/// Opens a connection, does the work, and closes the connection, also after a failure.
pub async fn connected<T>(
    global: &GlobalArgs,
    work: impl AsyncFnOnce(&Connection) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let connection = Connection::open(global).await?;
    let ended = work(&connection).await;
    connection.close().await;
    ended
}

impl Connection {
    /// Makes the client. Nothing is sent.
    pub async fn open(global: &GlobalArgs) -> Result<Self, Failure> {
        if global.sandbox {
            return Self::open_sandbox(global).await;
        }
        let account = account::find(global.profile.as_deref(), global.base_url.as_deref())?;
        let login = match &account.token {
            Token::Login(login) => Some(login.clone()),
            Token::Fixed(_) => None,
        };
        let credentials_name = account.token.name();
        let client = build(account.token, &account.base_url, global).map_err(|error| {
            let advice = match error.next_action() {
                NextAction::FixInput => format!(
                    "check the base URL ({}) and the token ({})",
                    shown_url(&account.base_url),
                    account.token_from
                ),
                action => action.to_string(),
            };
            Failure::of_reading(&error).advise(advice)
        })?;
        Ok(Self {
            client,
            token_from: account.token_from,
            command: command(global),
            login,
            credentials_name,
            sandbox: None,
        })
    }

    async fn open_sandbox(global: &GlobalArgs) -> Result<Self, Failure> {
        let file = sandbox::ensure_file()?;
        // Only this process may use it while it runs, so the token is a secret of this process.
        let token = ExternalId::random().to_string();
        let emulator = Emulator::builder()
            .database(file)
            .token(&token)
            .start()
            .await
            .map_err(sandbox::start_failure)?;
        Ok(Self {
            client: client(Token::Fixed(token), emulator.url(), global)?,
            token_from: "the sandbox".to_owned(),
            command: command(global),
            login: None,
            credentials_name: None,
            sandbox: Some(emulator),
        })
    }

    /// The account that a journal belongs to.
    pub fn account(&self) -> Result<drift_import::Account, Failure> {
        let account = drift_import::Account::new(self.client.clone());
        if self.sandbox.is_none() {
            return Ok(account);
        }
        // Its port differs from run to run, so its base URL says nothing.
        Ok(account.endpoint(sandbox::name(&sandbox::file()?)?))
    }

    /// The name of the sandbox, whose base URL differs from run to run; `None` where it is not the sandbox.
    pub fn sandbox_name(&self) -> Result<Option<String>, Failure> {
        let name = || sandbox::name(&sandbox::file()?);
        self.sandbox.as_ref().map(|_| name()).transpose()
    }

    /// What shows a contact to a person: a command line or a URL.
    pub fn location_of(&self, id: ContactId, contact_url: &str) -> String {
        if self.sandbox.is_some() {
            return format!("{} contacts get {id}", self.command);
        }
        let base_url = self.client.base_url();
        // The library takes `http://` for this machine alone, where an emulator has pages of its own.
        if base_url.starts_with("http://") {
            return format!("{base_url}/contacts/details/{id}");
        }
        contact_url.to_owned()
    }

    /// Shuts the sandbox down, so that its file is complete.
    async fn close(self) {
        drop(self.client);
        if let Some(emulator) = self.sandbox {
            emulator.shutdown().await;
        }
    }
}

/// A client of an account. Nothing is sent.
pub fn client(token: Token, base_url: &str, global: &GlobalArgs) -> Result<Client, Failure> {
    let built = build(token, base_url, global);
    built.map_err(|error| Failure::of_reading(&error))
}

/// Where a login gets its tokens. Nothing is sent.
pub fn token_endpoint(base_url: &str, global: &GlobalArgs) -> Result<TokenEndpoint, Failure> {
    configured(Client::builder("").base_url(base_url), global)
        .token_endpoint()
        .map_err(|error| Failure::of_reading(&error))
}

fn build(token: Token, base_url: &str, global: &GlobalArgs) -> Result<Client, drift::Error> {
    let builder = match token {
        Token::Fixed(token) => Client::builder(token),
        Token::Login(login) => Client::builder_with_credentials(login.in_file()),
    };
    configured(builder.base_url(base_url), global).build()
}

fn configured(builder: ClientBuilder, global: &GlobalArgs) -> ClientBuilder {
    let mut options = CallOptions::default();
    if let Some(limit) = global.timeout {
        options = options.total_timeout(limit);
    }
    builder.options(options).user_agent(USER_AGENT)
}

fn command(global: &GlobalArgs) -> String {
    let (profile, base_url) = (global.profile.as_deref(), global.base_url.as_deref());
    drift_command(global.sandbox, profile, base_url)
}
