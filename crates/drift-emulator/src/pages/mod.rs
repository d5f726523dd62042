//! The pages for people: a list of contacts, and the page of one.

use std::sync::Arc;

use axum::Router;

use crate::app::App;

/// The routes of the pages.
pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
}
