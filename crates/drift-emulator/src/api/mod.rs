//! The operations of Drift's contacts API, and where each is found.
//!
//! A handler reads a request, asks the store and writes the response. What Drift's rules say belongs to `rules`;
//! the handlers know no fault, no page and no control endpoint.

mod account;
mod call;
mod create;
mod find;
mod oauth;
mod response;
mod stubs;
mod timeline;
mod update;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, patch, post};

use crate::app::App;
use crate::rules::error::ApiError;

/// What a handler shares with all others.
type Shared = State<Arc<App>>;

/// What a handler returns.
type Result<T = Response> = std::result::Result<T, ApiError>;

/// The routes of the API. An unknown path, and a method that a path does not allow, get Drift's envelope too.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/contacts", post(create::create).get(find::find))
        // In Drift's published Postman collection, and in a client.
        .route("/contacts/", get(find::find))
        .route(
            "/contacts/{contactId}",
            get(find::get).patch(update::update).delete(update::delete),
        )
        .route("/contacts/normalize", patch(update::normalize))
        .route("/contacts/attributes", get(account::attributes))
        .route("/contacts/timeline", post(timeline::post))
        .route("/emails/unsubscribe", post(account::unsubscribe))
        .route("/gdpr/retrieve", post(account::retrieve))
        .route("/gdpr/delete", post(account::erase))
        .route("/oauth2/token", post(oauth::exchange))
        .route("/app/token_info", post(account::token_info))
        .route("/users/list", get(stubs::users))
        .route("/accounts", get(stubs::accounts))
        .fallback(async || ApiError::absent("There is no such path"))
        .method_not_allowed_fallback(async || {
            ApiError::refused(405, "The method is not allowed for this path")
        })
}
