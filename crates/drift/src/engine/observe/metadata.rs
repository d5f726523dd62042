//! How the result of a call was got.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::engine::observe::interceptor::AttemptEnd;
use crate::options::CallOptions;

/// How a result was got: the last response, the attempts, the time. Given by `with_metadata` of each group of calls, as
/// [`Contacts::with_metadata`](crate::Contacts::with_metadata).
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let emulator = drift_emulator::Emulator::start().await?;
/// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
/// let new = drift::NewContact::new("ada@example.test")?;
/// let (created, metadata) = client.contacts().with_metadata(async |contacts| contacts.create(new).await).await;
/// println!("{} {:?} {:?}", created?.contact().id(), metadata.request_id(), metadata.elapsed());
/// assert_eq!((metadata.status(), metadata.attempts()), (Some(200), 1));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Metadata {
    attempts: u32,
    status: Option<u16>,
    request_id: Option<String>,
    elapsed: Duration,
}

impl Metadata {
    /// How many requests were sent, retries and look-ups included. 0 where nothing was sent: the input was refused, or the
    /// create joined an equal one in flight, whose requests count there.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// The status of the last response; `None` where no response began.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// The server's id of the request that the last response belongs to, if it sent one.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How long it took in all, waits included.
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Metadata")
            .field("attempts", &self.attempts)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("elapsed", &self.elapsed)
            .finish()
    }
}

/// Records the attempts of the calls that are made with its options.
pub(crate) struct Recorder(Mutex<Metadata>);

impl Recorder {
    fn new() -> Self {
        Self(Mutex::new(Metadata {
            attempts: 0,
            status: None,
            request_id: None,
            elapsed: Duration::ZERO,
        }))
    }

    /// An attempt begins. It counts also where its call is dropped.
    pub(super) fn begun(&self) {
        let mut metadata = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        metadata.attempts = metadata.attempts.saturating_add(1);
    }

    pub(super) fn ended(&self, attempt: &AttemptEnd) {
        if attempt.status.is_none() {
            return;
        }
        let mut metadata = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        metadata.status = attempt.status;
        metadata.request_id.clone_from(&attempt.request_id);
    }

    fn metadata(&self) -> Metadata {
        let metadata = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        metadata.clone()
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Recorder(..)")
    }
}

/// A recorder, and the time since it was made.
pub(crate) struct Recording {
    recorder: Arc<Recorder>,
    started: Instant,
}

impl Recording {
    /// Begins to record what is done with the options that are returned.
    pub(crate) fn begin(options: &CallOptions) -> (Self, Arc<CallOptions>) {
        let recorder = Arc::new(Recorder::new());
        let options = CallOptions {
            recorder: Some(recorder.clone()),
            ..options.clone()
        };
        let started = Instant::now();
        (Self { recorder, started }, Arc::new(options))
    }

    /// What was recorded.
    pub(crate) fn end(self) -> Metadata {
        Metadata {
            elapsed: self.started.elapsed(),
            ..self.recorder.metadata()
        }
    }
}
