//! The running gateway, and how it is started.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use drift::{CallOptions, Client, DRIFT_BASE_URL};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::accounts::{Accounts, Caller, shared_pace};
use crate::error::StartError;
use crate::http::accept::{Serving, accept};
use crate::http::app::App;
use crate::http::guard::Guard;
use crate::http::limits::Limits;
use crate::http::routes::router;
use crate::http::tls;
use crate::observe::{Attempts, Metrics};
use crate::store::{Retention, Store};
use crate::work::token_exchange::TokenExchange;
use crate::work::{Settings, Work};

/// Where the gateway listens unless set otherwise.
pub const DEFAULT_PORT: u16 = 8474;

/// The limit for a keyed write with its retries and look-ups: 60 s.
const TOTAL_TIME: Duration = Duration::from_secs(60);
/// The limit for one attempt: 15 s.
const ATTEMPT_TIME: Duration = Duration::from_secs(15);
/// Stands for the token in the client that those of callers are made like. Nothing is sent with it.
const NO_TOKEN: &str = "none";
/// The most deliveries in flight at a time.
const DELIVERIES: usize = 16;
/// How often what was kept for long enough is removed. Sooner than the timers of requests end: tokio interrupts itself by a
/// system call for each timer that ends before all others.
const EXPIRE_EVERY: Duration = Duration::from_secs(10);

/// How a gateway is started. Made by [`Gateway::builder`].
pub struct Builder {
    store: Arc<dyn Store>,
    host: IpAddr,
    port: u16,
    drift_base_url: String,
    endpoint: Option<String>,
    held: Option<Client>,
    held_name: Option<String>,
    total_time: Duration,
    attempt_time: Duration,
    stamp: Option<String>,
    names: Vec<String>,
    tls: Option<(Vec<u8>, Vec<u8>)>,
    limits: Limits,
    retention: Retention,
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Builder(..)")
    }
}

impl Builder {
    fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: DEFAULT_PORT,
            drift_base_url: DRIFT_BASE_URL.to_owned(),
            endpoint: None,
            held: None,
            held_name: None,
            total_time: TOTAL_TIME,
            attempt_time: ATTEMPT_TIME,
            stamp: None,
            names: Vec::new(),
            tls: None,
            limits: Limits::default(),
            retention: Retention::default(),
        }
    }

    /// The address to listen on; `127.0.0.1` unless set. Any but a loopback address needs [`tls`](Self::tls) and
    /// [`credentials`](Self::credentials).
    #[must_use]
    pub fn host(mut self, host: IpAddr) -> Self {
        self.host = host;
        self
    }

    /// The port; 8474 unless set, and 0 takes a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Where Drift is; `https://driftapi.com` unless set. Not with [`credentials`](Self::credentials), whose client has it.
    #[must_use]
    pub fn drift_base_url(mut self, url: impl Into<String>) -> Self {
        self.drift_base_url = url.into();
        self
    }

    /// What stands for the base URL in the name of an account, for a Drift whose base URL changes from run to run.
    #[must_use]
    pub fn endpoint(mut self, name: impl Into<String>) -> Self {
        self.endpoint = Some(name.into());
        self
    }

    /// The gateway's own credentials: all requests are made by this client, and callers present a key of the gateway, which
    /// is in the store. Unless set, each caller's own token is used for the caller's request.
    #[must_use]
    pub fn credentials(mut self, client: Client) -> Self {
        self.held = Some(client);
        self
    }

    /// Remembers in the store which organization the [`credentials`](Self::credentials) are of, so that deliveries are accepted
    /// also where Drift is away from the start. The name is for these credentials alone: a hash of the token, for example.
    #[must_use]
    pub fn credentials_name(mut self, name: impl Into<String>) -> Self {
        self.held_name = Some(name.into());
        self
    }

    /// The limit for a request with its retries and look-ups; 60 s unless set.
    #[must_use]
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.total_time = limit;
        self
    }

    /// The limit for one attempt; 15 s unless set.
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_time = limit;
        self
    }

    /// Writes a random value into this custom attribute of each contact that a create makes, so that a contact found after
    /// a lost response can be proved to be made by it. Not done unless set, since it shows in Drift.
    #[must_use]
    pub fn stamp(mut self, attribute: impl Into<String>) -> Self {
        self.stamp = Some(attribute.into());
        self
    }

    /// Accepts this host name too, beside `localhost` and IP addresses.
    #[must_use]
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.names.push(name.into());
        self
    }

    /// Serves TLS with this certificate chain and its private key, both as PEM.
    #[must_use]
    pub fn tls(mut self, certificate: impl Into<Vec<u8>>, key: impl Into<Vec<u8>>) -> Self {
        self.tls = Some((certificate.into(), key.into()));
        self
    }

    /// What callers may use.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// How long settled and failed records are kept; 24 hours and 30 days unless set.
    #[must_use]
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }

    /// Starts to serve.
    ///
    /// # Errors
    ///
    /// [`StartError`] when an option is not valid, or the address cannot be listened on.
    pub async fn start(self) -> Result<Gateway, StartError> {
        if !self.host.is_loopback() && (self.tls.is_none() || self.held.is_none()) {
            return Err(StartError::Unsafe);
        }
        let acceptor = self
            .tls
            .as_ref()
            .map(|(chain, key)| tls::acceptor(chain, key));
        let acceptor = acceptor
            .transpose()
            .map_err(|problem| StartError::Certificate(problem.to_string()))?;
        let listener = TcpListener::bind(SocketAddr::new(self.host, self.port))
            .await
            .map_err(StartError::Listen)?;
        let bound = listener.local_addr().map_err(StartError::Listen)?;
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let stop_time = self.limits.stop_time;
        let (connections, head_time) = (self.limits.connections, self.limits.head_time);
        let (stop, stopping) = watch::channel(false);
        let app = self.app(bound)?;
        let serving = Serving {
            router: router(app.app.clone()),
            tls: acceptor,
            connections,
            head_time,
        };
        app.start_background(&stopping);
        let served = tokio::spawn(accept(listener, serving, stopping));
        Ok(Gateway {
            url: format!("{scheme}://{bound}"),
            app: app.app,
            stop,
            served,
            stop_time,
        })
    }

    fn options(&self) -> CallOptions {
        CallOptions::default()
            .attempt_timeout(self.attempt_time)
            .total_timeout(self.total_time)
    }

    fn app(self, bound: SocketAddr) -> Result<Parts, StartError> {
        let options = self.options();
        let metrics = Arc::new(Metrics::new());
        let mut exchange = None;
        let accounts = match self.held {
            Some(client) => {
                let options = client.options().clone();
                let options = options.interceptor(Attempts(metrics.clone()));
                let client = client.with_options(options);
                Accounts::held(client, self.endpoint, self.store.clone(), self.held_name)
            }
            None => {
                let template = Client::builder(NO_TOKEN)
                    .base_url(self.drift_base_url)
                    .options(options.interceptor(Attempts(metrics.clone())))
                    .build()
                    .map_err(|problem| StartError::Client(problem.to_string()))?;
                let exchanged = TokenExchange::new(template.base_url(), self.total_time);
                exchange = Some(exchanged?);
                Accounts::callers(template, self.endpoint, metrics.clone())
            }
        };
        let settings = Settings {
            total_time: self.total_time,
            // No attempt outlasts the whole, so neither do leases that are made for it.
            attempt_time: self.attempt_time.min(self.total_time),
            stamp: self.stamp,
            places: self.limits.requests,
            deliveries: DELIVERIES,
        };
        let work = Work::new(self.store, metrics.clone(), settings);
        let app = Arc::new(App {
            accounts,
            work: Arc::new(work.with_exchange(exchange)),
            guard: Guard::new(bound, self.names),
            limits: self.limits,
            metrics,
        });
        Ok(Parts {
            app,
            retention: self.retention,
        })
    }
}

