//! Typed access to what an emulator holds, for tests in Rust.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::app::App;
use crate::rules::clock::Clock;
use crate::rules::definitions::AttributeDefinition;
use crate::rules::email::email_key;
use crate::rules::grants::Granted;
use crate::store::{Dump, StoreError, StoredContact, TimelineEvent};

/// What an emulator holds, looked at and changed from outside the API. Made by
/// [`Emulator::state`](crate::Emulator::state).
#[derive(Clone)]
pub struct State {
    pub(crate) app: Arc<App>,
}

/// The database could not be read or written.
#[derive(Debug)]
pub struct StateError(pub(super) StoreError);

/// A contact in the database, deleted ones included. It holds personal data, so `Debug` shows its id only.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ContactRecord {
    /// Drift's id.
    pub id: i64,
    /// The organization that it belongs to.
    pub organization: i64,
    /// In milliseconds since 1970.
    pub created_at: i64,
    /// The version counter.
    pub version: i64,
    /// When it was deleted, in milliseconds since 1970.
    pub deleted_at: Option<i64>,
    /// The caller's own id, a number as its digits.
    pub external_id: Option<String>,
    /// The attributes that callers wrote, `externalId` excepted.
    pub attributes: BTreeMap<String, Value>,
}

impl fmt::Display for StateError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self.0 {
            StoreError::Failed => "the emulator's database could not be read or written",
            StoreError::FileLost => {
                "the emulator's database file was deleted or replaced while it ran; start it again"
            }
        })
    }
}

impl std::error::Error for StateError {}

impl fmt::Debug for ContactRecord {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("ContactRecord")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl From<StoreError> for StateError {
    fn from(cause: StoreError) -> Self {
        StateError(cause)
    }
}

impl State {
    /// All contacts, oldest first, those that are deleted (but not erased) included.
    ///
    /// # Errors
    ///
    /// As for every method here, when the database cannot be read or written.
    pub async fn contacts(&self) -> Result<Vec<ContactRecord>, StateError> {
        let rows = self.app.store.read(|ledger| ledger.all()).await?;
        Ok(rows.into_iter().map(ContactRecord::from).collect())
    }

    /// The number of contacts that are not deleted.
    ///
    /// # Errors
    ///
    /// See [`State::contacts`].
    pub async fn count(&self) -> Result<u64, StateError> {
        Ok(self.app.store.read(|ledger| ledger.count()).await?)
    }

    /// The number of contacts with this email that are not deleted.
    ///
    /// # Errors
    ///
    /// See [`State::contacts`].
    pub async fn count_by_email(&self, email: &str) -> Result<u64, StateError> {
        let email = email_key(email, &self.app.settings);
        Ok(self
            .app
            .store
            .read(move |ledger| ledger.count_by_email(&email))
            .await?)
    }

    /// The number of contacts with this external id that are not deleted.
    ///
    /// # Errors
    ///
    /// See [`State::contacts`].
    pub async fn count_by_external_id(&self, id: &str) -> Result<u64, StateError> {
        let id = id.to_owned();
        Ok(self
            .app
            .store
            .read(move |ledger| ledger.count_by_external_id(&id))
            .await?)
    }

    /// The timeline of a contact, oldest event first.
    ///
    /// # Errors
    ///
    /// See [`State::contacts`].
    pub async fn timeline(
        &self,
        organization: i64,
        contact: i64,
    ) -> Result<Vec<TimelineEvent>, StateError> {
        Ok(self
            .app
            .store
            .read(move |ledger| ledger.events(organization, contact))
            .await?)
    }

    /// Whether an email was unsubscribed, in an organization.
    ///
    /// # Errors
    ///
    /// See [`State::contacts`].
    pub async fn is_unsubscribed(
        &self,
        organization: i64,
        email: &str,
    ) -> Result<bool, StateError> {
        let email = email_key(email, &self.app.settings);
        Ok(self
            .app
            .store
            .read(move |ledger| ledger.is_unsubscribed(organization, &email))
            .await?)
    }

    /// Removes every contact, event and definition; ids begin anew. Faults and clock stay.
    ///
    /// # Errors
    ///
    /// See [`State::contacts`].
    pub async fn reset(&self) -> Result<(), StateError> {
        self.app.store.write(|ledger| ledger.reset()).await?;
        self.forget_derived();
        Ok(())
    }

    /// Everything as one JSON document.
    ///
    /// # Errors
    ///
    /// See [`State::contacts`].
    pub async fn dump(&self) -> Result<Dump, StateError> {
        Ok(self.app.store.read(|ledger| ledger.dump()).await?)
    }

    /// Replaces everything by a dump.
    ///
    /// # Errors
    ///
    /// See [`State::contacts`]; nothing has changed then.
    pub async fn load(&self, dump: Dump) -> Result<(), StateError> {
        let app = Arc::clone(&self.app);
        self.app
            .store
            .write(move |ledger| ledger.load(&dump, |email| email_key(email, &app.settings)))
            .await?;
        self.forget_derived();
        Ok(())
    }

    /// Sets the clock, from which `createdAt`, lags and windows are taken.
    pub fn set_clock(&self, clock: Clock) {
        self.app.clock.set(clock);
    }

    /// The clock.
    pub fn clock(&self) -> Clock {
        self.app.clock.get()
    }

    /// Adds definitions of custom attributes to an organization, or replaces those of the same name.
    ///
    /// # Errors
    ///
    /// See [`State::contacts`].
    pub async fn define_attributes(
        &self,
        organization: i64,
        definitions: Vec<AttributeDefinition>,
    ) -> Result<(), StateError> {
        Ok(self
            .app
            .store
            .write(move |ledger| ledger.redefine(organization, &definitions))
            .await?)
    }

    /// Grants tokens of this organization to the app, as its consent does.
    pub fn grant_tokens(&self, organization: i64) -> Granted {
        let (now, settings) = (self.app.clock.now(), &self.app.settings);
        self.app.grants.grant(organization, now, settings)
    }

    /// Revokes an access token or a refresh token that was granted; whether it was known.
    pub fn revoke_token(&self, token: &str) -> bool {
        self.app.grants.revoke(token)
    }

    /// Revokes all tokens that were granted.
    pub fn revoke_all_tokens(&self) {
        self.app.grants.revoke_all();
    }

    /// How many times a refresh token was exchanged for an access token.
    pub fn token_refreshes(&self) -> u64 {
        self.app.grants.refreshes()
    }

    /// Forgets what is kept in memory about the rows that are gone.
    fn forget_derived(&self) {
        self.app.known_names.forget();
        self.app.lag.forget();
        self.app.limiter.forget();
    }
}

impl From<StoredContact> for ContactRecord {
    fn from(row: StoredContact) -> Self {
        let attributes = serde_json::from_str(&format!("{{{}}}", row.members)).unwrap_or_default();
        ContactRecord {
            id: row.id,
            organization: row.organization,
            created_at: row.created_at,
            version: row.version,
            deleted_at: row.deleted_at,
            external_id: row.external_id,
            attributes,
        }
    }
}
