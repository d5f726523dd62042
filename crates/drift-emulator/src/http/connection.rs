//! One accepted connection: HTTP over a socket that can be broken off from inside a request.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{Notify, watch};
use tokio::time::Sleep;

/// How a connection is broken off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Break {
    /// Closed in order: what was written arrives, then the end.
    Close = 1,
    /// Reset: the peer's next read fails.
    Reset = 2,
    /// Closed in order, once everything written so far is on its way.
    CloseWhenFlushed = 3,
}

/// Breaks a connection off from inside one of its requests.
#[derive(Clone, Default)]
pub(crate) struct Breaker(Arc<BreakerState>);

#[derive(Default)]
struct BreakerState {
    /// Whether a request of the API has arrived.
    requested: AtomicBool,
    how: AtomicU8,
    now: Notify,
}

impl Breaker {
    /// Breaks the connection off. Only the first trip counts.
    pub(crate) fn trip(&self, how: Break) {
        let first = self
            .0
            .how
            .compare_exchange(0, how as u8, Ordering::AcqRel, Ordering::Acquire)
            .is_ok();
        if first && how != Break::CloseWhenFlushed {
            self.0.now.notify_one();
        }
    }

    /// Whether this is the first request of the API over this connection. To be asked once per request.
    pub(crate) fn is_first_request(&self) -> bool {
        !self.0.requested.swap(true, Ordering::AcqRel)
    }

    fn is(&self, how: Break) -> bool {
        self.0.how.load(Ordering::Acquire) == how as u8
    }
}

/// The socket, seen by HTTP.
struct Stream {
    socket: TcpStream,
    breaker: Breaker,
    write_timeout: Duration,
    /// Ends a write for which the peer makes no room; none while there is room.
    blocked: Option<Pin<Box<Sleep>>>,
}

/// How long a connection may wait for its peer.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// For the head of a request.
    pub(crate) header_timeout: Duration,
    /// For room to write the next part of a response.
    pub(crate) write_timeout: Duration,
}

/// Serves one connection until it ends, is broken off, or `stopping` says to finish.
pub(crate) async fn serve<S, F>(
    socket: TcpStream,
    limits: Limits,
    mut stopping: watch::Receiver<bool>,
    respond: S,
) where
    S: Fn(http::Request<Incoming>, Breaker) -> F,
    F: Future<Output = Response>,
{
    let breaker = Breaker::default();
    let stream = TokioIo::new(Stream {
        socket,
        breaker: breaker.clone(),
        write_timeout: limits.write_timeout,
        blocked: None,
    });
    let service = service_fn(|request| {
        let response = respond(request, breaker.clone());
        async move { Ok::<_, Infallible>(response.await) }
    });
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(64 * 1024);
    let connection = protocol.serve_connection(stream, service);
    tokio::pin!(connection);
    let mut finishing = false;
    loop {
        tokio::select! {
            _ended = connection.as_mut() => break,
            () = breaker.0.now.notified() => break,
            () = stopped(&mut stopping), if !finishing => {
                finishing = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Returns when the emulator is to stop, or is gone.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _stopped_or_gone = stopping.wait_for(|stop| *stop).await;
}

/// Lets the socket end with a reset when it is dropped, which is what closing without lingering does.
fn reset(socket: &TcpStream) {
    let _set = socket2::SockRef::from(socket).set_linger(Some(Duration::ZERO));
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.breaker.is(Break::Reset) {
            reset(&self.socket);
        }
    }
}

impl Stream {
    /// The result of a write, or an error once the peer has made no room for too long.
    fn bound(
        &mut self,
        written: Poll<io::Result<usize>>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.blocked = None;
            return written;
        }
        let timeout = self.write_timeout;
        let blocked = self
            .blocked
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(timeout)));
        blocked
            .as_mut()
            .poll(cx)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(cx, buf);
        self.bound(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, buffers);
        self.bound(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    /// HTTP flushes when it has handed over all that it has; that is where a half response ends.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.socket).poll_flush(cx);
        if flushed.is_ready() && self.breaker.is(Break::CloseWhenFlushed) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}
