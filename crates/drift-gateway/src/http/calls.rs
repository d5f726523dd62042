//! The calls that pass through: the library makes them, with its retries and limits, and the JSON stays as it is.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use drift::{ContactId, Error};
use http::HeaderMap;
use serde_json::Value;

use super::body::{self, read_json};
use super::query;
use crate::http::app::App;
use crate::reply::Reply;
use crate::work::token_exchange::Exchanged;

pub(super) type Shared = State<Arc<App>>;
pub(super) type Result = std::result::Result<Reply, Reply>;
type Pairs = Query<Vec<(String, String)>>;

pub(super) async fn get_contact(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result {
    let (caller, id) = (app.caller(&headers).await?, contact_id(&id)?);
    let share = caller.share();
    let call = async move { reply(caller.client.json().get_contact(id).await) };
    Ok(app.work.run(&share, call).await)
}

pub(super) async fn find_contacts(
    State(app): Shared,
    Query(pairs): Pairs,
    headers: HeaderMap,
) -> Result {
    let (caller, query) = (app.caller(&headers).await?, query::find(&pairs)?);
    let share = caller.share();
    let call = async move { reply(caller.client.json().find_contacts(&query).await) };
    Ok(app.work.run(&share, call).await)
}

pub(super) async fn update_contact(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result {
    let (caller, id) = (app.caller(&headers).await?, contact_id(&id)?);
    let body = read_json(body, &app.limits).await?;
    let share = caller.share();
    let call = async move { reply(caller.client.json().update_contact(id, &body).await) };
    Ok(app.work.run(&share, call).await)
}

pub(super) async fn update_by_other_id(
    State(app): Shared,
    Query(pairs): Pairs,
    headers: HeaderMap,
    body: Body,
) -> Result {
    let (caller, (kind, id)) = (app.caller(&headers).await?, query::other_id(&pairs)?);
    let body = read_json(body, &app.limits).await?;
    let share = caller.share();
    let call = async move {
        let json = caller.client.json();
        reply(json.update_contact_by_other_id(&kind, &id, &body).await)
    };
    Ok(app.work.run(&share, call).await)
}

pub(super) async fn list_attributes(State(app): Shared, headers: HeaderMap) -> Result {
    let caller = app.caller(&headers).await?;
    let share = caller.share();
    let call = async move { reply(caller.client.json().list_contact_attributes().await) };
    Ok(app.work.run(&share, call).await)
}

pub(super) async fn unsubscribe(State(app): Shared, headers: HeaderMap, body: Body) -> Result {
    let caller = app.caller(&headers).await?;
    let body = read_json(body, &app.limits).await?;
    let share = caller.share();
    let call = async move { reply(caller.client.json().unsubscribe_emails(&body).await) };
    Ok(app.work.run(&share, call).await)
}

pub(super) async fn retrieve_personal_data(
    State(app): Shared,
    headers: HeaderMap,
    body: Body,
) -> Result {
    let caller = app.caller(&headers).await?;
    let body = read_json(body, &app.limits).await?;
    let share = caller.share();
    let call = async move { reply(caller.client.json().retrieve_personal_data(&body).await) };
    Ok(app.work.run(&share, call).await)
}

/// A token that the gateway holds is described without the token itself.
pub(super) async fn describe_token(State(app): Shared, headers: HeaderMap, body: Body) -> Result {
    let caller = app.caller(&headers).await?;
    let body = read_json(body, &app.limits).await?;
    let is_held = app.accounts.held_session().is_some();
    let share = caller.share();
    let call = async move {
        if is_held {
            let described = caller.client.token_info().await;
            return reply(described.map(|token| token.to_json()));
        }
        reply(caller.client.json().describe_token(&body).await)
    };
    Ok(app.work.run(&share, call).await)
}

/// The form and the tokens are nobody's but the caller's and Drift's.
pub(super) async fn exchange_token(
    State(app): Shared,
    headers: HeaderMap,
    form: Body,
) -> std::result::Result<Exchanged, Reply> {
    let form = body::read(form, &app.limits).await?;
    Ok(app.work.exchange(headers, form).await)
}

/// Drift's JSON, or its error.
pub(super) fn reply(result: std::result::Result<Value, Error>) -> Reply {
    match result {
        Ok(body) => Reply::success(200, body),
        Err(error) => Reply::from(&error),
    }
}

pub(super) fn contact_id(text: &str) -> std::result::Result<ContactId, Reply> {
    let sentence = "The id of a contact is a number of 64 bits";
    let id: i64 = text
        .parse()
        .map_err(|_| Reply::error(400, "validation_error", sentence))?;
    Ok(ContactId::from(id))
}
