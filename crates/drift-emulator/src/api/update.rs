//! `PATCH /contacts/{contactId}`, `PATCH /contacts/normalize` and `DELETE /contacts/{contactId}`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

use super::payload;
use crate::app::App;
use crate::attributes::Attributes;
use crate::auth::Scope;
use crate::error::ApiError;
use crate::request::{contact_id, json_body, json_response, path_id, query, single};
use crate::settings::{Collisions, NullOnUpdate, Settings, ShownVersion};
use crate::store::{Change, Target, UpdateOutcome, Values};

pub(super) async fn update(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let (head, body) = request.into_parts();
    let organization = app.allow(&head.headers, Scope::ContactWrite)?;
    query(&head.uri, &[])?;
    let target = Target::Id(path_id(&head.uri)?);
    apply(&app, organization, target, &head, body).await
}

pub(super) async fn normalize(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let (head, body) = request.into_parts();
    let organization = app.allow(&head.headers, Scope::ContactWrite)?;
    let pairs = query(&head.uri, &["idType", "id"])?;
    let target = target(single(&pairs, "idType")?, single(&pairs, "id")?)?;
    apply(&app, organization, target, &head, body).await
}

/// Nothing is known of the `internal` kind; it is read as Drift's own id, which is what its name suggests.
fn target(id_type: Option<&str>, id: Option<&str>) -> Result<Target, ApiError> {
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
    head: &Parts,
    body: axum::body::Body,
) -> Result<Response, ApiError> {
    let body = json_body(&head.headers, body, &app.settings).await?;
    let attributes = payload::attributes(&body, &app.settings)?;
    let change = change(app, organization, target, &attributes)?;
    let definitions = app.known_names.missing(organization, &attributes);
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
    answer(app, organization, outcome, &names)
}

fn answer(
    app: &App,
    organization: i64,
    outcome: UpdateOutcome,
    names: &[String],
) -> Result<Response, ApiError> {
    match outcome {
        UpdateOutcome::Updated {
            mut contact,
            version_before,
        } => {
            app.known_names.learn(organization, names);
            if app.settings.update_shows_version == ShownVersion::Before {
                contact.version = version_before;
            }
            Ok(json_response(app.one(&contact)))
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
) -> Result<Change, ApiError> {
    let settings = &app.settings;
    let ignored = settings.null_on_update == NullOnUpdate::Ignore;
    let given = |name: &str| {
        attributes
            .get(name)
            .is_some_and(|value| !(ignored && value.get() == "null"))
    };
    let email = payload::email(attributes, settings)?;
    if email.is_none()
        && attributes
            .get("email")
            .is_some_and(|value| value.get() != "null")
    {
        return Err(ApiError::bad_request("email is empty"));
    }
    let external_id = payload::external_id(attributes, settings)?;
    Ok(Change {
        organization,
        target,
        email: given("email").then(|| email.map(|email| payload::email_key(&email, settings))),
        external_id: given("externalId").then_some(external_id),
        attributes: values(attributes, settings)?,
        collisions_allowed: settings.update_collisions == Collisions::Allow,
    })
}

/// The attributes to store, with null treated as the settings say.
fn values(attributes: &Attributes<'_>, settings: &Settings) -> Result<Values, ApiError> {
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

pub(super) async fn delete(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let organization = app.allow(request.headers(), Scope::ContactWrite)?;
    query(request.uri(), &[])?;
    let id = path_id(request.uri())?;
    let now = app.clock.now();
    if !app
        .store
        .write(move |ledger| ledger.delete(organization, id, now))
        .await?
    {
        return Err(ApiError::not_found());
    }
    let mut response = app.acknowledge();
    *response.status_mut() =
        StatusCode::from_u16(app.settings.delete_status).unwrap_or(StatusCode::ACCEPTED);
    Ok(response)
}
