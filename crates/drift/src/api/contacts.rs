//! Contacts: create, get, find, update, delete.

use std::sync::Arc;

use crate::api::timeline::Timeline;
use crate::api::token_info;
use crate::engine::call::Call;
use crate::engine::connection::Connection;
use crate::engine::deadline::Deadline;
use crate::engine::operation::Operation;
use crate::engine::safe_write::{SafeWrite, Start};
use crate::engine::update::{self, Target};
use crate::engine::{bulk_lookup, create, delete, email_check, lookup};
use crate::error::{Error, ErrorKind, Unconfirmed};
use crate::model::attribute_definition::AttributeDefinition;
use crate::model::contact::Contact;
use crate::model::contact_id::ContactId;
use crate::model::email::{Email, InvalidEmail};
use crate::model::intent::Intent;
use crate::model::matches::Matches;
use crate::model::new_contact::{ContactChanges, NewContact};
use crate::model::outcome::{Outcome, Resolution, Upserted, Written};
use crate::model::ticket::{Belonging, Ticket};
use crate::options::CallOptions;
use crate::policy::delivery::Delivery;
use crate::policy::protocol::Goal;

const ATTRIBUTES: Operation = Operation::reading("contacts.attributes").without_contact();
const DELETE: Operation = Operation::writing("contacts.delete", ErrorKind::InvalidRequest, true);

/// Contacts: create, get, find, update, delete. Made by [`Client::contacts`](crate::Client::contacts).
///
/// There is no `list`, since Drift has no call that lists contacts: it gives those that a call names, by id, email or
/// external id. Keep the ids of what you create; an [`ExternalId::derive`](crate::ExternalId::derive)d one can be made again.
///
/// Code that takes [`ContactsApi`](crate::ContactsApi) instead can be tested without a server.
#[derive(Clone, Debug)]
pub struct Contacts {
    pub(super) connection: Arc<Connection>,
    pub(super) options: Arc<CallOptions>,
}

group_of_calls!(Contacts);

