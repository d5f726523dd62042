//! Accepts connections, a limited number at a time, and ends them in order.

use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::connection::{self, Breaker, Limits};

/// How long a shutdown waits for requests in flight before it breaks them off.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// Accepts connections until `stopping` says so, then waits for the open ones. Dropping the future ends them all.
pub(crate) async fn accept<S, F>(
    listener: TcpListener,
    connections_max: usize,
    limits: Limits,
    mut stopping: watch::Receiver<bool>,
    respond: S,
) where
    S: Fn(Request<Incoming>, Breaker) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let permits = Arc::new(Semaphore::new(
        connections_max.clamp(1, Semaphore::MAX_PERMITS),
    ));
    let mut connections = JoinSet::new();
    let stop_connections = stopping.clone();
    loop {
        let next = async {
            let permit = Arc::clone(&permits).acquire_owned().await;
            (listener.accept().await, permit)
        };
        tokio::select! {
            (accepted, permit) = next => match accepted {
                Ok((socket, _)) => {
                    send_at_once(&socket);
                    let connection =
                        connection::serve(socket, limits, stop_connections.clone(), respond.clone());
                    connections.spawn(async move {
                        connection.await;
                        drop(permit);
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
    let _all_ended = tokio::time::timeout(SHUTDOWN_GRACE, async {
        while connections.join_next().await.is_some() {}
    })
    .await;
}

/// Without it a short response waits for the peer's delayed acknowledgement, some 40 ms.
fn send_at_once(socket: &TcpStream) {
    let _set = socket.set_nodelay(true);
}
