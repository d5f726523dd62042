//! What can be set for a client, or for some of its calls.

use std::sync::Arc;
use std::time::Duration;

use crate::defaults;
use crate::engine::http::headers::CallHeaders;
use crate::engine::observe::interceptor::{CallInterceptors, Interceptor};
use crate::engine::observe::metadata::Recorder;
use crate::error::Error;
use crate::policy::retry::RetryPolicy;

/// How calls are made. A client has one for all its calls; `with_options` of a client, or of a group of calls as
/// [`Contacts::with_options`](crate::Contacts::with_options), sets another for some.
///
/// ```no_run
/// # async fn example(client: drift::Client) -> drift::Result<()> {
/// use std::time::Duration;
///
/// let patient = client.options().clone().total_timeout(Duration::from_secs(300));
/// let contact = client.contacts().with_options(patient.clone()).get(24_100_000_017).await?;
/// client.emails().with_options(patient).unsubscribe(["ada@example.test".parse()?]).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct CallOptions {
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) retry: RetryPolicy,
    pub(crate) verify: VerifyPolicy,
    pub(crate) check_email_first: bool,
    pub(crate) stamp: Option<String>,
    pub(crate) headers: CallHeaders,
    pub(crate) interceptors: CallInterceptors,
    pub(crate) recorder: Option<Arc<Recorder>>,
}

impl Default for CallOptions {
    /// 15,000 ms for an attempt, 60,000 ms for a call, the defaults of [`RetryPolicy`] and [`VerifyPolicy`]; emails
    /// are not looked up first; no stamp, no headers.
    fn default() -> Self {
        Self {
            attempt_timeout: defaults::ATTEMPT_TIMEOUT,
            total_timeout: defaults::TOTAL_TIMEOUT,
            retry: RetryPolicy::default(),
            verify: VerifyPolicy::default(),
            check_email_first: false,
            stamp: None,
            headers: CallHeaders::default(),
            interceptors: CallInterceptors::default(),
            recorder: None,
        }
    }
}

impl CallOptions {
    /// The limit for one attempt, from the connect to the last byte of the response; 15,000 ms unless set.
    #[must_use]
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// The limit for a call, its waits, retries and look-ups included; 60,000 ms unless set. No attempt and no wait
    /// begins that would pass it, and the last attempt is cut to fit. A create keeps a quarter of it, at most 5,000 ms, to
    /// look for a response that is lost.
    #[must_use]
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.total_timeout = limit;
        self
    }

    /// When a call is retried.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How a contact is looked up after a create whose delivery is unknown.
    #[must_use]
    pub fn verify(mut self, policy: VerifyPolicy) -> Self {
        self.verify = policy;
        self
    }

    /// Makes `create`, `ensure` and `upsert` look for the email before they create with an external id, because an
    /// external id switches Drift's own check of the email off. `create` then refuses an email that is known, the
    /// others get the contact that has it. Not done unless set, since it costs a call; between the look-up and the
    /// create somebody else may still be faster.
    #[must_use]
    pub fn check_email_first(mut self) -> Self {
        self.check_email_first = true;
        self
    }

    /// Writes a fresh random value into this custom attribute of each contact that is created, so that a contact
    /// found after a lost response can be proved to be ours. Not done unless set, since it shows in Drift.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::{CallOptions, Client};
    ///
    /// // The attribute is text; define it in Drift first.
    /// let options = CallOptions::default().stamp("created_by_call");
    /// let client = Client::builder("my-token").options(options).build()?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn stamp(mut self, attribute: impl Into<String>) -> Self {
        self.stamp = Some(attribute.into());
        self
    }

    /// Sends a header with each request of a call, its retries and look-ups included; one of the same name is replaced.
    /// Creates that join an equal one in flight are sent with the headers of the first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the client or HTTP sets such a header itself, as `Authorization`,
    /// or when it cannot be sent.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// let traced = client.options().clone().header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")?;
    /// client.contacts().with_options(traced).find_by_email("ada@example.test").await?;
    /// assert!(client.options().clone().header("Authorization", "Bearer other").is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        self.headers.set(name, value)?;
        Ok(self)
    }

    /// Lets this [`Interceptor`] see each attempt of the calls that are made with these options, after those of the client.
    /// An attempt of a create that joined an equal one in flight is seen by the first one's.
    #[must_use]
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.add(interceptor);
        self
    }
}

/// How a contact is looked up after a create whose delivery is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyPolicy {
    pub(crate) waits: Vec<Duration>,
}

impl Default for VerifyPolicy {
    /// 3 look-ups, after 200 ms, 1,300 ms and 3,500 ms: within 5,000 ms, since an index may lag behind.
    fn default() -> Self {
        Self {
            waits: defaults::LOOK_UP_WAITS.to_vec(),
        }
    }
}

impl VerifyPolicy {
    /// One look-up after each of these waits. With no wait, the contact is looked up once, at once. The look-up cannot be
    /// turned off.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use drift::{CallOptions, Client, VerifyPolicy};
    ///
    /// // Two look-ups: at once, and after 2 s.
    /// let waits = [Duration::ZERO, Duration::from_secs(2)];
    /// let options = CallOptions::default().verify(VerifyPolicy::after(waits));
    /// let client = Client::builder("my-token").options(options).build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn after(waits: impl IntoIterator<Item = Duration>) -> Self {
        let mut waits: Vec<Duration> = waits.into_iter().collect();
        if waits.is_empty() {
            waits.push(Duration::ZERO);
        }
        Self { waits }
    }

    pub(crate) fn look_ups(&self) -> u32 {
        u32::try_from(self.waits.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn wait(&self, after: u32) -> Duration {
        let last = self.waits.len().saturating_sub(1);
        let at = usize::try_from(after).unwrap_or(last).min(last);
        self.waits.get(at).copied().unwrap_or_default()
    }
}
