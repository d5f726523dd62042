//! `POST /contacts`.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;

use super::payload;
use crate::app::App;
use crate::auth::Scope;
use crate::error::ApiError;
use crate::request::{json_body, json_response, query};
use crate::store::{CreateOutcome, NewContact};

pub(super) async fn create(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let (head, body) = request.into_parts();
    let organization = app.allow(&head.headers, Scope::ContactWrite)?;
    query(&head.uri, &[])?;
    let body = json_body(&head.headers, body, &app.settings).await?;
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
            Ok(json_response(app.one(&contact)))
        }
        CreateOutcome::EmailTaken => Err(ApiError::email_taken(&app.settings)),
        CreateOutcome::ExternalIdTaken => Err(ApiError::external_id_taken(&app.settings)),
    }
}

fn new_contact(app: &App, organization: i64, body: &[u8]) -> Result<NewContact, ApiError> {
    let settings = &app.settings;
    let mut attributes = payload::attributes(body, settings)?;
    let email = payload::email(&attributes, settings)?.ok_or_else(ApiError::no_email)?;
    let external_id = payload::external_id(&attributes, settings)?;
    payload::take_nulls(&mut attributes, settings)?;
    attributes.remove("externalId");
    Ok(NewContact {
        organization,
        created_at: app.clock.now(),
        email: payload::email_key(&email, settings),
        external_id,
        members: attributes.members(),
        definitions: app.known_names.missing(organization, &attributes),
    })
}
