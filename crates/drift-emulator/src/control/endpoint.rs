//! The routes under `/_emulator`.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State as AppState};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post, put};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::state::{State, StateError};
use crate::app::App;
use crate::http::request::body_of_size;
use crate::http::response::json_response;
use crate::rules::auth::DEFAULT_ORGANIZATION;
use crate::rules::clock::Clock;
use crate::rules::definitions::AttributeDefinition;
use crate::rules::error::ApiError;
use crate::store::Dump;

/// Largest document that can be loaded.
const LOAD_LIMIT: usize = 1 << 30;

type Shared = AppState<Arc<App>>;
type Outcome = Result<Response, ApiError>;

/// The routes of the control endpoint.
pub(crate) fn router(app: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/_emulator/state", get(state))
        .route("/_emulator/reset", post(reset))
        .route("/_emulator/dump", get(dump))
        .route("/_emulator/load", post(load))
        .route("/_emulator/clock", get(clock).put(set_clock))
        .route(
            "/_emulator/faults",
            get(faults).post(add_faults).delete(clear_faults),
        )
        .route("/_emulator/faults/log", get(fault_log))
        .route("/_emulator/attributes", put(define))
        .route("/_emulator/tokens", get(tokens).post(grant).delete(revoke))
        .route_layer(from_fn_with_state(Arc::clone(app), owner))
}

/// Whether a path belongs here.
pub(crate) fn is_control(path: &str) -> bool {
    path == "/_emulator" || path.starts_with("/_emulator/")
}

/// Lets the emulator's own token through, the first of all.
async fn owner(AppState(app): Shared, request: Request, next: Next) -> Outcome {
    let caller = app.caller(request.headers())?;
    if caller.token != 0 {
        return Err(ApiError::forbidden(
            403,
            "Only the emulator's own token may do this",
        ));
    }
    Ok(next.run(request).await)
}

async fn state(AppState(app): Shared) -> Outcome {
    let count = State {
        app: Arc::clone(&app),
    }
    .count()
    .await?;
    json_of(&json!({ "contacts": count, "clock": app.clock.get(), "now": app.clock.now() }))
}

async fn reset(AppState(app): Shared) -> Outcome {
    State { app }.reset().await?;
    done()
}

async fn dump(AppState(app): Shared) -> Outcome {
    let dump = State { app }.dump().await?;
    Ok(json_response(dump.as_json().to_owned()))
}

async fn load(AppState(app): Shared, request: Request) -> Outcome {
    let text = String::from_utf8(bytes(request).await?.into())
        .map_err(|_| ApiError::malformed("The body is not UTF-8"))?;
    let dump = Dump::from_json(text).map_err(|cause| ApiError::malformed(cause.to_string()))?;
    State { app }.load(dump).await?;
    done()
}

async fn clock(AppState(app): Shared) -> Outcome {
    json_of(&app.clock.get())
}

async fn set_clock(AppState(app): Shared, request: Request) -> Outcome {
    let clock: Clock = read(request).await?;
    app.clock.set(clock);
    done()
}

async fn faults(AppState(app): Shared) -> Outcome {
    json_of(&app.faults.list())
}

async fn add_faults(AppState(app): Shared, request: Request) -> Outcome {
    let list = read(request).await?;
    app.faults
        .add_all(list)
        .map_err(|cause| ApiError::bad_request(cause.to_string()))?;
    done()
}

async fn clear_faults(AppState(app): Shared) -> Outcome {
    app.faults.clear();
    done()
}

async fn fault_log(AppState(app): Shared) -> Outcome {
    json_of(&app.faults.log())
}

async fn tokens(AppState(app): Shared) -> Outcome {
    json_of(&json!({ "refreshes": State { app }.token_refreshes() }))
}

/// Whose tokens are to be granted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GrantTo {
    organization: i64,
}

async fn grant(AppState(app): Shared, request: Request) -> Outcome {
    let GrantTo { organization } = read(request).await?;
    let granted = State { app }.grant_tokens(organization);
    json_of(&json!({
        "access_token": granted.access_token,
        "refresh_token": granted.refresh_token,
        "organization": granted.organization,
        "lifetime_ms": granted.lifetime_ms,
    }))
}

/// Which tokens are to be revoked: this one, or all that were granted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Revoke {
    token: Option<String>,
}

async fn revoke(AppState(app): Shared, request: Request) -> Outcome {
    let Revoke { token } = read(request).await?;
    let state = State { app };
    match token {
        None => state.revoke_all_tokens(),
        Some(token) if state.revoke_token(&token) => {}
        Some(_) => return Err(ApiError::absent("There is no such token")),
    }
    done()
}

async fn define(AppState(app): Shared, request: Request) -> Outcome {
    let definitions: Vec<AttributeDefinition> = read(request).await?;
    State { app }
        .define_attributes(DEFAULT_ORGANIZATION, definitions)
        .await?;
    done()
}

async fn bytes(request: Request) -> Result<Bytes, ApiError> {
    body_of_size(request.into_body(), LOAD_LIMIT, 413).await
}

async fn read<T: DeserializeOwned>(request: Request) -> Result<T, ApiError> {
    let bytes = bytes(request).await?;
    serde_json::from_slice(&bytes).map_err(|cause| ApiError::malformed(cause.to_string()))
}

fn json_of(value: &impl serde::Serialize) -> Outcome {
    serde_json::to_string(value)
        .map(json_response)
        .map_err(|_| ApiError::internal("The state cannot be written as JSON"))
}

fn done() -> Outcome {
    json_of(&json!({ "ok": true }))
}

impl From<StateError> for ApiError {
    fn from(cause: StateError) -> Self {
        ApiError::from(cause.0)
    }
}
