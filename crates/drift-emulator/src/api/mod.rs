//! The operations of Drift's contacts API, and where each is found.

mod create;
mod find;
mod payload;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::error::ApiError;

/// The routes of the API.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/contacts", post(create::create).get(find::find))
        .route("/contacts/{contactId}", get(find::get))
        .fallback(async || ApiError::no_such_path())
        .method_not_allowed_fallback(async || {
            ApiError::refused(405, "The method is not allowed for this path")
        })
}
