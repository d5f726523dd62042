//! Events on the timelines of contacts.

use std::sync::Arc;

use crate::engine::call::Call;
use crate::engine::connection::Connection;
use crate::engine::operation::Operation;
use crate::error::{Error, ErrorKind};
use crate::model::timeline_event::TimelineEvent;
use crate::options::CallOptions;

const POST: Operation = Operation::writing("timeline.post", ErrorKind::InvalidRequest, false);

/// Events on the timelines of contacts. Made by [`Contacts::timeline`](crate::Contacts::timeline).
#[derive(Clone, Debug)]
pub struct Timeline {
    connection: Arc<Connection>,
    options: Arc<CallOptions>,
}

group_of_calls!(Timeline);

impl Timeline {
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
        event.check()?;
        let body = event.body();
        let method = |sdk: drift_sdk::Client| async move { sdk.create_timeline_event(body).await };
        let call = Call::new(&self.connection, &self.options, POST);
        call.send(method).await
    }
}
