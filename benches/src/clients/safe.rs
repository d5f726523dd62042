//! `drift`, its safety included: async, and blocking.

use std::time::Duration;

use drift::NewContact;

use crate::Fault;
use crate::drive::{self, Cost, Creates};
use crate::person::{NAME, PHONE, PLAN, Person, TOKEN};

/// `drift` as its README shows it.
pub struct Client(drift::Client);

impl Client {
    /// A client of the server at `url`.
    ///
    /// # Errors
    ///
    /// When the client cannot be made.
    pub fn new(url: &str) -> Result<Self, Fault> {
        let client = drift::Client::builder(TOKEN).base_url(url).build()?;
        Ok(Self(client))
    }
}

impl Creates for Client {
    async fn create(&self, person: &Person) -> Result<i64, Fault> {
        let created = self.0.contacts().create(new(person)).await?;
        Ok(created.contact().id().get())
    }
}

/// Runs the blocking client, which has one caller.
///
/// # Errors
///
/// When the client cannot be made, or a create fails.
pub fn block(url: &str, count: usize, pause: Duration) -> Result<Cost, Fault> {
    let builder = drift::Client::builder(TOKEN).base_url(url);
    let contacts = drift::blocking::Client::from_builder(builder)?.contacts();
    let create = |person: &Person| Ok(contacts.create(new(person))?.contact().id().get());
    drive::block(create, 2, Duration::ZERO)?;
    drive::block(create, count, pause)
}

fn new(person: &Person) -> NewContact {
    NewContact::with_email(person.checked_email.clone())
        .external_id(person.external_id.clone())
        .name(NAME)
        .phone(PHONE)
        .attribute("plan", PLAN)
}
