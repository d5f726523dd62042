//! Which Drift a command talks to: Drift itself, another place, or the sandbox in this very process.

use std::net::IpAddr;

use drift::{CallOptions, Client, ClientBuilder, ContactId, ExternalId};
use drift_emulator::{Emulator, StartError};

use crate::args::GlobalArgs;
use crate::failure::Failure;
use crate::profile;
use crate::sandbox;
use crate::shell_word::shell_word;

/// A client, and what stays open while it is used.
pub struct Connection {
    pub client: Client,
    /// Where the token is from, for people.
    pub token_from: String,
    /// The beginning of a command line that talks to the same place.
    pub command: String,
    sandbox: Option<Emulator>,
}

const USER_AGENT: &str = concat!("drift-cli/", env!("CARGO_PKG_VERSION"));

/// Opens a connection, does the work, and closes it in order whatever came of it.
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
        let account = profile::account(global.profile.as_deref(), global.base_url.as_deref())?;
        let mut builder = Client::builder(account.token).base_url(&account.base_url);
        if is_on_this_machine(&account.base_url) {
            builder = builder.http_client(direct()?);
        }
        let client = build(builder, global).map_err(|failure| {
            failure.advise(format!(
                "check the base URL ({}) and the token ({})",
                shown_url(&account.base_url),
                account.token_from
            ))
        })?;
        Ok(Self {
            client,
            token_from: account.token_from,
            command: command(global),
            sandbox: None,
        })
    }

    async fn open_sandbox(global: &GlobalArgs) -> Result<Self, Failure> {
        let file = sandbox::made()?;
        // Only this process may use it while it is up, so the token is a secret of this process.
        let token = ExternalId::random().to_string();
        let emulator = Emulator::builder()
            .database(file)
            .token(&token)
            .start()
            .await
            .map_err(sandbox::not_started)?;
        let builder = Client::builder(token)
            .base_url(emulator.url())
            .http_client(direct()?);
        Ok(Self {
            client: build(builder, global)?,
            token_from: "the sandbox".to_owned(),
            command: command(global),
            sandbox: Some(emulator),
        })
    }

    /// Whose contacts they are, for a journal.
    pub fn account(&self) -> Result<drift_import::Account, Failure> {
        let account = drift_import::Account::new(self.client.clone());
        Ok(match &self.sandbox {
            // Its port is another one each time.
            Some(_) => account.endpoint(sandbox::name(&sandbox::file()?)?),
            None => account,
        })
    }

    /// Where a person can look at a contact.
    pub fn see(&self, id: ContactId, contact_url: &str) -> String {
        if self.sandbox.is_some() {
            return format!("{} contacts get {id}", self.command);
        }
        let base_url = self.client.base_url();
        if is_on_this_machine(base_url) {
            return format!("{base_url}/contacts/details/{id}");
        }
        contact_url.to_owned()
    }

    /// Ends the sandbox in order, so that its file is whole.
    async fn close(self) {
        drop(self.client);
        if let Some(emulator) = self.sandbox {
            emulator.shutdown().await;
        }
    }
}

fn build(builder: ClientBuilder, global: &GlobalArgs) -> Result<Client, Failure> {
    let mut options = CallOptions::default();
    if let Some(limit) = global.timeout {
        options = options.total_timeout(limit);
    }
    let built = builder.options(options).user_agent(USER_AGENT).build();
    built.map_err(|error| Failure::of_reading(&error))
}

fn command(global: &GlobalArgs) -> String {
    let mut command = "drift".to_owned();
    if global.sandbox {
        command.push_str(" --sandbox");
    }
    for (option, value) in [
        ("--profile", &global.profile),
        ("--base-url", &global.base_url),
    ] {
        if let Some(value) = value {
            command.push_str(&format!(" {option} {}", shell_word(value)));
        }
    }
    command
}

/// An HTTP client that goes past the proxies of the environment: they have no business between this machine and
/// itself, and would see the token.
pub fn direct() -> Result<reqwest::Client, Failure> {
    // Only the first provider of a process counts, and none was chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .no_proxy()
        // No TLS between this machine and itself: loading the system's certificates would be most of the start.
        .tls_certs_only([])
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()
        .map_err(|cause| Failure::other(format!("the HTTP client cannot be made: {cause}")))
}

/// An emulator that cannot start is bad input: a file that cannot be opened, a port that is in use.
pub fn not_started(error: StartError) -> Failure {
    let failure = Failure::input(error.to_string());
    match error {
        StartError::PortInUse(_) => {
            failure.next("choose another --port, or 0 for any that is free")
        }
        StartError::Database(..) => {
            failure.next("check the path and its permissions, or name another file")
        }
        StartError::DefaultTokenExposed(_) => {
            failure.next("put a token of your own into DRIFT_EMULATOR_TOKEN")
        }
        _ => failure,
    }
}

/// A base URL as it can be shown: a password in it, which is refused later, is left out.
pub fn shown_url(base_url: &str) -> String {
    let begin = base_url.find("://").map_or(0, |at| at + "://".len());
    let (scheme, rest) = base_url.split_at(begin);
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..authority].rfind('@') {
        Some(at) => format!("{scheme}…{}", &rest[at..]),
        None => base_url.to_owned(),
    }
}

/// Whether a base URL points to this machine.
pub fn is_on_this_machine(base_url: &str) -> bool {
    let Some(rest) = base_url.strip_prefix("http://") else {
        return false;
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next(),
        None => authority.split(':').next(),
    };
    let host = host.unwrap_or_default();
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        for (url, shown) in [
            ("https://driftapi.com/a@b", "https://driftapi.com/a@b"),
            ("https://me:hunter2@x.test/v1", "https://…@x.test/v1"),
            ("https://me:hunt@r2@x.test", "https://…@x.test"),
            ("me:hunter2@x.test", "…@x.test"),
            ("not a URL", "not a URL"),
        ] {
            assert_eq!(shown_url(url), shown);
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for (url, here) in [
            ("http://127.0.0.1:8080", true),
            ("http://localhost:8080", true),
            ("http://[::1]:8080", true),
            ("https://driftapi.com", false),
            ("https://127.0.0.1.example.test", false),
        ] {
            assert_eq!(is_on_this_machine(url), here, "{url}");
        }
    }
}
