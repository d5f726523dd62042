//! The emulator itself: it listens, answers, and ends.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, Request, header};
use hyper::body::Incoming;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tower_service::Service;

use crate::app::App;
use crate::builder::{Builder, StartError};
use crate::connection::{self, Breaker, Limits};
use crate::error::ApiError;
use crate::fault::{Due, Faults, Stage};
use crate::state::State;
use crate::{api, control, pages};

/// How long a shutdown waits for requests in flight before it breaks them off.
const FINISH: Duration = Duration::from_secs(10);

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A running local Drift. It ends when this is dropped; [`Emulator::shutdown`] ends it in order.
pub struct Emulator {
    pub(crate) app: Arc<App>,
    url: String,
    token: String,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: Option<JoinHandle<()>>,
}

/// What the tasks of an emulator share.
struct Site {
    app: Arc<App>,
    router: Router,
    requests: AtomicU64,
    stopping: watch::Receiver<bool>,
}

impl Emulator {
    /// Starts an emulator in memory, on a free port of 127.0.0.1, with the token `sandbox`.
    ///
    /// # Errors
    ///
    /// When no port can be had or the database cannot be made; see [`StartError`].
    pub async fn start() -> Result<Emulator, StartError> {
        Emulator::builder().start().await
    }

    /// Options before the start.
    pub fn builder() -> Builder {
        Builder::default()
    }

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

    /// Stops taking requests, finishes those that have begun (10 s at most), and closes the database.
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
        let routes = api::router()
            .merge(control::router(&app))
            .merge(pages::router());
        let router = routes.with_state(Arc::clone(&app));
        let site = Arc::new(Site {
            app: Arc::clone(&app),
            router,
            requests: AtomicU64::new(1),
            stopping: stopping.clone(),
        });
        let accepting = tokio::spawn(accept(listener, site, stopping));
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

/// Accepts connections until told to stop, then waits for the open ones. Dropping this ends them all.
async fn accept(listener: TcpListener, site: Arc<Site>, mut stopping: watch::Receiver<bool>) {
    let room = Arc::new(Semaphore::new(site.app.settings.connections_max.max(1)));
    let mut connections = JoinSet::new();
    let told = stopping.clone();
    loop {
        let next = async {
            let place = Arc::clone(&room).acquire_owned().await;
            (listener.accept().await, place)
        };
        tokio::select! {
            (accepted, place) = next => match accepted {
                Ok((socket, _)) => {
                    let connection = converse(socket, Arc::clone(&site), told.clone());
                    connections.spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                // Out of file descriptors, say: the next attempt may succeed once a connection has ended.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_ended) = connections.join_next() => {}
            () = connection::stopped(&mut stopping) => break,
        }
    }
    drop(listener);
    let _all_ended = tokio::time::timeout(FINISH, async {
        while connections.join_next().await.is_some() {}
    })
    .await;
}

async fn converse(socket: TcpStream, site: Arc<Site>, stopping: watch::Receiver<bool>) {
    // Without it a short answer waits for the peer's delayed acknowledgement, some 40 ms.
    let _set = socket.set_nodelay(true);
    let limits = Limits {
        header_timeout: Duration::from_millis(site.app.settings.header_timeout_ms),
        write_timeout: Duration::from_millis(site.app.settings.request_timeout_ms),
    };
    connection::serve(socket, limits, stopping, |request, breaker| {
        let site = Arc::clone(&site);
        async move { site.answer(request, breaker).await }
    })
    .await;
}

impl Site {
    async fn answer(&self, request: Request<Incoming>, breaker: Breaker) -> Response {
        let path = request.uri().path();
        let faulted = !control::is_control(path) && !pages::is_page(path);
        if faulted && breaker.is_first_call() && self.app.faults.at_connection() {
            return self.stage(breaker).refuse().await;
        }
        if let Err(refusal) = self.app.guard.check(&request) {
            return self.name(self.enveloped(refusal.into_response()));
        }
        let due = match faulted {
            false => None,
            true => self
                .app
                .faults
                .at_call(request.method().as_str(), path, self.app.clock.now()),
        };
        let twice = due.as_ref().is_some_and(Due::is_twice);
        let call = async {
            let response = match twice {
                true => Box::pin(self.route_twice(request)).await,
                false => self.route(request.map(Body::new)).await,
            };
            self.enveloped(response)
        };
        let response = match due {
            None => call.await,
            Some(due) => self.enveloped(Box::pin(self.stage(breaker).play(due, call)).await),
        };
        self.name(response)
    }

    fn stage(&self, breaker: Breaker) -> Stage {
        Stage {
            breaker,
            stopping: self.stopping.clone(),
            now: self.app.clock.now(),
        }
    }

    /// Carries a request out twice, one after the other, and gives the answer to the second.
    async fn route_twice(&self, request: Request<Incoming>) -> Response {
        let (head, body) = request.into_parts();
        let settings = &self.app.settings;
        let Ok(body) = axum::body::to_bytes(Body::new(body), settings.body_limit).await else {
            let status = settings.body_too_large_status;
            return ApiError::refused(status, "The request is too large").into_response();
        };
        let copy = || Request::from_parts(head.clone(), Body::from(body.clone()));
        drop(self.route(copy()).await);
        self.route(copy()).await
    }

    async fn route(&self, request: Request<Body>) -> Response {
        let limit = Duration::from_millis(self.app.settings.request_timeout_ms);
        let answered = tokio::time::timeout(limit, self.router.clone().call(request)).await;
        match answered {
            Ok(Ok(response)) => response,
            Err(_elapsed) => ApiError::refused(408, "The request took too long").into_response(),
        }
    }

    /// Writes the envelope of an error.
    fn enveloped(&self, mut response: Response) -> Response {
        let Some(error) = response.extensions_mut().remove::<ApiError>() else {
            return response;
        };
        let (mut head, _empty) = response.into_parts();
        // The length was that of the body which the envelope replaces.
        head.headers.remove(header::CONTENT_LENGTH);
        let mut response = error.render(self.app.settings.code_place);
        response.headers_mut().extend(head.headers);
        response
    }

    /// Gives the answer an id, for reports.
    fn name(&self, mut response: Response) -> Response {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        if let Ok(id) = HeaderValue::from_str(&format!("emulated-{number:08x}")) {
            response.headers_mut().insert(&REQUEST_ID, id);
        }
        response
    }
}
