//! The operations of the contract as JSON: what a caller sends and what Drift sends stay as they are.

use std::fmt;
use std::sync::Arc;

use drift_sdk::types;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::{Value, json};

use crate::engine::attempt::Generated;
use crate::engine::call::Call;
use crate::engine::connection::Connection;
use crate::engine::operation::Operation;
use crate::error::{Error, ErrorKind};
use crate::model::contact_id::ContactId;
use crate::model::decoding::Decode;
use crate::model::decoding::objection::Objection;
use crate::options::CallOptions;
use crate::policy::delivery::Delivery;

const GET: Operation = Operation::reading("contacts.get");
const FIND: Operation = Operation::reading("contacts.find").without_contact();
const UPDATE: Operation =
    Operation::writing("contacts.update", ErrorKind::DuplicateExternalId, true).read_back();
const ATTRIBUTES: Operation = Operation::reading("contacts.attributes").without_contact();
const POST_EVENT: Operation = Operation::writing("timeline.post", ErrorKind::InvalidRequest, false);
const UNSUBSCRIBE: Operation =
    Operation::writing("emails.unsubscribe", ErrorKind::InvalidRequest, true);
const RETRIEVE: Operation =
    Operation::writing("privacy.retrieve", ErrorKind::InvalidRequest, false);
const ERASE: Operation = Operation::writing("privacy.delete", ErrorKind::InvalidRequest, true);
const DESCRIBE: Operation = Operation::reading("token.info").without_contact();

/// The operations of the contract as JSON, for a program that hands requests on, such as a gateway: whole bodies of
/// requests and of successes, undeclared members included. Made by [`Client::json`](crate::Client::json).
///
/// The retries, limits and errors are those of the typed calls. Creates and deletes are missing:
/// [`SafeWrite`](crate::SafeWrite) and [`Contacts::delete`](crate::Contacts::delete) know what a lost response means.
#[derive(Clone, Debug)]
pub struct JsonCalls {
    connection: Arc<Connection>,
    options: Arc<CallOptions>,
}

/// What contacts are looked for by. Each is sent if it is there.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FindQuery {
    /// The email address.
    pub email: Option<String>,
    /// The kind of `ids`: `external`.
    pub id_type: Option<String>,
    /// Ids of this kind.
    pub ids: Vec<String>,
    /// The most contacts to return.
    pub limit: Option<i32>,
}

impl fmt::Debug for FindQuery {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FindQuery(..)")
    }
}

group_of_calls!(JsonCalls);

