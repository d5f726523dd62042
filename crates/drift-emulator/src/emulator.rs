//! A running emulator: where it listens, what it holds, and how it ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::control::state::State;
use crate::dispatch::Dispatch;
use crate::fault::Faults;
use crate::http::connection::Limits;
use crate::http::server::accept;

/// A running local Drift. It ends when this is dropped; [`Emulator::shutdown`] ends it in order.
pub struct Emulator {
    app: Arc<App>,
    url: String,
    token: String,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: Option<JoinHandle<()>>,
}

impl Emulator {
    /// The base URL, such as `http://127.0.0.1:34567`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A token that may do everything in the first organization.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The address that the emulator listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the emulator holds, for tests.
    pub fn state(&self) -> State {
        State {
            app: Arc::clone(&self.app),
        }
    }

    /// The faults in force.
    pub fn faults(&self) -> &Faults {
        &self.app.faults
    }

    /// Accepts no further requests, finishes those that have begun (10 s at most), and closes the database.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        if let Some(accepting) = self.accepting.take() {
            let _ended = accepting.await;
        }
        self.app.store.close().await;
    }

    pub(crate) fn serve(
        app: App,
        token: String,
        listener: TcpListener,
        address: SocketAddr,
    ) -> Emulator {
        let app = Arc::new(app);
        let (stop, stopping) = watch::channel(false);
        let limits = Limits {
            header_timeout: Duration::from_millis(app.settings.header_timeout_ms),
            write_timeout: Duration::from_millis(app.settings.request_timeout_ms),
        };
        let connections_max = app.settings.connections_max;
        let dispatch = Arc::new(Dispatch::new(Arc::clone(&app), stopping.clone()));
        let respond = move |request, breaker| {
            let dispatch = Arc::clone(&dispatch);
            async move { dispatch.respond(request, breaker).await }
        };
        let accepting = tokio::spawn(accept(listener, connections_max, limits, stopping, respond));
        Emulator {
            app,
            url: url(address),
            token,
            address,
            stop,
            accepting: Some(accepting),
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
        }
    }
}

/// An address that a client on this machine can use.
fn url(address: SocketAddr) -> String {
    let mut reachable = address;
    if address.ip().is_unspecified() {
        reachable.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{reachable}")
}
