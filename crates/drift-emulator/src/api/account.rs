//! The operations around contacts: attribute definitions, unsubscribing, data privacy, and tokens.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::payload;
use crate::app::App;
use crate::auth::Scope;
use crate::error::ApiError;
use crate::request::{json_body, json_response, query};

/// `GET /contacts/attributes`.
pub(super) async fn attributes(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let organization = app.allow(request.headers(), Scope::AllContactRead)?;
    query(request.uri(), &[])?;
    let definitions = app
        .store
        .read(move |ledger| ledger.definitions(organization))
        .await?;
    Ok(json_response(
        json!({ "data": { "properties": definitions } }).to_string(),
    ))
}

/// `POST /emails/unsubscribe`, whose body is a bare array.
pub(super) async fn unsubscribe(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let (head, body) = request.into_parts();
    let organization = app.allow(&head.headers, Scope::ContactWrite)?;
    query(&head.uri, &[])?;
    let bytes = json_body(&head.headers, body, &app.settings).await?;
    let emails: Vec<String> = serde_json::from_slice(&bytes)
        .map_err(|_| ApiError::malformed("The body is not an array of emails"))?;
    let keys: Vec<String> = emails
        .iter()
        .map(|email| payload::email_key(email, &app.settings))
        .collect();
    app.store
        .write(move |ledger| {
            keys.iter()
                .try_for_each(|email| ledger.unsubscribe(organization, email))
        })
        .await?;
    Ok(app.acknowledge())
}

#[derive(Deserialize)]
struct Person {
    email: Option<String>,
}

/// The body of both privacy operations: the email, in the form in which emails are compared.
async fn person(app: &App, scope: Scope, request: Request) -> Result<(i64, String), ApiError> {
    let (head, body) = request.into_parts();
    let organization = app.allow(&head.headers, scope)?;
    query(&head.uri, &[])?;
    let bytes = json_body(&head.headers, body, &app.settings).await?;
    let person: Person = payload::object(&bytes, &["email"], &app.settings)?;
    let email = person
        .email
        .ok_or_else(|| ApiError::malformed("email is required"))?;
    Ok((organization, payload::email_key(&email, &app.settings)))
}

/// `POST /gdpr/retrieve`. The data go to an administrator, so the answer holds none.
pub(super) async fn retrieve(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    person(&app, Scope::GdprRead, request).await?;
    let data =
        json!({ "message": "The request is processing", "sentToEmail": app.settings.admin_email });
    Ok(json_response(json!({ "data": data }).to_string()))
}

/// `POST /gdpr/delete`.
pub(super) async fn erase(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let (organization, email) = person(&app, Scope::GdprWrite, request).await?;
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

/// `POST /app/token_info`. Only tokens of the caller's own organization are known to it.
pub(super) async fn token_info(
    State(app): State<Arc<App>>,
    request: Request,
) -> Result<Response, ApiError> {
    let (head, body) = request.into_parts();
    let organization = app.caller(&head.headers)?.organization;
    query(&head.uri, &[])?;
    let bytes = json_body(&head.headers, body, &app.settings).await?;
    let question: TokenQuestion = payload::object(&bytes, &["access_token"], &app.settings)?;
    let token = question
        .access_token
        .ok_or_else(|| ApiError::malformed("access_token is required"))?;
    let asked = app
        .tokens
        .find(&token)
        .filter(|asked| asked.organization == organization);
    let asked = asked.ok_or_else(|| ApiError::absent("There is no such token"))?;
    let info = json!({
        "id": format!("token-{}", asked.token + 1),
        "access_token": token,
        "authenticated_userid": format!("orgId:{organization}"),
        "credential_id": format!("credential-{organization}"),
        "token_type": "bearer",
        "expires_in": 0,
        "created_at": app.started_at,
        "scope": asked.scopes(),
    });
    Ok(json_response(info.to_string()))
}