impl Contacts {
    fn call(&self, operation: Operation) -> Call<'_> {
        Call::new(&self.connection, &self.options, operation)
    }

    /// Creates a contact: never twice, and never without saying what became of it.
    ///
    /// When a response is lost the contact is looked up. The create is sent again only if no look-up finds the contact.
    /// Equal creates at the same time become one: the first one's options and proof hold for the request, and each waits
    /// within its own time limit. With [`CallOptions::check_email_first`] an email that Drift knows is
    /// refused also where an external id switches Drift's own check of it off. A future that is dropped may have created
    /// the contact; [`prepare`](Self::prepare) gives what finds out then.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DuplicateEmail`] or [`ErrorKind::DuplicateExternalId`] when the contact exists already, which proves that
    /// this call did not make it only where it has a proof: a random external id, or a stamp;
    /// [`ErrorKind::Unresolved`] with a [ticket](Error::ticket) when it may have been created and cannot be found;
    /// [`ErrorKind::Input`] when it is not valid; else as any call.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::{ExternalId, NewContact};
    ///
    /// let new = NewContact::new("ada@example.test")?.external_id(ExternalId::random()).attribute("plan", "pro");
    /// let outcome = client.contacts().create(new).await?;
    /// println!("{}", outcome.contact().id());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(&self, new: NewContact) -> Result<Outcome, Error> {
        if self.options.check_email_first {
            new.check()?;
            email_check::refuse_known(&self.call(lookup::BY_EMAIL), &new).await?;
        }
        self.write_new(Goal::Create, new).await.map(Outcome::from)
    }

    /// Creates a contact, or gets the one that exists: by external id, else by email. What exists is not changed.
    ///
    /// With [`CallOptions::check_email_first`] the email is looked up before a create with an external id, and a contact
    /// that has it counts as the one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Ambiguous`] when several contacts have the email; else as [`create`](Self::create).
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// use drift::{NewContact, Outcome};
    ///
    /// let ada = || NewContact::new("ada@example.test");
    /// assert!(matches!(client.contacts().ensure(ada()?).await?, Outcome::Created(_)));
    /// assert!(matches!(client.contacts().ensure(ada()?).await?, Outcome::Existed(_)));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn ensure(&self, new: NewContact) -> Result<Outcome, Error> {
        new.check()?;
        let known = email_check::the_known(&self.call(lookup::BY_EMAIL), &new).await?;
        if let Some(known) = known {
            return Ok(Outcome::Existed(known));
        }
        self.write_new(Goal::Ensure, new).await.map(Outcome::from)
    }

    /// Creates a contact, or gives the one that exists the attributes of `new`, and says which.
    ///
    /// # Errors
    ///
    /// As [`ensure`](Self::ensure) and [`update`](Self::update); [`ErrorKind::Unresolved`] with a
    /// [ticket](Error::ticket) also where the response to the update was lost. Then call it again: a second update changes
    /// nothing more.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// use drift::{NewContact, Upserted};
    ///
    /// let ada = |plan| NewContact::new("ada@example.test").map(|ada| ada.attribute("plan", plan));
    /// assert!(matches!(client.contacts().upsert(ada("free")?).await?, Upserted::Created(_)));
    /// let Upserted::Updated(contact) = client.contacts().upsert(ada("pro")?).await? else {
    ///     return Err("it was there".into());
    /// };
    /// assert_eq!(contact.attribute::<String>("plan")?.as_deref(), Some("pro"));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn upsert(&self, new: NewContact) -> Result<Upserted, Error> {
        new.check()?;
        let known = email_check::the_known(&self.call(lookup::BY_EMAIL), &new).await?;
        let written = match known {
            Some(known) => {
                create::update_known(&self.connection, &self.options, new, known).await?
            }
            None => self.write_new(Goal::Update, new).await?,
        };
        Ok(Upserted::from(written))
    }

    async fn write_new(&self, goal: Goal, new: NewContact) -> Result<Written, Error> {
        create::create(&self.connection, &self.options, goal, new).await
    }

    /// A write whose requests the caller makes one at a time: see [`SafeWrite`]; [`write`](Self::write) makes them all.
    /// Nothing is sent by this call. Equal
    /// writes are not joined, and [`CallOptions::check_email_first`] and [`CallOptions::stamp`] do not apply.
    pub fn safe_write(&self, intent: Intent, start: Start) -> SafeWrite {
        let (connection, options) = (self.connection.clone(), self.options.clone());
        SafeWrite::new(connection, options, Arc::new(intent), start)
    }

    /// The ticket of a create, `ensure` or `upsert` of this contact by this client whose future was dropped before it ended,
    /// and which may have been executed. A [stamp](CallOptions::stamp) is no proof then, since its value went with the
    /// future; a random external id is one as ever.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client, new: drift::NewContact, stopped: impl Future<Output = ()>) -> Result<(), drift::Error> {
    /// let contacts = client.contacts();
    /// tokio::select! {
    ///     outcome = contacts.create(new.clone()) => println!("{}", outcome?.contact().id()),
    ///     () = stopped => keep(contacts.ticket_of_dropped(&new)),
    /// }
    /// # fn keep(_: drift::Ticket) {}
    /// # Ok(())
    /// # }
    /// ```
    pub fn ticket_of_dropped(&self, new: &NewContact) -> Ticket {
        Ticket::of_dropped(new, self.connection.origin())
    }

    /// Finds out what became of a create that ended in [`ErrorKind::Unresolved`]. Only look-ups are sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unresolved`] when it is still not known, as where Drift refused a retry as a duplicate and yet
    /// no look-up finds the contact, or where the token is another one than the ticket's, its organization cannot be
    /// confirmed and no contact is proved to be the one; [`ErrorKind::Input`] when the ticket was given by a client of
    /// another base URL or organization. A ticket names its organization where its client has asked for
    /// [`token_info`](crate::Client::token_info); that of this client is asked for where its token is another one.
    ///
    /// [`Resolution::Absent`] needs all look-ups of the options in full, 5,000 ms unless set, counted from this call:
    /// with a shorter total time limit it is not known.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::{NewContact, Resolution};
    ///
    /// let Err(error) = client.contacts().create(NewContact::new("ada@example.test")?).await else { return Ok(()) };
    /// if let Some(ticket) = error.ticket() {
    ///     match client.contacts().resolve(ticket).await? {
    ///         Resolution::Found(outcome) => println!("there: {}", outcome.contact().id()),
    ///         // With the same external id, `ticket.external_id()`: under another one there may come to be two.
    ///         Resolution::Absent => println!("not there: it is safe to create it again"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn resolve(&self, ticket: &Ticket) -> Result<Resolution, Error> {
        let deadline = Deadline::after(self.options.total_timeout);
        let belongs = self.belongs_here(ticket, deadline).await?;
        let (connection, options) = (&self.connection, &self.options);
        let resolved = create::resolve(connection, options, ticket, belongs, deadline).await?;
        Ok(resolved.map_or(Resolution::Absent, |written| {
            Resolution::Found(written.into())
        }))
    }

    /// Whether a ticket is known to be of the organization of this client. It is asked for only where the token is another
    /// one than the ticket's.
    async fn belongs_here(
        &self,
        ticket: &Ticket,
        deadline: Deadline,
    ) -> Result<Result<(), Unconfirmed>, Error> {
        let foreign = || {
            Error::input(
                "the ticket belongs to another base URL or organization; use a client of these, or find the contact",
            )
        };
        let its_own = match ticket.origin.belonging(&self.connection.origin()) {
            Belonging::Ours => return Ok(Ok(())),
            Belonging::Foreign => return Err(foreign()),
            Belonging::Unconfirmed => None,
            Belonging::OfOrganization(organization) => Some(organization),
        };
        let (connection, options) = (&self.connection, &self.options);
        let described = token_info::describe_before(connection, options, deadline).await;
        let here = described.ok().and_then(|token| token.organization());
        match (its_own, here) {
            (None, here) => Ok(Err(Unconfirmed::NotInTicket(here))),
            (Some(_), None) => Ok(Err(Unconfirmed::NotOfToken)),
            (Some(its_own), Some(here)) if its_own == here => Ok(Ok(())),
            (Some(_), Some(_)) => Err(foreign()),
        }
    }

    /// Gets a contact by the id that Drift gave it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is none, or the token may not see it; else as any call.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// use drift::{ErrorKind, NewContact};
    ///
    /// let id = client.contacts().create(NewContact::new("ada@example.test")?).await?.contact().id();
    /// assert_eq!(client.contacts().get(id).await?.email(), Some("ada@example.test"));
    /// assert_eq!(client.contacts().get(7).await.map_err(|error| error.kind()), Err(ErrorKind::NotFound));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get(&self, id: impl Into<ContactId>) -> Result<Contact, Error> {
        lookup::by_id(&self.call(lookup::BY_ID), id.into()).await
    }

    /// Finds the contacts with an email address: none, one, or several. At most 100 are returned; [`Matches::may_be_more`]
    /// says where there may be more.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when the text is surely no address; else as any call.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// # client.contacts().create(drift::NewContact::new("a+b@example.test")?).await?;
    /// for contact in client.contacts().find_by_email("a+b@example.test").await? {
    ///     println!("{} {:?}", contact.id(), contact.external_id());
    /// }
    /// # assert_eq!(client.contacts().find_by_email("a+b@example.test").await?.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn find_by_email(&self, email: impl AsRef<str>) -> Result<Matches, Error> {
        let email = Email::new(email).map_err(|problem: InvalidEmail| Error::input(problem))?;
        lookup::by_email(&self.call(lookup::BY_EMAIL), email.as_str()).await
    }

    /// Finds the contact with one of your own ids, an [`ExternalId`](crate::ExternalId) or any text.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Ambiguous`] when there are several, which Drift's rules exclude; else as any call.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// if let Some(contact) = client.contacts().find_by_external_id("r_4d87b39b68fdc8558ca67d61c8ce3de7").await? {
    ///     println!("{}", contact.id());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn find_by_external_id(&self, id: impl AsRef<str>) -> Result<Option<Contact>, Error> {
        let mut found = self.find_by_external_ids([id]).await?;
        if found.len() > 1 {
            return Err(Error::of_several(
                ErrorKind::Ambiguous,
                Delivery::Done,
                &found,
            ));
        }
        Ok(found.pop())
    }

    /// Finds the contacts with some of your own ids, in any order: by one request, or by more where its URL would be longer
    /// than 8,000 bytes, 8 of them at a time at the pace of the client. 10,000 derived ids take about 50 requests. The most ids that Drift accepts is not documented: where it refuses a call (400, 414), half as many are
    /// asked for from then on.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when there is no id or an empty one; else as any call.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::{ExternalId, IdKey};
    ///
    /// let key = IdKey::new("2026", b"32 secret bytes from your vault.")?;
    /// let ids = ["customer 7", "customer 8"].map(|own_id| ExternalId::derive(&key, own_id));
    /// let ids = ids.into_iter().collect::<Result<Vec<ExternalId>, _>>()?;
    /// let found = client.contacts().find_by_external_ids(&ids).await?;
    /// println!("{} of {} are there", found.len(), ids.len());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn find_by_external_ids<Id: AsRef<str>>(
        &self,
        ids: impl IntoIterator<Item = Id>,
    ) -> Result<Vec<Contact>, Error> {
        let ids: Vec<String> = ids.into_iter().map(|id| id.as_ref().to_owned()).collect();
        if ids.is_empty() || ids.iter().any(String::is_empty) {
            return Err(Error::input("an external id to look for is missing"));
        }
        bulk_lookup::by_external_ids_in_parts(&self.call(lookup::BY_EXTERNAL_ID), ids).await
    }

    /// Changes attributes of a contact, and returns it as it is then. Where the response has no contact (202, 204), it is
    /// read.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is no such contact; [`ErrorKind::DuplicateExternalId`] or
    /// [`ErrorKind::DuplicateEmail`] when another contact has what is to be set; [`ErrorKind::Input`] when nothing is
    /// to be changed; else as any call.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// use drift::{ContactChanges, NewContact};
    ///
    /// let id = client.contacts().create(NewContact::new("ada@example.test")?.name("Ada")).await?.contact().id();
    /// let changes = ContactChanges::new().attribute("plan", "pro");
    /// let contact = client.contacts().update(id, changes).await?;
    /// assert_eq!(contact.name(), Some("Ada")); // what is not named stays
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update(
        &self,
        id: impl Into<ContactId>,
        changes: ContactChanges,
    ) -> Result<Contact, Error> {
        changes.check()?;
        let (call, target) = (self.call(updating(&changes)), Target::Id(id.into()));
        update::update(&call, target, &changes.body()).await
    }

    /// Changes attributes of the contact with one of your own ids.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::ContactChanges;
    ///
    /// let changes = ContactChanges::new().phone("+1 555 0100");
    /// client.contacts().update_by_external_id("r_4d87b39b68fdc8558ca67d61c8ce3de7", changes).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn update_by_external_id(
        &self,
        id: impl AsRef<str>,
        changes: ContactChanges,
    ) -> Result<Contact, Error> {
        changes.check()?;
        let call = self.call(updating(&changes));
        let target = Target::ExternalId(id.as_ref());
        update::update(&call, target, &changes.body()).await
    }

    /// Deletes a contact. Drift removes it from its pages; for erasure see [`Client::privacy`](crate::Client::privacy).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] when there is no such contact, be it that this call deleted it: where the network delivers
    /// the request twice, the second response says so; else as any call.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let emulator = drift_emulator::Emulator::start().await?;
    /// # let client = drift::Client::builder(emulator.token()).base_url(emulator.url()).build()?;
    /// use drift::NewContact;
    ///
    /// let id = client.contacts().create(NewContact::new("ada@example.test")?).await?.contact().id();
    /// client.contacts().delete(id).await?;
    /// assert!(client.contacts().find_by_email("ada@example.test").await?.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn delete(&self, id: impl Into<ContactId>) -> Result<(), Error> {
        delete::delete(&self.call(DELETE), id.into().get()).await
    }

    /// Lists the definitions of custom attributes. The token needs the scope `all_contact_read`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Forbidden`] when the token lacks the scope; else as any call.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// for definition in client.contacts().attributes().await? {
    ///     println!("{}: {}", definition.name(), definition.kind());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn attributes(&self) -> Result<Vec<AttributeDefinition>, Error> {
        let method = |sdk: drift_sdk::Client| async move { sdk.list_contact_attributes().await };
        self.call(ATTRIBUTES).send(method).await
    }

    /// Events on the timelines of contacts.
    ///
    /// ```no_run
    /// # async fn example(client: drift::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use drift::TimelineEvent;
    ///
    /// client.contacts().timeline().post(TimelineEvent::of(24_100_000_017, "Trial started")).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn timeline(&self) -> Timeline {
        Timeline::new(self.connection.clone(), self.options.clone())
    }
}

fn updating(changes: &ContactChanges) -> Operation {
    let conflict = if changes.changes_external_id() {
        ErrorKind::DuplicateExternalId
    } else {
        ErrorKind::DuplicateEmail
    };
    Operation::writing("contacts.update", conflict, true).read_back()
}
