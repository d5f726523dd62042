//! The operations of Drift's contacts API, and where each is found.

mod account;
mod create;
mod find;
mod own_attributes;
pub(crate) mod payload;
mod timeline;
mod update;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, patch, post};

use crate::app::App;
use crate::error::ApiError;

/// The routes of the API. A method that a path does not know, and a path that is not known, have answers in
/// Drift's envelope too.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/contacts", post(create::create).get(find::find))
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
        .route("/app/token_info", post(account::token_info))
        .fallback(async || ApiError::absent("There is no such path"))
        .method_not_allowed_fallback(async || {
            ApiError::refused(405, "The method is not allowed for this path")
        })
}
