//! Events on the timelines of contacts.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use drift_sdk::types;

use crate::engine::call::Call;
use crate::engine::connection::Connection;
use crate::engine::operation::Operation;
use crate::error::{Error, ErrorKind};
use crate::model::contact_id::ContactId;
use crate::options::CallOptions;

const POST: Operation = Operation::writing("timeline.post", ErrorKind::InvalidRequest, false);

/// Events on the timelines of contacts. Made by [`Contacts::timeline`](crate::Contacts::timeline).
#[derive(Clone, Debug)]
pub struct Timeline {
    connection: Arc<Connection>,
    options: Arc<CallOptions>,
}

/// An event to post. `Debug` hides it.
#[derive(Clone, PartialEq)]
pub struct TimelineEvent(types::TimelineEventRequest);

impl TimelineEvent {
    /// An event of the contact with this id.
    pub fn of(contact: impl Into<ContactId>, event: impl Into<String>) -> Self {
        Self::new(Some(contact.into().get()), None, event.into())
    }

    /// An event of the contact with one of your own ids.
    pub fn of_external_id(id: impl AsRef<str>, event: impl Into<String>) -> Self {
        Self::new(None, Some(id.as_ref().to_owned()), event.into())
    }

    fn new(contact_id: Option<i64>, external_id: Option<String>, event: String) -> Self {
        Self(types::TimelineEventRequest {
            contact_id,
            external_id,
            event,
            created_at: None,
            extra: Default::default(),
        })
    }

    /// When it happened; the time of the call unless set.
    #[must_use]
    pub fn at(mut self, time: SystemTime) -> Self {
        let millis = time
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        self.0.created_at = i64::try_from(millis).ok();
        self
    }
}

impl fmt::Debug for TimelineEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("TimelineEvent(..)")
    }
}

impl Timeline {
    pub(crate) fn new(connection: Arc<Connection>, options: Arc<CallOptions>) -> Self {
        Self {
            connection,
            options,
        }
    }

    /// Posts an event. Drift has no idempotency key, so a post whose delivery is unknown is never sent again. Where the
    /// network delivers the request twice there are two events, which nothing here can see.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is no such contact; [`ErrorKind::Input`] when the event has no text; else as
    /// any call.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// use drift::{NewContact, TimelineEvent};
    ///
    /// let id = client.contacts().create(NewContact::new("ada@example.test")?).await?.contact().id();
    /// let event = TimelineEvent::of(id, "Invoice paid").at(std::time::SystemTime::now());
    /// client.contacts().timeline().post(event).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn post(&self, event: TimelineEvent) -> Result<(), Error> {
        if event.0.event.trim().is_empty() {
            return Err(Error::input("the event has no text"));
        }
        let body = &event.0;
        let method = |sdk: drift_sdk::Client| async move { sdk.create_timeline_event(body).await };
        let call = Call::new(&self.connection, &self.options, POST);
        call.send(method).await.map(drop)
    }
}
