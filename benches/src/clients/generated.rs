//! The generated client, without the safety of `drift`.

use std::time::Duration;

use drift_sdk::{Transport, types};

use crate::Fault;
use crate::drive::Creates;
use crate::person::{NAME, PHONE, PLAN, Person, TOKEN};

/// `drift-sdk` over a reqwest client.
pub struct Client(drift_sdk::Client);

impl Client {
    /// A client of the server at `url`.
    ///
    /// # Errors
    ///
    /// When reqwest's client cannot be made.
    pub fn new(url: &str) -> Result<Self, Fault> {
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(15))
            .build()?;
        let transport = Transport::bearer(TOKEN).map_err(|error| error.to_string())?;
        Ok(Self(drift_sdk::Client::new_with_client(
            url, http, transport,
        )))
    }
}

impl Creates for Client {
    async fn create(&self, person: &Person) -> Result<i64, Fault> {
        let mut extra = serde_json::Map::new();
        extra.insert("plan".to_owned(), PLAN.into());
        let body = types::ContactCreateRequest {
            attributes: types::ContactCreateAttributes {
                email: person.email.clone(),
                external_id: Some(person.external_id.as_str().to_owned()),
                name: Some(NAME.to_owned()),
                phone: Some(PHONE.to_owned()),
                extra,
            },
        };
        Ok(self.0.create_contact(&body).await?.into_inner().data.id)
    }
}
