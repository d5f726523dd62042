//! The operations around contacts: attribute definitions, unsubscribing, data privacy, and tokens.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::call::{Call, JsonBody, Operation};
use super::{Result, Shared, response};
use crate::app::App;
use crate::http::response::json_response;
use crate::rules::auth::Scope;
use crate::rules::email::email_key;
use crate::rules::error::ApiError;
use crate::rules::payload;

pub(super) struct ListAttributes;

impl Operation for ListAttributes {
    const SCOPE: Option<Scope> = Some(Scope::AllContactRead);
}

/// `GET /contacts/attributes`.
pub(super) async fn attributes(
    State(app): Shared,
    Call { organization, .. }: Call<ListAttributes>,
) -> Result<Response> {
    let definitions = app
        .store
        .read(move |ledger| ledger.definitions(organization))
        .await?;
    Ok(json_response(
        json!({ "data": { "properties": definitions } }).to_string(),
    ))
}

pub(super) struct Unsubscribe;

impl Operation for Unsubscribe {
    const SCOPE: Option<Scope> = Some(Scope::ContactWrite);
}

/// `POST /emails/unsubscribe`, whose body is a bare array.
pub(super) async fn unsubscribe(
    State(app): Shared,
    Call { organization, .. }: Call<Unsubscribe>,
    JsonBody(body): JsonBody,
) -> Result<Response> {
    let emails: Vec<String> = serde_json::from_slice(&body)
        .map_err(|_| ApiError::malformed("The body is not an array of emails"))?;
    let keys: Vec<String> = emails
        .iter()
        .map(|email| email_key(email, &app.settings))
        .collect();
    app.store
        .write(move |ledger| {
            keys.iter()
                .try_for_each(|email| ledger.unsubscribe(organization, email))
        })
        .await?;
    Ok(response::acknowledge(&app.settings))
}

#[derive(Deserialize)]
struct Person {
    email: Option<String>,
}

/// The email in the body of both privacy operations, in the form in which emails are compared.
fn person(app: &App, body: &[u8]) -> Result<String> {
    let person: Person = payload::object(body, &["email"], &app.settings)?;
    let email = person
        .email
        .ok_or_else(|| ApiError::malformed("email is required"))?;
    Ok(email_key(&email, &app.settings))
}

pub(super) struct Retrieve;

impl Operation for Retrieve {
    const SCOPE: Option<Scope> = Some(Scope::GdprRead);
}

/// `POST /gdpr/retrieve`. The data go to an administrator, so the response holds none.
pub(super) async fn retrieve(
    State(app): Shared,
    _: Call<Retrieve>,
    JsonBody(body): JsonBody,
) -> Result<Response> {
    person(&app, &body)?;
    let data =
        json!({ "message": "The request is processing", "sentToEmail": app.settings.admin_email });
    Ok(json_response(json!({ "data": data }).to_string()))
}

pub(super) struct Erase;

impl Operation for Erase {
    const SCOPE: Option<Scope> = Some(Scope::GdprWrite);
}

/// `POST /gdpr/delete`.
pub(super) async fn erase(
    State(app): Shared,
    Call { organization, .. }: Call<Erase>,
    JsonBody(body): JsonBody,
) -> Result<Response> {
    let email = person(&app, &body)?;
    let now = app.clock.now();
    app.store
        .write(move |ledger| ledger.erase(organization, &email, now))
        .await?;
    Ok(json_response(
        json!({ "data": { "message": "The request is processing" } }).to_string(),
    ))
}

#[derive(Deserialize)]
struct TokenQuestion {
    access_token: Option<String>,
}

pub(super) struct TokenInfo;

impl Operation for TokenInfo {
    const SCOPE: Option<Scope> = None;
}

/// `POST /app/token_info`. A caller learns of the tokens of its own organization only.
pub(super) async fn token_info(
    State(app): Shared,
    Call { organization, .. }: Call<TokenInfo>,
    JsonBody(body): JsonBody,
) -> Result<Response> {
    let question: TokenQuestion = payload::object(&body, &["access_token"], &app.settings)?;
    let token = question
        .access_token
        .ok_or_else(|| ApiError::malformed("access_token is required"))?;
    let asked = app
        .find_caller(&token)
        .filter(|asked| asked.organization == organization);
    let asked = asked.ok_or_else(|| ApiError::absent("There is no such token"))?;
    let (created_at, expires_in) = asked.life.unwrap_or((app.started_at, 0));
    let info = json!({
        "id": format!("token-{}", asked.token + 1),
        "access_token": token,
        "authenticated_userid": format!("orgId:{organization}"),
        "credential_id": format!("credential-{organization}"),
        "token_type": "bearer",
        "expires_in": expires_in,
        "created_at": created_at,
        "scope": asked.scopes(),
    });
    Ok(json_response(info.to_string()))
}
