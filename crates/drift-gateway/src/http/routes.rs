//! The routes: the paths of the contract, and those of the gateway.

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, patch, post};

use super::{calls, contacts, deliveries, front, health};
use crate::http::app::App;
use crate::reply::Reply;

pub(crate) const HEALTH: &str = "/_gateway/health";

/// The server of all requests.
pub(crate) fn router(app: Arc<App>) -> Router {
    let contacts = || get(calls::find_contacts).post(contacts::create);
    let contact = get(calls::get_contact)
        .patch(calls::update_contact)
        .delete(contacts::delete);
    Router::new()
        .route("/contacts", contacts())
        // Published clients look contacts up with a slash at the end.
        .route("/contacts/", contacts())
        .route("/contacts/attributes", get(calls::list_attributes))
        .route("/contacts/normalize", patch(calls::update_by_other_id))
        .route("/contacts/timeline", post(contacts::post_event))
        .route("/contacts/{contactId}", contact)
        .route("/emails/unsubscribe", post(calls::unsubscribe))
        .route("/gdpr/retrieve", post(calls::retrieve_personal_data))
        .route("/gdpr/delete", post(contacts::erase))
        .route("/app/token_info", post(calls::describe_token))
        .route("/oauth2/token", post(calls::exchange_token))
        .route("/_gateway/tickets/{ticketId}", get(deliveries::ticket))
        .route("/_gateway/deliveries/{key}", get(deliveries::delivery))
        .route(HEALTH, get(health::health))
        .route("/_gateway/metrics", get(health::metrics))
        .fallback(no_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(app.clone(), front::front))
        .with_state(app)
}

async fn no_route() -> Reply {
    Reply::error(
        404,
        "not_found",
        "There is no such path in Drift's contract",
    )
}

async fn wrong_method() -> Reply {
    Reply::error(
        405,
        "validation_error",
        "This path has no such method in Drift's contract",
    )
}
