//! `PATCH /contacts/{contactId}`, `PATCH /contacts/normalize` and `DELETE /contacts/{contactId}`.

use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::call::{Call, ContactId, JsonBody, Operation};
use super::{Result, Shared, response};
use crate::app::App;
use crate::http::request::{contact_id, single};
use crate::rules::attributes::Attributes;
use crate::rules::auth::Scope;
use crate::rules::email::{email_key, requested_email};
use crate::rules::error::ApiError;
use crate::rules::external_id::requested_external_id;
use crate::rules::payload;
use crate::rules::settings::{Collisions, NormalizeId, NullOnUpdate, Settings, ShownVersion};
use crate::store::{Change, Target, UpdateOutcome, Values};

pub(super) struct Update;

impl Operation for Update {
    const SCOPE: Option<Scope> = Some(Scope::ContactWrite);
}

pub(super) async fn update(
    State(app): Shared,
    Call { organization, .. }: Call<Update>,
    ContactId(id): ContactId,
    JsonBody(body): JsonBody,
) -> Result<Response> {
    let attributes = payload::attributes(&body, &app.settings)?;
    apply(&app, organization, Target::Id(id), &attributes).await
}

pub(super) struct Normalize;

impl Operation for Normalize {
    const SCOPE: Option<Scope> = Some(Scope::ContactWrite);
    const PARAMETERS: &'static [&'static str] = &["idType", "id"];
}

pub(super) async fn normalize(
    State(app): Shared,
    call: Call<Normalize>,
    request: Request,
) -> Result<Response> {
    let id_type = single(&call.parameters, "idType")?;
    let id = single(&call.parameters, "id")?;
    if app.settings.normalize_id == NormalizeId::QueryOrBody && id_type.is_none() && id.is_none() {
        let JsonBody(body) = JsonBody::from_request(request, &app).await?;
        return normalize_by_body(&app, call.organization, &body).await;
    }
    let target = target(id_type, id)?;
    let JsonBody(body) = JsonBody::from_request(request, &app).await?;
    let attributes = payload::attributes(&body, &app.settings)?;
    apply(&app, call.organization, target, &attributes).await
}

/// The members of a body that says itself which contact is meant.
const MEMBERS: [&str; 3] = ["idType", "id", "attributes"];

#[derive(Deserialize)]
struct NamedContact {
    #[serde(rename = "idType")]
    id_type: Option<String>,
    id: Option<Value>,
}

async fn normalize_by_body(app: &App, organization: i64, body: &[u8]) -> Result<Response> {
    let named: NamedContact = payload::object(body, &MEMBERS, &app.settings)?;
    let id = match named.id {
        Some(Value::String(text)) => Some(text),
        Some(Value::Number(number)) => Some(number.to_string()),
        None => None,
        Some(_) => return Err(ApiError::malformed("id is not a string or a number")),
    };
    let target = target(named.id_type.as_deref(), id.as_deref())?;
    let attributes = payload::attributes_among(body, &MEMBERS, &app.settings)?;
    apply(app, organization, target, &attributes).await
}

/// Nothing is known of the `internal` kind; it is read as Drift's own id, which is what its name suggests.
fn target(id_type: Option<&str>, id: Option<&str>) -> Result<Target> {
    match (id_type, id) {
        (None, _) | (_, None) => Err(ApiError::bad_request("idType and id are both required")),
        (Some("external"), Some(id)) => Ok(Target::ExternalId(id.to_owned())),
        // A text that is no number belongs to nobody.
        (Some("drift" | "internal"), Some(id)) => contact_id(id)
            .map(Target::Id)
            .map_err(|_| ApiError::not_found()),
        (Some(_), Some(_)) => Err(ApiError::bad_request(
            "idType must be drift, external or internal",
        )),
    }
}

async fn apply(
    app: &App,
    organization: i64,
    target: Target,
    attributes: &Attributes<'_>,
) -> Result<Response> {
    let change = change(app, organization, target, attributes)?;
    let definitions = app.known_names.missing(organization, attributes);
    let names: Vec<String> = definitions
        .iter()
        .map(|definition| definition.name.clone())
        .collect();
    let outcome = app.store.write(move |ledger| {
        let outcome = ledger.update(&change)?;
        if matches!(outcome, UpdateOutcome::Updated { .. }) {
            ledger.define(organization, &definitions)?;
        }
        Ok(outcome)
    });
    let outcome = outcome.await?;
    respond(app, organization, outcome, &names)
}

fn respond(
    app: &App,
    organization: i64,
    outcome: UpdateOutcome,
    names: &[String],
) -> Result<Response> {
    match outcome {
        UpdateOutcome::Updated {
            mut contact,
            version_before,
        } => {
            app.known_names.learn(organization, names);
            if app.settings.update_shows_version == ShownVersion::Before {
                contact.version = version_before;
            }
            Ok(response::one(&contact, &app.settings))
        }
        UpdateOutcome::NotFound => Err(ApiError::not_found()),
        UpdateOutcome::EmailTaken => Err(ApiError::email_taken(&app.settings)),
        UpdateOutcome::ExternalIdTaken => Err(ApiError::external_id_taken(&app.settings)),
    }
}

fn change(
    app: &App,
    organization: i64,
    target: Target,
    attributes: &Attributes<'_>,
) -> Result<Change> {
    let settings = &app.settings;
    let ignored = settings.null_on_update == NullOnUpdate::Ignore;
    let given = |name: &str| {
        attributes
            .get(name)
            .is_some_and(|value| !(ignored && value.get() == "null"))
    };
    let email = requested_email(attributes, settings)?;
    if email.is_none()
        && attributes
            .get("email")
            .is_some_and(|value| value.get() != "null")
    {
        return Err(ApiError::bad_request("email is empty"));
    }
    let external_id = requested_external_id(attributes, settings)?;
    Ok(Change {
        organization,
        target,
        email: given("email").then(|| email.map(|email| email_key(&email, settings))),
        external_id: given("externalId").then_some(external_id),
        attributes: values(attributes, settings)?,
        collisions_allowed: settings.update_collisions == Collisions::Allow,
    })
}

/// The attributes to store, with null treated as the settings say.
fn values(attributes: &Attributes<'_>, settings: &Settings) -> Result<Values> {
    let mut values = Vec::with_capacity(attributes.len());
    for (name, value) in attributes.iter() {
        let value = match (value.get(), settings.null_on_update) {
            ("null", NullOnUpdate::Refuse) => {
                return Err(ApiError::bad_request(format!(
                    "The attribute {name:?} is null"
                )));
            }
            ("null", NullOnUpdate::Ignore) => continue,
            ("null", NullOnUpdate::Remove) => None,
            _ => Some(value.to_owned()),
        };
        if name != "externalId" {
            values.push((name.to_owned(), value));
        }
    }
    Ok(values)
}

pub(super) struct Delete;

impl Operation for Delete {
    const SCOPE: Option<Scope> = Some(Scope::ContactWrite);
}

pub(super) async fn delete(
    State(app): Shared,
    Call { organization, .. }: Call<Delete>,
    ContactId(id): ContactId,
) -> Result<Response> {
    let now = app.clock.now();
    let delete = app
        .store
        .write(move |ledger| ledger.delete(organization, id, now));
    if !delete.await? {
        return Err(ApiError::not_found());
    }
    let mut response = response::acknowledge(&app.settings);
    *response.status_mut() =
        StatusCode::from_u16(app.settings.delete_status).unwrap_or(StatusCode::ACCEPTED);
    Ok(response)
}
