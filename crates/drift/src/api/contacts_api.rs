//! The calls of `Contacts` as a trait, for code that is to be tested without a server.

use std::future::{Future, Ready, ready};

use crate::api::contacts::Contacts;
use crate::engine::safe_write::Start;
use crate::error::Error;
use crate::error::conversions::Result;
use crate::model::attribute_definition::AttributeDefinition;
use crate::model::contact::Contact;
use crate::model::contact_id::ContactId;
use crate::model::intent::Intent;
use crate::model::matches::Matches;
use crate::model::new_contact::{ContactChanges, NewContact};
use crate::model::outcome::{Outcome, Resolution, Upserted, Written};
use crate::model::ticket::Ticket;

/// The calls of [`Contacts`] as a trait. Code that takes `&impl ContactsApi` runs against Drift with
/// `client.contacts()`, and in a test against a fake that you write: a type with those methods that the code
/// calls. The others return an error that says so.
///
/// The feature `test-util` makes the contacts and errors that a fake returns. To test the requests themselves,
/// use a mock server or the emulator: the [tutorial](crate::tutorial#7-your-own-tests) says when to take which.
/// Calls may be added to the trait in a minor version.
///
/// ```
/// use drift::{Contact, ContactId, ContactsApi, Result};
///
/// async fn name_of(contacts: &impl ContactsApi, id: ContactId) -> Result<String> {
///     let contact = contacts.get(id).await?;
///     Ok(contact.name().unwrap_or("nobody").to_owned())
/// }
///
/// struct Fake;
///
/// impl ContactsApi for Fake {
///     async fn get(&self, id: ContactId) -> Result<Contact> {
///         let json = serde_json::json!({"id": id, "createdAt": 0, "attributes": {"name": "Ada"}});
///         Ok(serde_json::from_value(json).expect("a contact"))
///     }
/// }
///
/// # #[tokio::main]
/// # async fn main() -> Result<()> {
/// assert_eq!(name_of(&Fake, 7.into()).await?, "Ada");
/// # Ok(())
/// # }
/// ```
pub trait ContactsApi: Send + Sync {
    /// As [`Contacts::create`].
    fn create(&self, new: NewContact) -> impl Future<Output = Result<Outcome>> + Send {
        let _ = new;
        not_faked("create")
    }

    /// As [`Contacts::ensure`].
    fn ensure(&self, new: NewContact) -> impl Future<Output = Result<Outcome>> + Send {
        let _ = new;
        not_faked("ensure")
    }

    /// As [`Contacts::upsert`].
    fn upsert(&self, new: NewContact) -> impl Future<Output = Result<Upserted>> + Send {
        let _ = new;
        not_faked("upsert")
    }

    /// As [`Contacts::resolve`].
    fn resolve(&self, ticket: &Ticket) -> impl Future<Output = Result<Resolution>> + Send {
        let _ = ticket;
        not_faked("resolve")
    }

    /// As [`Contacts::write`].
    fn write(&self, intent: Intent, start: Start) -> impl Future<Output = Result<Written>> + Send {
        let _ = (intent, start);
        not_faked("write")
    }

    /// As [`Contacts::get`].
    fn get(&self, id: ContactId) -> impl Future<Output = Result<Contact>> + Send {
        let _ = id;
        not_faked("get")
    }

    /// As [`Contacts::find_by_email`].
    fn find_by_email(&self, email: &str) -> impl Future<Output = Result<Matches>> + Send {
        let _ = email;
        not_faked("find_by_email")
    }

    /// As [`Contacts::find_by_external_id`].
    fn find_by_external_id(
        &self,
        id: &str,
    ) -> impl Future<Output = Result<Option<Contact>>> + Send {
        let _ = id;
        not_faked("find_by_external_id")
    }

    /// As [`Contacts::find_by_external_ids`].
    fn find_by_external_ids(
        &self,
        ids: &[String],
    ) -> impl Future<Output = Result<Vec<Contact>>> + Send {
        let _ = ids;
        not_faked("find_by_external_ids")
    }

    /// As [`Contacts::update`].
    fn update(
        &self,
        id: ContactId,
        changes: ContactChanges,
    ) -> impl Future<Output = Result<Contact>> + Send {
        let _ = (id, changes);
        not_faked("update")
    }

    /// As [`Contacts::update_by_external_id`].
    fn update_by_external_id(
        &self,
        id: &str,
        changes: ContactChanges,
    ) -> impl Future<Output = Result<Contact>> + Send {
        let _ = (id, changes);
        not_faked("update_by_external_id")
    }

    /// As [`Contacts::attributes`].
    fn attributes(&self) -> impl Future<Output = Result<Vec<AttributeDefinition>>> + Send {
        not_faked("attributes")
    }

    /// As [`Contacts::delete`].
    fn delete(&self, id: ContactId) -> impl Future<Output = Result<()>> + Send {
        let _ = id;
        not_faked("delete")
    }
}

/// What a method returns that a fake does not have.
fn not_faked<T>(name: &str) -> Ready<Result<T>> {
    ready(Err(Error::input(format_args!(
        "this fake of ContactsApi has no method {name:?}"
    ))))
}

impl ContactsApi for Contacts {
    async fn create(&self, new: NewContact) -> Result<Outcome> {
        Self::create(self, new).await
    }

    async fn ensure(&self, new: NewContact) -> Result<Outcome> {
        Self::ensure(self, new).await
    }

    async fn upsert(&self, new: NewContact) -> Result<Upserted> {
        Self::upsert(self, new).await
    }

    async fn resolve(&self, ticket: &Ticket) -> Result<Resolution> {
        Self::resolve(self, ticket).await
    }

    async fn write(&self, intent: Intent, start: Start) -> Result<Written> {
        Self::write(self, intent, start).await
    }

    async fn get(&self, id: ContactId) -> Result<Contact> {
        Self::get(self, id).await
    }

    async fn find_by_email(&self, email: &str) -> Result<Matches> {
        Self::find_by_email(self, email).await
    }

    async fn find_by_external_id(&self, id: &str) -> Result<Option<Contact>> {
        Self::find_by_external_id(self, id).await
    }

    async fn find_by_external_ids(&self, ids: &[String]) -> Result<Vec<Contact>> {
        Self::find_by_external_ids(self, ids).await
    }

    async fn update(&self, id: ContactId, changes: ContactChanges) -> Result<Contact> {
        Self::update(self, id, changes).await
    }

    async fn update_by_external_id(&self, id: &str, changes: ContactChanges) -> Result<Contact> {
        Self::update_by_external_id(self, id, changes).await
    }

    async fn attributes(&self) -> Result<Vec<AttributeDefinition>> {
        Self::attributes(self).await
    }

    async fn delete(&self, id: ContactId) -> Result<()> {
        Self::delete(self, id).await
    }
}
