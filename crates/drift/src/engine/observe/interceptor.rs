//! What a program of its own sees of each attempt.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::engine::http::headers::CallHeaders;
use crate::error::{Error, ErrorKind};
use crate::policy::delivery::Delivery;

/// Sees each attempt of a client's calls, retries and look-ups among them: for traces, metrics and logs of your own. Given
/// to [`ClientBuilder::interceptor`](crate::ClientBuilder::interceptor).
///
/// Nothing that it sees is personal: neither the URL, the body nor the token, and no header but the request id. It runs
/// within the call, so it must not block.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = drift_emulator::Emulator::start().await?;
/// use drift::{AttemptEnd, AttemptStart, Client, Interceptor};
///
/// struct Tracing;
///
/// impl Interceptor for Tracing {
///     fn before_attempt(&self, attempt: &mut AttemptStart) {
///         let span = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"; // of your tracer
///         let _only_if_valid = attempt.header("traceparent", span);
///     }
///
///     fn after_attempt(&self, attempt: &AttemptEnd) {
///         println!("{} {}: {:?} in {:?}", attempt.operation(), attempt.number(), attempt.status(), attempt.elapsed());
///     }
/// }
///
/// let client = Client::builder(emulator.token()).base_url(emulator.url()).interceptor(Tracing).build()?;
/// client.contacts().find_by_email("ada@example.test").await?; // contacts.find_by_email 1: Some(200) in …
/// # Ok(())
/// # }
/// ```
pub trait Interceptor: Send + Sync {
    /// An attempt begins: nothing of it was sent yet.
    fn before_attempt(&self, attempt: &mut AttemptStart) {
        let _ = attempt;
    }

    /// An attempt has ended, with a response or without. It is not called for one that was dropped with its call.
    fn after_attempt(&self, attempt: &AttemptEnd) {
        let _ = attempt;
    }
}

/// An attempt that begins.
pub struct AttemptStart {
    pub(super) id: u64,
    pub(super) operation: &'static str,
    pub(super) number: u32,
    pub(super) headers: CallHeaders,
}

impl AttemptStart {
    /// Identifies this attempt among all of the client, so that its end can be matched.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// What is called, such as `contacts.create`, or `contacts.find_by_email` for a look-up within a create.
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// The number of the attempt within its operation, from 1. A request that is sent again after the pause that a 429 asked
    /// for has the same number, since it costs no attempt.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Adds a header to the request of this attempt, in place of one of the call's with the same name.
    ///
    /// # Errors
    ///
    /// As [`CallOptions::header`](crate::CallOptions::header).
    pub fn header(&mut self, name: &str, value: &str) -> Result<(), Error> {
        self.headers.set(name, value)
    }
}

/// Shows no headers.
impl fmt::Debug for AttemptStart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AttemptStart")
            .field("operation", &self.operation)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// An attempt that has ended.
pub struct AttemptEnd {
    pub(super) id: u64,
    pub(super) operation: &'static str,
    pub(super) number: u32,
    pub(super) status: Option<u16>,
    pub(super) request_id: Option<String>,
    pub(super) delivery: Delivery,
    pub(super) error: Option<ErrorKind>,
    pub(super) elapsed: Duration,
}

impl AttemptEnd {
    /// As [`AttemptStart::id`].
    pub fn id(&self) -> u64 {
        self.id
    }

    /// As [`AttemptStart::operation`].
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// As [`AttemptStart::number`].
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The status of the response, if one began.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The server's id of the request, if it sent one.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// What is known of the request: [`Delivery::Done`] after a success.
    pub fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// Why the attempt failed; `None` after a success.
    pub fn error_kind(&self) -> Option<ErrorKind> {
        self.error
    }

    /// How long the attempt took, from the connect to the last byte of the response.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

impl fmt::Debug for AttemptEnd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AttemptEnd")
            .field("operation", &self.operation)
            .field("number", &self.number)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("delivery", &self.delivery)
            .field("error_kind", &self.error)
            .field("elapsed", &self.elapsed)
            .finish_non_exhaustive()
    }
}

/// The interceptors of some calls.
#[derive(Clone, Default)]
pub(crate) struct CallInterceptors(Option<Arc<Vec<Arc<dyn Interceptor>>>>);

impl CallInterceptors {
    pub(crate) fn add(&mut self, interceptor: impl Interceptor + 'static) {
        let all = self.0.get_or_insert_default();
        Arc::make_mut(all).push(Arc::new(interceptor));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn each(&self) -> impl Iterator<Item = &dyn Interceptor> {
        self.0.iter().flat_map(|all| all.iter()).map(Arc::as_ref)
    }
}

impl fmt::Debug for CallInterceptors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CallInterceptors(..)")
    }
}

/// The interceptors of a client.
#[derive(Default)]
pub(crate) struct Interceptors {
    each: Vec<Box<dyn Interceptor>>,
    attempts: AtomicU64,
}

impl Interceptors {
    pub(crate) fn add(&mut self, interceptor: impl Interceptor + 'static) {
        self.each.push(Box::new(interceptor));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.each.is_empty()
    }

    pub(super) fn each(&self) -> impl Iterator<Item = &dyn Interceptor> {
        self.each.iter().map(Box::as_ref)
    }

    pub(super) fn next_id(&self) -> u64 {
        self.attempts.fetch_add(1, Ordering::Relaxed)
    }
}