/// What serves, before it does.
struct Parts {
    app: Arc<App>,
    retention: Retention,
}

impl Parts {
    /// Delivers, where the gateway holds credentials; and removes what was kept for long enough.
    fn start_background(&self, stopping: &watch::Receiver<bool>) {
        let work = &self.app.work;
        if let Some(session) = self.app.accounts.held_session() {
            let deliver = work.clone().deliver(Caller::of(session.clone()));
            until_stopped(stopping, deliver);
        }
        let (store, retention) = (work.store.clone(), self.retention);
        until_stopped(stopping, expire(store, retention));
        let paces = self.app.accounts.paces().clone();
        until_stopped(stopping, shared_pace::share(paces, work.store.clone()));
    }
}

/// Runs this until the gateway stops.
fn until_stopped(
    stopping: &watch::Receiver<bool>,
    work: impl Future<Output = ()> + Send + 'static,
) {
    let mut stopping = stopping.clone();
    tokio::spawn(async move {
        tokio::select! {
            () = work => {}
            _stopped = stopping.wait_for(|stop| *stop) => {}
        }
    });
}

async fn expire(store: Arc<dyn Store>, retention: Retention) {
    loop {
        match store.expire(retention).await {
            // There may be more of them.
            Ok(removed) if removed > 0 => tokio::task::yield_now().await,
            Ok(_) => tokio::time::sleep(EXPIRE_EVERY).await,
            Err(error) => {
                tracing::warn!(%error, "old records are not removed");
                tokio::time::sleep(EXPIRE_EVERY).await;
            }
        }
    }
}

/// A gateway that serves. Dropped, it stops at once; [`shutdown`](Self::shutdown) finishes what is in flight first.
pub struct Gateway {
    url: String,
    app: Arc<App>,
    stop: watch::Sender<bool>,
    served: JoinHandle<()>,
    stop_time: Duration,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Gateway({})", self.url)
    }
}

impl Gateway {
    /// A gateway that keeps its keys, tickets and deliveries in this store.
    pub fn builder(store: Arc<dyn Store>) -> Builder {
        Builder::new(store)
    }

    /// Its base URL, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Accepts nothing more, finishes what is in flight within [`Limits::stop_time`], and closes the store.
    pub async fn shutdown(mut self) {
        let _anybody = self.stop.send(true);
        let finished = async {
            let _served = (&mut self.served).await;
            self.app.work.finish().await;
        };
        if tokio::time::timeout(self.stop_time, finished)
            .await
            .is_err()
        {
            tracing::warn!(
                "requests in flight are ended; those with a key are looked up by their next request"
            );
        }
        if let Err(error) = self.app.work.store.close().await {
            tracing::warn!(%error, "the store is not closed in order");
        }
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.served.abort();
    }
}
