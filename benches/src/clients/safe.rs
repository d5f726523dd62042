//! `drift`, its safety included.

use drift::NewContact;

use crate::Fault;
use crate::drive::Creates;
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
        let new = NewContact::with_email(person.checked_email.clone())
            .external_id(person.external_id.clone())
            .name(NAME)
            .phone(PHONE)
            .attribute("plan", PLAN);
        Ok(self.0.contacts().create(new).await?.contact().id().get())
    }
}
