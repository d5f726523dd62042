//! How an emulator is started, and what can stand in the way.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use tokio::net::TcpListener;

use crate::app::App;
use crate::emulator::Emulator;
use crate::fault::{Fault, Faults, ScenarioError};
use crate::http::guard::Guard;
use crate::rules::auth::{DEFAULT_ORGANIZATION, DEFAULT_TOKEN, Organization, Scope, Tokens};
use crate::rules::clock::{Clock, SharedClock};
use crate::rules::definitions::KnownNames;
use crate::rules::grants::{App as OauthApp, Grants};
use crate::rules::lag::Lag;
use crate::rules::rate::Limiter;
use crate::rules::settings::Settings;
use crate::store::{Location, Store, StoreRules};

/// Options of an emulator. Made by [`Emulator::builder`].
#[must_use]
pub struct Builder {
    host: IpAddr,
    port: u16,
    location: Location,
    token: String,
    organizations: Vec<Organization>,
    oauth: Option<OauthApp>,
    names: Vec<String>,
    settings: Settings,
    clock: Clock,
    faults: Vec<Fault>,
    scenarios: Vec<PathBuf>,
}

impl Default for Builder {
    fn default() -> Self {
        Builder {
            host: Ipv4Addr::LOCALHOST.into(),
            port: 0,
            location: Location::Memory,
            token: DEFAULT_TOKEN.to_owned(),
            organizations: Vec::new(),
            oauth: None,
            names: Vec::new(),
            settings: Settings::default(),
            clock: Clock::System,
            faults: Vec::new(),
            scenarios: Vec::new(),
        }
    }
}

/// Why an emulator did not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// Something listens on the port already.
    PortInUse(SocketAddr),
    /// The address cannot be listened on, for another reason.
    Listen(SocketAddr, io::Error),
    /// The database file cannot be opened, is no database of an emulator, or is of another layout.
    Database(PathBuf, String),
    /// Beyond loopback the emulator wants a token that is not the default one, which everybody knows.
    DefaultTokenExposed(IpAddr),
    /// A token is empty, or given twice.
    Token,
    /// No request could be served with these settings, for the reason given.
    Settings(&'static str),
    /// A fault or a scenario file cannot be used.
    Scenario(ScenarioError),
}

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::PortInUse(address) => {
                write!(
                    out,
                    "port {} of {} is in use by another program",
                    address.port(),
                    address.ip()
                )
            }
            StartError::Listen(address, cause) => {
                write!(out, "cannot listen on {address}: {cause}")
            }
            StartError::Database(path, cause) => {
                write!(out, "cannot open the database {}: {cause}", path.display())
            }
            StartError::DefaultTokenExposed(host) => {
                write!(
                    out,
                    "listening on {host}, beyond this machine, needs a token other than {DEFAULT_TOKEN:?}"
                )
            }
            StartError::Token => out.write_str("a token is empty, or is given twice"),
            StartError::Settings(flaw) => write!(out, "the settings cannot be used: {flaw}"),
            StartError::Scenario(cause) => cause.fmt(out),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StartError::Listen(_, cause) => Some(cause),
            StartError::Scenario(cause) => Some(cause),
            _ => None,
        }
    }
}

impl Emulator {
    /// Starts an emulator in memory, on a free port of 127.0.0.1, with the token `sandbox`.
    ///
    /// # Errors
    ///
    /// When no port is free or the database cannot be made; see [`StartError`].
    pub async fn start() -> Result<Emulator, StartError> {
        Emulator::builder().start().await
    }

    /// Options before the start.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// The port; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The address to listen on; 127.0.0.1 unless given. Any other than a loopback address needs a token of
    /// its own.
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// Keeps the contacts in this file, which is made if it is not there. In memory unless given.
    pub fn database(mut self, path: impl Into<PathBuf>) -> Self {
        self.location = Location::File(path.into());
        self
    }

    /// The token that may do everything in organization 1; `sandbox` unless given.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// Adds an organization with tokens of its own, or tokens to one that is there.
    pub fn organization(mut self, organization: Organization) -> Self {
        self.organizations.push(organization);
        self
    }

    /// The OAuth app that organizations grant tokens to. Unless given it is `sandbox-app` with the secret
    /// `sandbox-secret`; beyond loopback, where everybody could use that, there is none.
    pub fn oauth_app(
        mut self,
        client_id: impl Into<String>,
        client_secret: impl Into<String>,
    ) -> Self {
        self.oauth = Some(OauthApp {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
        });
        self
    }

    /// Accepts this host name too, besides `localhost` and IP addresses.
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.names.push(name.into());
        self
    }

    /// How Drift behaves where its documentation is silent.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The clock; the machine's unless given.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Adds a fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Adds the faults of a scenario file: a JSON list of [`Fault`]s.
    pub fn scenario(mut self, path: impl Into<PathBuf>) -> Self {
        self.scenarios.push(path.into());
        self
    }

    /// Starts the emulator on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// See [`StartError`]; nothing is left behind, save a database file that was made.
    pub async fn start(self) -> Result<Emulator, StartError> {
        if let Some(flaw) = self.settings.flaw() {
            return Err(StartError::Settings(flaw));
        }
        let own = Organization::new(DEFAULT_ORGANIZATION).token(self.token.clone(), &Scope::ALL);
        let tokens = Tokens::new(std::iter::once(own).chain(self.organizations).collect());
        if !tokens.are_distinct() {
            return Err(StartError::Token);
        }
        if !self.host.is_loopback() && tokens.find(DEFAULT_TOKEN).is_some() {
            return Err(StartError::DefaultTokenExposed(self.host));
        }
        let faults = Faults::default();
        faults.add_all(self.faults)?;
        self.scenarios
            .iter()
            .try_for_each(|path| faults.add_scenario(path))?;
        let (listener, address) = listen(SocketAddr::new(self.host, self.port)).await?;
        let rules = StoreRules {
            deleted_frees_identity: self.settings.deleted_frees_identity,
        };
        let store = open(self.location, rules).await?;
        let clock = SharedClock::default();
        clock.set(self.clock);
        let default_app = self.host.is_loopback().then(OauthApp::default);
        let app = App {
            oauth: self.oauth.or(default_app),
            grants: Grants::default(),
            started_at: clock.now(),
            settings: self.settings,
            tokens,
            clock,
            store,
            guard: Guard::new(address, self.names),
            known_names: KnownNames::default(),
            lag: Lag::default(),
            limiter: Limiter::default(),
            faults,
        };
        Ok(Emulator::serve(app, self.token, listener, address))
    }
}

impl From<ScenarioError> for StartError {
    fn from(cause: ScenarioError) -> Self {
        StartError::Scenario(cause)
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |cause: io::Error| match cause.kind() {
        io::ErrorKind::AddrInUse => StartError::PortInUse(address),
        _ => StartError::Listen(address, cause),
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Filling the look-ups of a large file takes a second, which the runtime need not wait for.
async fn open(location: Location, rules: StoreRules) -> Result<Store, StartError> {
    let path = match &location {
        Location::File(path) => path.clone(),
        Location::Memory => PathBuf::from(":memory:"),
    };
    let opened = tokio::task::spawn_blocking(move || {
        Store::open(&location, rules).map_err(|cause| cause.to_string())
    });
    let opened = opened.await.unwrap_or_else(|cause| Err(cause.to_string()));
    opened.map_err(|cause| StartError::Database(path, cause))
}
