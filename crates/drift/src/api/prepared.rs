//! A create that can be resolved whatever becomes of it: its ticket is there before anything is sent.

use std::fmt;
use std::sync::Arc;

use crate::api::contacts::Contacts;
use crate::engine::connection::Connection;
use crate::engine::create;
use crate::engine::safe_write::Start;
use crate::error::Error;
use crate::model::intent::Intent;
use crate::model::new_contact::NewContact;
use crate::model::outcome::{Outcome, Written};
use crate::model::ticket::Ticket;
use crate::options::CallOptions;

/// A create that was not sent yet. Made by [`Contacts::prepare`].
pub struct Prepared {
    connection: Arc<Connection>,
    options: Arc<CallOptions>,
    intent: Arc<Intent>,
}

impl Contacts {
    /// Prepares a create: checks it, and makes its proof. Nothing is sent before [`Prepared::send`].
    ///
    /// Store [`Prepared::intent`] or [`Prepared::ticket`] first, as in an outbox, and neither a crash nor a future that is
    /// dropped leaves a contact that nobody knows of: [`write`](Self::write) finishes the intent, and
    /// [`resolve`](Self::resolve) says what became of it. Equal creates are not joined, and
    /// [`CallOptions::check_email_first`] does not apply.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`](crate::ErrorKind::Input) when the contact is not valid.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// use drift::{ExternalId, NewContact, Resolution};
    ///
    /// let new = NewContact::new("ada@example.test")?.external_id(ExternalId::random());
    /// let prepared = client.contacts().prepare(new)?;
    /// let ticket = prepared.ticket();
    /// let stored = serde_json::to_string(&ticket)?; // store it, then send
    /// drop(prepared.send()); // the caller went away
    /// assert!(matches!(client.contacts().resolve(&ticket).await?, Resolution::Absent));
    /// # Ok(())
    /// # }
    /// ```
    pub fn prepare(&self, new: NewContact) -> Result<Prepared, Error> {
        let intent = create::prepare(&self.options, new)?;
        Ok(Prepared {
            connection: self.connection.clone(),
            options: self.options.clone(),
            intent: Arc::new(intent),
        })
    }

    /// Writes an intent that was stored before it was sent. [`Start`] says whether it may have been sent already: then its
    /// contact is looked for first, and created only where it is not there.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create), [`ensure`](Self::ensure) or [`upsert`](Self::upsert), by the goal of the intent.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// use drift::{ExternalId, Intent, NewContact, Start, protocol::Claim};
    ///
    /// let new = NewContact::new("ada@example.test")?.external_id(ExternalId::random());
    /// let prepared = client.contacts().prepare(new)?;
    /// let stored = serde_json::to_string(prepared.intent())?;
    /// prepared.send().await?;
    /// // The process ends before it notes that. The next one does not know, and asks:
    /// let intent: Intent = serde_json::from_str(&stored)?;
    /// let written = client.contacts().write(intent, Start::InDoubt).await?;
    /// assert_eq!(written.claim, Claim::Recovered);
    /// assert_eq!(emulator.state().count().await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn write(&self, intent: Intent, start: Start) -> Result<Written, Error> {
        create::write(&self.connection, &self.options, Arc::new(intent), start).await
    }
}

impl Prepared {
    /// What finds out later what became of the create, by [`Contacts::resolve`].
    pub fn ticket(&self) -> Ticket {
        self.intent.ticket(false, self.connection.origin())
    }

    /// What is sent, to be stored (serde), and finished by [`Contacts::write`] after a crash.
    pub fn intent(&self) -> &Intent {
        &self.intent
    }

    /// Creates the contact.
    ///
    /// # Errors
    ///
    /// As [`Contacts::create`].
    pub async fn send(self) -> Result<Outcome, Error> {
        let (connection, options) = (&self.connection, &self.options);
        let written = create::write(connection, options, self.intent, Start::Fresh);
        written.await.map(Outcome::from)
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Prepared(..)")
    }
}
