//! `POST /contacts`.

use axum::extract::State;
use axum::response::Response;

use super::call::{Call, JsonBody, Operation};
use super::{Result, Shared, response};
use crate::app::App;
use crate::rules::auth::Scope;
use crate::rules::email::{email_key, requested_email};
use crate::rules::error::ApiError;
use crate::rules::external_id::requested_external_id;
use crate::rules::payload;
use crate::store::{CreateOutcome, NewContact};

pub(super) struct Create;

impl Operation for Create {
    const SCOPE: Option<Scope> = Some(Scope::ContactWrite);
}

pub(super) async fn create(
    State(app): Shared,
    Call { organization, .. }: Call<Create>,
    JsonBody(body): JsonBody,
) -> Result<Response> {
    let new = new_contact(&app, organization, &body)?;
    let names: Vec<String> = new
        .definitions
        .iter()
        .map(|definition| definition.name.clone())
        .collect();
    match app.store.write(move |ledger| ledger.create(new)).await? {
        CreateOutcome::Created(contact) => {
            app.known_names.learn(organization, &names);
            app.lag.created(app.settings.lookup_lag, contact.id);
            Ok(response::one(&contact, &app.settings))
        }
        CreateOutcome::EmailTaken => Err(ApiError::email_taken(&app.settings)),
        CreateOutcome::ExternalIdTaken => Err(ApiError::external_id_taken(&app.settings)),
    }
}

fn new_contact(app: &App, organization: i64, body: &[u8]) -> Result<NewContact> {
    let settings = &app.settings;
    let mut attributes = payload::attributes(body, settings)?;
    let email = requested_email(&attributes, settings)?.ok_or_else(ApiError::no_email)?;
    let external_id = requested_external_id(&attributes, settings)?;
    payload::remove_nulls(&mut attributes, settings)?;
    attributes.remove("externalId");
    Ok(NewContact {
        organization,
        created_at: app.clock.now(),
        email: email_key(&email, settings),
        external_id,
        members: attributes.members(),
        definitions: app.known_names.missing(organization, &attributes),
    })
}
