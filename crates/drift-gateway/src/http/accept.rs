//! Accepts connections, a limited number at a time, serves them, and ends them in order.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

/// The largest head of a request, in bytes.
const LARGEST_HEAD: usize = 64 * 1024;

/// How connections are served.
#[derive(Clone)]
pub(crate) struct Serving {
    pub(crate) router: Router,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) connections: usize,
    pub(crate) head_time: Duration,
}

/// Accepts connections until `stopping` says so, then waits for the open ones. Dropping the future ends them all.
pub(crate) async fn accept(
    listener: TcpListener,
    serving: Serving,
    mut stopping: watch::Receiver<bool>,
) {
    let permits = serving.connections.clamp(1, Semaphore::MAX_PERMITS);
    let permits = Arc::new(Semaphore::new(permits));
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            let permit = Arc::clone(&permits).acquire_owned().await;
            (listener.accept().await, permit)
        };
        tokio::select! {
            (accepted, permit) = next => match accepted {
                Ok((socket, _)) => {
                    let (serving, stopping) = (serving.clone(), stopping.clone());
                    connections.spawn(async move {
                        serving.connection(socket, stopping).await;
                        drop(permit);
                    });
                }
                // Out of file descriptors, say: the next attempt may succeed once a connection has ended.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_ended) = connections.join_next() => {}
            () = stopped(&mut stopping) => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

impl Serving {
    async fn connection(&self, socket: TcpStream, stopping: watch::Receiver<bool>) {
        // Without it a short response waits for the peer's delayed acknowledgement, some 40 ms.
        let _set = socket.set_nodelay(true);
        let Some(tls) = &self.tls else {
            return self.serve(socket, stopping).await;
        };
        let accepted = tokio::time::timeout(self.head_time, tls.accept(socket));
        if let Ok(Ok(stream)) = accepted.await {
            self.serve(stream, stopping).await;
        }
    }

    async fn serve<S>(&self, stream: S, mut stopping: watch::Receiver<bool>)
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut protocol = http1::Builder::new();
        protocol
            .timer(TokioTimer::new())
            .header_read_timeout(self.head_time)
            .max_buf_size(LARGEST_HEAD);
        let service = TowerToHyperService::new(self.router.clone());
        let connection = protocol.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let mut is_finishing = false;
        loop {
            tokio::select! {
                _ended = connection.as_mut() => break,
                () = stopped(&mut stopping), if !is_finishing => {
                    is_finishing = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

/// Returns when the gateway is to stop, or is gone.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _stopped_or_gone = stopping.wait_for(|stop| *stop).await;
}
