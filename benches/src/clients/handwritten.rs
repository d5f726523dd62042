//! What one writes by hand with reqwest and serde.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Fault;
use crate::drive::Creates;
use crate::person::{NAME, PHONE, PLAN, Person, TOKEN};

/// The body of a create.
#[derive(Serialize)]
pub struct Request<'a> {
    attributes: NewAttributes<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewAttributes<'a> {
    email: &'a str,
    external_id: &'a str,
    name: &'a str,
    phone: &'a str,
    plan: &'a str,
}

impl<'a> Request<'a> {
    /// What is sent for a person.
    pub fn new(person: &'a Person) -> Self {
        Self {
            attributes: NewAttributes {
                email: &person.email,
                external_id: person.external_id.as_str(),
                name: NAME,
                phone: PHONE,
                plan: PLAN,
            },
        }
    }
}

/// The response to a create.
#[derive(Deserialize)]
pub struct Response {
    /// What was created.
    pub data: Contact,
}

/// A contact.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contact {
    /// Drift's id of it.
    pub id: i64,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Its attributes.
    pub attributes: Attributes,
}

/// The attributes of a contact.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attributes {
    /// The address.
    pub email: Option<String>,
    /// The caller's own id.
    pub external_id: Option<String>,
    /// The full name.
    pub name: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// Custom attributes, and what else Drift sends.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// One reqwest client for all creates.
pub struct Client {
    http: reqwest::Client,
    url: String,
}

impl Client {
    /// A client of the server at `url`.
    ///
    /// # Errors
    ///
    /// When reqwest's client cannot be made.
    pub fn new(url: &str) -> Result<Self, Fault> {
        Ok(Self {
            http: http()?,
            url: format!("{url}/contacts"),
        })
    }
}

fn http() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(15))
        .build()
}

async fn create(http: &reqwest::Client, url: &str, person: &Person) -> Result<i64, Fault> {
    let response = http
        .post(url)
        .bearer_auth(TOKEN)
        .json(&Request::new(person))
        .send()
        .await?
        .error_for_status()?;
    let contact = response.json::<Response>().await?.data;
    Ok(contact.id)
}

impl Creates for Client {
    async fn create(&self, person: &Person) -> Result<i64, Fault> {
        create(&self.http, &self.url, person).await
    }
}

/// The mistake of making a new reqwest client for each create.
pub struct Each {
    url: String,
}

impl Each {
    /// A client of the server at `url`.
    pub fn new(url: &str) -> Self {
        Self {
            url: format!("{url}/contacts"),
        }
    }
}

impl Creates for Each {
    async fn create(&self, person: &Person) -> Result<i64, Fault> {
        create(&http()?, &self.url, person).await
    }
}
