//! `POST /oauth2/token`: a code or a refresh token is exchanged for an access token.

use axum::extract::{Request, State};
use axum::response::Response;
use http::header;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use crate::app::App;
use crate::http::request::body_of_size;
use crate::http::response::json_response;
use crate::rules::error::{ApiError, Code};
use crate::rules::grants::{Granted, InvalidGrant};
use crate::rules::settings::{Settings, TokenErrors, TokenExpiry, TokenRequests};

/// What is exchanged. The names in camel case are those of Drift's older sample, which posts JSON.
#[derive(Deserialize)]
struct Exchange {
    #[serde(alias = "clientId")]
    client_id: Option<String>,
    #[serde(alias = "clientSecret")]
    client_secret: Option<String>,
    #[serde(alias = "grantType")]
    grant_type: Option<String>,
    code: Option<String>,
    #[serde(alias = "redirectUri")]
    redirect_uri: Option<String>,
    #[serde(alias = "refreshToken")]
    refresh_token: Option<String>,
}

/// What an exchange is refused with, by the names of RFC 6749.
struct Refusal {
    status: u16,
    error: &'static str,
    description: &'static str,
}

/// The form of a body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    UrlEncoded,
    Json,
}

pub(super) async fn exchange(State(app): Shared, request: Request) -> Response {
    match exchanged(&app, request).await {
        Ok((granted, form)) => json_response(success(&granted, form, &app.settings).to_string()),
        Err(refusal) => refusal.response(&app.settings),
    }
}

async fn exchanged(app: &App, request: Request) -> Result<(Granted, Form), Refusal> {
    let (head, body) = request.into_parts();
    let content_type = head.headers.get(header::CONTENT_TYPE);
    let form = form(
        content_type.and_then(|value| value.to_str().ok()),
        &app.settings,
    )?;
    let limit = app.settings.body_limit;
    let body = body_of_size(body, limit, 413).await;
    let body = body.map_err(|_| Refusal::malformed("The body is too large or broken"))?;
    let exchange: Option<Exchange> = match form {
        Form::UrlEncoded => serde_urlencoded::from_bytes(&body).ok(),
        Form::Json => serde_json::from_slice(&body).ok(),
    };
    let exchange = exchange.ok_or_else(|| Refusal::malformed("The body cannot be read"))?;
    granted(app, &exchange).map(|granted| (granted, form))
}

fn form(content_type: Option<&str>, settings: &Settings) -> Result<Form, Refusal> {
    let media_type = content_type.unwrap_or_default().split(';').next();
    let media_type = media_type.unwrap_or_default().trim().to_ascii_lowercase();
    match (media_type.as_str(), settings.token_requests) {
        ("application/x-www-form-urlencoded", TokenRequests::Form | TokenRequests::FormOrJson) => {
            Ok(Form::UrlEncoded)
        }
        ("application/json", TokenRequests::FormOrJson | TokenRequests::Json) => Ok(Form::Json),
        _ => Err(Refusal::malformed(
            "The body has another content type than is taken",
        )),
    }
}

fn granted(app: &App, exchange: &Exchange) -> Result<Granted, Refusal> {
    let id = exchange.client_id.as_deref().unwrap_or_default();
    let secret = exchange.client_secret.as_deref().unwrap_or_default();
    if !app.oauth.as_ref().is_some_and(|known| known.is(id, secret)) {
        return Err(Refusal {
            status: 401,
            error: "invalid_client",
            description: "The client id or the secret is wrong",
        });
    }
    let (now, settings) = (app.clock.now(), &app.settings);
    let grant_type = exchange.grant_type.as_deref();
    match (grant_type, &exchange.code, &exchange.refresh_token) {
        (Some("authorization_code"), Some(code), _) => {
            let uri = exchange.redirect_uri.as_deref();
            Ok(app.grants.exchange(code, uri, now, settings)?)
        }
        (Some("refresh_token"), _, Some(token)) => Ok(app.grants.refresh(token, now, settings)?),
        (Some("authorization_code" | "refresh_token"), _, _) => {
            Err(Refusal::malformed("What is to be exchanged is missing"))
        }
        _ => Err(Refusal {
            status: 400,
            error: "unsupported_grant_type",
            description: "The grant type is neither authorization_code nor refresh_token",
        }),
    }
}

fn success(granted: &Granted, form: Form, settings: &Settings) -> Value {
    if form == Form::Json {
        return json!({
            "accessToken": granted.access_token,
            "refreshToken": granted.refresh_token,
            "orgId": granted.organization,
        });
    }
    let mut json = json!({
        "access_token": granted.access_token,
        "refresh_token": granted.refresh_token,
        "token_type": "bearer",
        "orgId": granted.organization,
    });
    let expires_in = match settings.token_expiry {
        TokenExpiry::Seconds => Some(granted.lifetime_ms / 1_000),
        TokenExpiry::Milliseconds => Some(granted.lifetime_ms),
        TokenExpiry::Absent => None,
    };
    if let Some(expires_in) = expires_in {
        json["expires_in"] = expires_in.into();
    }
    json
}

impl Refusal {
    fn malformed(description: &'static str) -> Self {
        Refusal {
            status: 400,
            error: "invalid_request",
            description,
        }
    }

    fn response(self, settings: &Settings) -> Response {
        use axum::response::IntoResponse;
        let envelope = ApiError::new(self.status, Code::General(self.error), self.description);
        if settings.token_errors == TokenErrors::Envelope {
            return envelope.into_response();
        }
        let json = json!({ "error": self.error, "error_description": self.description });
        let mut response = json_response(json.to_string());
        *response.status_mut() = envelope.status;
        response
    }
}

impl From<InvalidGrant> for Refusal {
    fn from(_: InvalidGrant) -> Self {
        Refusal {
            status: 400,
            error: "invalid_grant",
            description: "The code or the refresh token is not valid, or not any more",
        }
    }
}
