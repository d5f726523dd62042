//! The server that the browser is sent back to. It takes one consent, and shows what became of it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{RawQuery, State as Shared};
use axum::http::{Method, Uri};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use super::callback::Callback;
use super::page::Page;
use super::redirect::Redirect;
use super::state::State;
use crate::failure::Failure;

/// A browser that keeps its connection open is waited for no longer than this.
const CLOSING: Duration = Duration::from_secs(2);

/// The port of a redirect, before anybody is told of it.
pub struct Bound {
    redirect: Redirect,
    sockets: Vec<TcpListener>,
}

/// A server that waits for the consent.
pub struct Listener {
    consents: mpsc::Receiver<Consent>,
    closing: watch::Sender<bool>,
    servers: JoinSet<()>,
}

/// What came back from the consent page, while the browser waits for a page to show.
pub struct Consent {
    /// The code, or the reason why there is none.
    pub code: Result<String, String>,
    reply: oneshot::Sender<Page>,
}

impl Consent {
    /// Shows the browser how the login ended.
    pub fn reply(self, page: Page) {
        // A browser that has gone needs no page.
        let _ = self.reply.send(page);
    }
}

impl Bound {
    /// Takes the port of the redirect. One of the two addresses of `localhost` may not exist.
    pub async fn to(redirect: Redirect) -> Result<Self, Failure> {
        let mut sockets = Vec::new();
        for address in redirect.addresses() {
            match TcpListener::bind(address).await {
                Ok(socket) => sockets.push(socket),
                Err(cause) if cause.kind() == io::ErrorKind::AddrNotAvailable => {}
                Err(cause) => return Err(cannot_listen(&address.to_string(), &cause)),
            }
        }
        if sockets.is_empty() {
            let cause = io::ErrorKind::AddrNotAvailable.into();
            return Err(cannot_listen(redirect.as_str(), &cause));
        }
        Ok(Self { redirect, sockets })
    }

    /// Takes any port that is free.
    pub async fn to_any_port() -> Result<Self, Failure> {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let bound = TcpListener::bind(any).await;
        let bound = bound.and_then(|socket| socket.local_addr().map(|address| (socket, address)));
        let (socket, address) = bound.map_err(|cause| cannot_listen("127.0.0.1", &cause))?;
        Ok(Self {
            redirect: Redirect::to_port(address.port()),
            sockets: vec![socket],
        })
    }

    /// Where the browser is to be sent.
    pub fn redirect(&self) -> &Redirect {
        &self.redirect
    }

    /// Begins to serve.
    pub fn listen(self, state: State) -> Listener {
        let (sender, consents) = mpsc::channel(1);
        let (closing, closes) = watch::channel(false);
        let waiting = Arc::new(Waiting {
            state,
            path: self.redirect.path().to_owned(),
            taken: AtomicBool::new(false),
            consents: sender,
        });
        let mut servers = JoinSet::new();
        for socket in self.sockets {
            let router = Router::new().fallback(respond).with_state(waiting.clone());
            let mut closes = closes.clone();
            servers.spawn(async move {
                let close = async move { drop(closes.wait_for(|closing| *closing).await) };
                // Its only error is one of this server's own, and it has none.
                let _ = axum::serve(socket, router)
                    .with_graceful_shutdown(close)
                    .await;
            });
        }
        Listener {
            consents,
            closing,
            servers,
        }
    }
}

fn cannot_listen(at: &str, cause: &io::Error) -> Failure {
    let failure = Failure::input(format!(
        "no browser can be sent back to {at}, since the command cannot listen there: {cause}"
    ));
    match cause.kind() {
        io::ErrorKind::AddrInUse => failure.next(
            "end the other login, or register another port with the app and name it by --redirect",
        ),
        _ => failure.next("register another port with the app, and name it by --redirect"),
    }
}

impl Listener {
    /// Waits for the consent. It comes once.
    pub async fn consent(&mut self) -> Option<Consent> {
        self.consents.recv().await
    }

    /// Sends what is still to be sent, and stops to serve.
    pub async fn close(mut self) {
        let _ = self.closing.send(true);
        let closed = async { while self.servers.join_next().await.is_some() {} };
        // Whoever is still connected then has nothing to say.
        let _ = tokio::time::timeout(CLOSING, closed).await;
    }
}

/// What each request is compared with.
struct Waiting {
    state: State,
    path: String,
    taken: AtomicBool,
    consents: mpsc::Sender<Consent>,
}

async fn respond(
    Shared(waiting): Shared<Arc<Waiting>>,
    method: Method,
    uri: Uri,
    RawQuery(query): RawQuery,
) -> Page {
    if method != Method::GET || uri.path() != waiting.path {
        return Page::Missing;
    }
    match Callback::of_query(&query.unwrap_or_default(), &waiting.state) {
        Callback::Foreign => Page::Foreign,
        Callback::Code(code) => waiting.take(Ok(code)).await,
        Callback::Denied(reason) => waiting.take(Err(reason)).await,
    }
}

impl Waiting {
    /// Hands the first consent over, and waits for how the login ends.
    async fn take(&self, code: Result<String, String>) -> Page {
        if self.taken.swap(true, Ordering::Relaxed) {
            return Page::Used;
        }
        let (reply, page) = oneshot::channel();
        if self.consents.send(Consent { code, reply }).await.is_err() {
            return Page::Failed;
        }
        page.await.unwrap_or(Page::Failed)
    }
}
