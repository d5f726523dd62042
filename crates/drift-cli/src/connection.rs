//! Which Drift a command talks to: Drift itself, another place, or the sandbox in this very process.

use std::net::IpAddr;

use drift::{Client, ContactId, DRIFT_BASE_URL, ExternalId};
use drift_emulator::{Emulator, StartError};

use crate::args::GlobalArgs;
use crate::data_folder;
use crate::failure::Failure;

/// A client, and what stays open while it is used.
pub struct Connection {
    pub client: Client,
    sandbox: Option<Emulator>,
}

const USER_AGENT: &str = concat!("drift-cli/", env!("CARGO_PKG_VERSION"));

impl Connection {
    /// Makes the client. Nothing is sent.
    pub async fn open(global: &GlobalArgs) -> Result<Self, Failure> {
        if global.sandbox {
            return Self::open_sandbox().await;
        }
        let token = std::env::var("DRIFT_TOKEN").unwrap_or_default();
        if token.trim().is_empty() {
            return Err(no_token());
        }
        let base_url = base_url(global);
        let client = Client::builder(token)
            .base_url(&base_url)
            .user_agent(USER_AGENT)
            .build()
            .map_err(|error| {
                Failure::of_reading(&error)
                    .advise(format!("check the base URL ({base_url}) and DRIFT_TOKEN"))
            })?;
        Ok(Self {
            client,
            sandbox: None,
        })
    }

    async fn open_sandbox() -> Result<Self, Failure> {
        let file = sandbox_file()?;
        // Only this process may use it while it is up, so the token is a secret of this process.
        let token = ExternalId::random().to_string();
        let emulator = Emulator::builder()
            .database(file)
            .token(&token)
            .start()
            .await
            .map_err(not_started)?;
        let client = Client::builder(token)
            .base_url(emulator.url())
            .http_client(direct()?)
            .build()
            .map_err(|error| Failure::of_reading(&error))?;
        Ok(Self {
            client,
            sandbox: Some(emulator),
        })
    }

    /// Where a person can look at a contact.
    pub fn see(&self, id: ContactId, contact_url: &str) -> String {
        if self.sandbox.is_some() {
            return format!("drift --sandbox contacts get {id}");
        }
        let base_url = self.client.base_url();
        if is_on_this_machine(base_url) {
            return format!("{base_url}/contacts/details/{id}");
        }
        contact_url.to_owned()
    }

    /// The beginning of a command line that talks to the same place.
    pub fn command(&self) -> &'static str {
        if self.sandbox.is_some() {
            "drift --sandbox"
        } else {
            "drift"
        }
    }

    /// Ends the sandbox in order, so that its file is whole.
    pub async fn close(self) {
        drop(self.client);
        if let Some(emulator) = self.sandbox {
            emulator.shutdown().await;
        }
    }
}

fn base_url(global: &GlobalArgs) -> String {
    let from_environment = || {
        std::env::var("DRIFT_BASE_URL")
            .ok()
            .filter(|url| !url.is_empty())
    };
    global
        .base_url
        .clone()
        .or_else(from_environment)
        .unwrap_or_else(|| DRIFT_BASE_URL.to_owned())
}

fn no_token() -> Failure {
    Failure::input(
        "there is no access token: put the one of your app on dev.drift.com into DRIFT_TOKEN",
    )
    .next("or try it without an account: add --sandbox to the command")
    .fact("reason", "no_token")
}

/// The database of the sandbox, in a folder that is made for it.
pub fn sandbox_file() -> Result<std::path::PathBuf, Failure> {
    let folder = data_folder::data().ok_or_else(|| {
        Failure::input("there is no home folder to keep the sandbox in")
            .next("set XDG_DATA_HOME to a folder of yours")
    })?;
    data_folder::make_private(&folder).map_err(|cause| {
        Failure::input(format!(
            "the folder {} cannot be made: {cause}",
            folder.display()
        ))
    })?;
    Ok(folder.join("sandbox.db"))
}

/// An HTTP client that goes past the proxies of the environment, so that the sandbox needs no network.
fn direct() -> Result<reqwest::Client, Failure> {
    // Only the first provider of a process counts, and none was chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .no_proxy()
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

fn is_on_this_machine(base_url: &str) -> bool {
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
