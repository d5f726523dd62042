//! The calls that the gateway adds something to: creates and timeline posts, with a key or without, and erasures.

use axum::body::Body;
use axum::extract::{Path, State};
use drift::protocol::Goal;
use http::HeaderMap;
use serde_json::{Value, json};

use super::body::read_json;
use super::calls::{Result, Shared, contact_id, reply};
use super::request_headers;
use crate::http::app::App;
use crate::keys::idempotency_key::IdempotencyKey;
use crate::reply::Reply;
use crate::work::{keyed, new_contact};

/// A create: what it is to bring about, and how it is asked for.
struct Create {
    goal: Goal,
    key: Option<IdempotencyKey>,
    is_async: bool,
    body: Value,
}

pub(super) async fn create(State(app): Shared, headers: HeaderMap, body: Body) -> Result {
    let create = Create {
        goal: request_headers::goal(&headers)?,
        key: request_headers::key(&headers)?,
        is_async: request_headers::prefers_async(&headers),
        body: read_json(body, &app.limits).await?,
    };
    let caller = app.caller(&headers).await?;
    let Some(key) = &create.key else {
        let person = new_contact::read(create.body)?;
        return match create.is_async {
            true => Err(async_needs_a_key()),
            false => Ok(app.work.clone().write(caller, create.goal, person).await),
        };
    };
    let fingerprint = keyed::create_fingerprint(create.goal, &create.body);
    let person = new_contact::read(create.body)?;
    let account = caller.account().await?;
    let key = keyed::record_key(account, key);
    let stamp = app.work.settings.stamp.as_deref();
    let record = keyed::create_record(key, create.goal, fingerprint, person, stamp)?;
    match create.is_async {
        true => accept(&app, record).await,
        false => Ok(app.work.clone().keyed(caller, record).await),
    }
}

async fn accept(app: &App, record: crate::store::NewRecord) -> Result {
    if app.accounts.held_session().is_none() {
        let sentence = "respond-async needs a gateway that holds credentials of its own";
        return Err(Reply::error(400, "validation_error", sentence));
    }
    Ok(app.work.accept(record).await)
}

fn async_needs_a_key() -> Reply {
    let sentence = "respond-async needs an Idempotency-Key, to ask for the delivery by";
    Reply::error(400, "validation_error", sentence)
}

pub(super) async fn post_event(State(app): Shared, headers: HeaderMap, body: Body) -> Result {
    let key = request_headers::key(&headers)?;
    let body = read_json(body, &app.limits).await?;
    let caller = app.caller(&headers).await?;
    let Some(key) = key else {
        let share = caller.share();
        let call = async move { reply(caller.client.json().create_timeline_event(&body).await) };
        return Ok(app.work.run(&share, call).await);
    };
    let account = caller.account().await?;
    let record = keyed::timeline_record(keyed::record_key(account, &key), &body);
    Ok(app.work.clone().keyed(caller, record).await)
}

pub(super) async fn delete(
    State(app): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result {
    let (caller, id) = (app.caller(&headers).await?, contact_id(&id)?);
    let (work, share) = (app.work.clone(), caller.share());
    let call = async move {
        let person = work.person_of(&caller, id).await;
        match caller.client.contacts().delete(id).await {
            Ok(()) => {
                let done = Reply::success(202, json!({"result": "OK", "ok": true}));
                work.erase(&caller, person, done).await
            }
            Err(error) => Reply::from(&error),
        }
    };
    Ok(app.work.run(&share, call).await)
}

pub(super) async fn erase(State(app): Shared, headers: HeaderMap, body: Body) -> Result {
    let caller = app.caller(&headers).await?;
    let body = read_json(body, &app.limits).await?;
    let (work, share) = (app.work.clone(), caller.share());
    let call = async move {
        match caller.client.json().delete_personal_data(&body).await {
            Ok(done) => {
                work.erase_email(&caller, &body, Reply::success(200, done))
                    .await
            }
            Err(error) => Reply::from(&error),
        }
    };
    Ok(app.work.run(&share, call).await)
}