impl JsonCalls {
    fn call(&self, operation: Operation) -> Call<'_> {
        Call::new(&self.connection, &self.options, operation)
    }

    /// `GET /contacts/{contactId}`.
    ///
    /// # Errors
    ///
    /// As [`Contacts::get`](crate::Contacts::get).
    pub async fn get_contact(&self, id: ContactId) -> Result<Value, Error> {
        let method = |sdk: drift_sdk::Client| async move { whole(sdk.get_contact(id.get())).await };
        asked_for(id, self.call(GET).send(method).await?)
    }

    /// `GET /contacts`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when the kind of id is not one of the contract; else as any call.
    pub async fn find_contacts(&self, query: &FindQuery) -> Result<Value, Error> {
        let kind = query.id_type.as_deref().map(str::parse).transpose();
        let kind: Option<types::FindIdType> =
            kind.map_err(|_| Error::input("idType must be external"))?;
        let (email, limit) = (query.email.as_deref(), query.limit);
        let ids = (!query.ids.is_empty()).then_some(&query.ids);
        let method = |sdk: drift_sdk::Client| async move {
            whole(sdk.find_contacts(email, ids, kind, limit)).await
        };
        self.call(FIND).send(method).await
    }

    /// `PATCH /contacts/{contactId}`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when the body is not what the contract asks for; else as
    /// [`Contacts::update`](crate::Contacts::update).
    pub async fn update_contact(&self, id: ContactId, body: &Value) -> Result<Value, Error> {
        let body = &changes(body)?;
        let method =
            |sdk: drift_sdk::Client| async move { whole(sdk.update_contact(id.get(), body)).await };
        match self.call(UPDATE).send(method).await {
            // It was done, and the response has no contact that can be read.
            Err(error) if error.is_executed() => Box::pin(self.get_contact(id))
                .await
                .map_err(|read| read.after(Delivery::Done)),
            updated => asked_for(id, updated.map_err(Error::in_doubt_if_foreign)?),
        }
    }

    /// `PATCH /contacts/normalize`; `kind` is `drift`, `external` or `internal`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when the body or the kind is not what the contract asks for; else as
    /// [`Contacts::update`](crate::Contacts::update).
    pub async fn update_contact_by_other_id(
        &self,
        kind: &str,
        id: &str,
        body: &Value,
    ) -> Result<Value, Error> {
        let kind: types::UpdateIdType = kind
            .parse()
            .map_err(|_| Error::input("idType must be drift, external or internal"))?;
        let body = &changes(body)?;
        let method = |sdk: drift_sdk::Client| async move {
            whole(sdk.update_contact_by_other_id(id, kind, body)).await
        };
        let updated = self.call(UPDATE).send(method).await;
        updated.map_err(Error::in_doubt_if_foreign)
    }

    /// `GET /contacts/attributes`.
    ///
    /// # Errors
    ///
    /// As [`Contacts::attributes`](crate::Contacts::attributes).
    pub async fn list_contact_attributes(&self) -> Result<Value, Error> {
        let method =
            |sdk: drift_sdk::Client| async move { whole(sdk.list_contact_attributes()).await };
        self.call(ATTRIBUTES).send(method).await
    }

    /// `POST /contacts/timeline`. It is sent again only where it was not executed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when the body is not what the contract asks for; else as
    /// [`Timeline::post`](crate::Timeline::post).
    pub async fn create_timeline_event(&self, body: &Value) -> Result<Value, Error> {
        let body: &types::TimelineEventRequest = &read(body)?;
        let method =
            |sdk: drift_sdk::Client| async move { whole(sdk.create_timeline_event(body)).await };
        self.call(POST_EVENT).send(method).await
    }

    /// `POST /emails/unsubscribe`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when the body is no list of texts; else as any call.
    pub async fn unsubscribe_emails(&self, body: &Value) -> Result<Value, Error> {
        let body: &Vec<String> = &read(body)?;
        let method =
            |sdk: drift_sdk::Client| async move { whole(sdk.unsubscribe_emails(body)).await };
        self.call(UNSUBSCRIBE).send(method).await
    }

    /// `POST /gdpr/retrieve`. It is sent again only where it was not executed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when the body is not what the contract asks for; else as any call.
    pub async fn retrieve_personal_data(&self, body: &Value) -> Result<Value, Error> {
        let body: &types::PersonalDataRequest = &read(body)?;
        let method =
            |sdk: drift_sdk::Client| async move { whole(sdk.retrieve_personal_data(body)).await };
        self.call(RETRIEVE).send(method).await
    }

    /// `POST /gdpr/delete`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when the body is not what the contract asks for; else as any call.
    pub async fn delete_personal_data(&self, body: &Value) -> Result<Value, Error> {
        let body: &types::PersonalDataRequest = &read(body)?;
        let method =
            |sdk: drift_sdk::Client| async move { whole(sdk.delete_personal_data(body)).await };
        self.call(ERASE).send(method).await
    }

    /// `POST /app/token_info`: describes the token that the body names. The success holds it, too.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Input`] when the body is not what the contract asks for; else as any call.
    pub async fn describe_token(&self, body: &Value) -> Result<Value, Error> {
        let body: &types::TokenInfoRequest = &read(body)?;
        let method = |sdk: drift_sdk::Client| async move { whole(sdk.describe_token(body)).await };
        self.call(DESCRIBE).send(method).await
    }
}

/// A body of the contract. What serde says of a wrong one would show values.
fn read<T: DeserializeOwned>(body: &Value) -> Result<T, Error> {
    T::deserialize(body)
        .map_err(|_| Error::input("the body is not what the contract asks for here"))
}

/// The body of an update. The generated type would drop a member beside `attributes`.
fn changes(body: &Value) -> Result<types::ContactUpdateRequest, Error> {
    let members = body.as_object().map_or(0, serde_json::Map::len);
    if members != 1 {
        return Err(Error::input(
            "the body must be an object with the member \"attributes\" alone",
        ));
    }
    read(body)
}

/// A success for another contact says that two responses were mixed up.
fn asked_for(id: ContactId, body: Value) -> Result<Value, Error> {
    if body["data"]["id"] == json!(id.get()) {
        return Ok(body);
    }
    Err(Error::of_another_contact_at("data.id"))
}

/// A success of the contract, kept as JSON.
struct Whole<T>(T);

impl<T> fmt::Debug for Whole<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Whole(..)")
    }
}

async fn whole<T>(response: impl Future<Output = Generated<T>>) -> Generated<Whole<T>> {
    response.await?.map(Whole)
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Whole<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

impl<T: Decode + serde::Serialize> Decode for Whole<T> {
    type Value = Value;

    fn into_value(self) -> Value {
        serde_json::to_value(&self.0).unwrap_or_default()
    }

    fn objection(&self) -> Option<Objection> {
        self.0.objection()
    }

    fn objection_to(body: &Value) -> Option<Objection> {
        T::objection_to(body)
    }

    fn read_leniently(body: &Value) -> Result<Value, String> {
        T::read_leniently(body)?;
        Ok(body.clone())
    }
}
