//! How far a call got: what a caller must know to tell a request that was never sent from one that may have been
//! executed. The generated client returns an error without it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_body::{Body, Frame, SizeHint};

/// The farthest stage that a call has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Stage {
    /// No byte of the request has been handed to a connection.
    Connecting = 0,
    /// The request may be on its way, whole or in part.
    Sending = 1,
    /// The whole request was handed to the connection, and no response has begun.
    Waiting = 2,
    /// Status and headers of a response are there; its body is being read.
    Reading = 3,
}

/// Watches one call; shared by the caller and the [`Transport`](crate::Transport) that it was given to.
#[derive(Debug, Default)]
pub struct Progress {
    stage: AtomicU8,
    method: OnceLock<Method>,
    head: OnceLock<(StatusCode, HeaderMap)>,
    redirected: AtomicBool,
}

impl Progress {
    /// The farthest stage that the call has reached.
    pub fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Acquire) {
            0 => Stage::Connecting,
            1 => Stage::Sending,
            2 => Stage::Waiting,
            _ => Stage::Reading,
        }
    }

    /// The method of the request, once it was made.
    pub fn method(&self) -> Option<&Method> {
        self.method.get()
    }

    /// The status of the response, as soon as one has begun.
    pub fn status(&self) -> Option<StatusCode> {
        self.head.get().map(|(status, _)| *status)
    }

    /// The headers of the response, as soon as one has begun.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.head.get().map(|(_, headers)| headers)
    }

    /// Whether the response is that of another URL, which a redirect led to. It says nothing of the request then. Known
    /// only where the transport [watches redirects](crate::Transport::watch_redirects).
    pub fn was_redirected(&self) -> bool {
        self.redirected.load(Ordering::Acquire)
    }

    pub(crate) fn redirected(&self) {
        self.redirected.store(true, Ordering::Release);
    }

    pub(crate) fn reached(&self, stage: Stage) {
        self.stage.fetch_max(stage as u8, Ordering::AcqRel);
    }

    pub(crate) fn begun(&self, method: &Method) {
        let _ = self.method.set(method.clone());
    }

    pub(crate) fn responded(&self, status: StatusCode, headers: HeaderMap) {
        self.reached(Stage::Reading);
        let _ = self.head.set((status, headers));
    }
}

/// A request body that reports when a connection asks for it. hyper asks only once it holds a connection, and before
/// it writes the first byte of the request; so until then nothing can have been executed.
pub(crate) struct WatchedBody {
    body: reqwest::Body,
    progress: Arc<Progress>,
}

impl WatchedBody {
    pub(crate) fn new(body: reqwest::Body, progress: Arc<Progress>) -> Self {
        Self { body, progress }
    }
}

impl Body for WatchedBody {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.progress.reached(Stage::Sending);
        let frame = Pin::new(&mut self.body).poll_frame(context);
        // The body is in memory, so its first frame is all of it.
        self.progress.reached(Stage::Waiting);
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
