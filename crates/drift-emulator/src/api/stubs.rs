//! `GET /users/list` and `GET /accounts`, as of an organization that has neither: connectors test their connection
//! with one of them. Any known token may ask, since their scopes are not among those of contacts.

use axum::response::Response;

use super::call::{Call, Operation};
use crate::http::response::json_response;
use crate::rules::auth::Scope;

pub(super) struct ListUsers;

impl Operation for ListUsers {
    const SCOPE: Option<Scope> = None;
}

pub(super) async fn users(_: Call<ListUsers>) -> Response {
    json_response(r#"{"data":[]}"#)
}

pub(super) struct ListAccounts;

impl Operation for ListAccounts {
    const SCOPE: Option<Scope> = None;
    const PARAMETERS: &'static [&'static str] = &["index", "size"];
}

pub(super) async fn accounts(_: Call<ListAccounts>) -> Response {
    json_response(r#"{"data":{"accounts":[],"total":0}}"#)
}
