//! `POST /contacts/timeline`.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;

use super::call::{Call, JsonBody, Operation};
use super::{Result, Shared};
use crate::app::App;
use crate::http::request::contact_id;
use crate::http::response::json_response;
use crate::rules::attributes::{Attributes, push_string};
use crate::rules::auth::Scope;
use crate::rules::error::ApiError;
use crate::rules::payload;
use crate::rules::settings::EventCase;
use crate::store::{Target, TimelineEvent};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestBody<'a> {
    contact_id: Option<Value>,
    external_id: Option<String>,
    event: Option<String>,
    created_at: Option<i64>,
    #[serde(borrow)]
    attributes: Option<Attributes<'a>>,
}

const MEMBERS: [&str; 5] = [
    "contactId",
    "externalId",
    "event",
    "createdAt",
    "attributes",
];

pub(super) struct PostEvent;

impl Operation for PostEvent {
    const SCOPE: Option<Scope> = Some(Scope::ContactWrite);
}

pub(super) async fn post(
    State(app): Shared,
    Call { organization, .. }: Call<PostEvent>,
    JsonBody(body): JsonBody,
) -> Result<Response> {
    let body: RequestBody<'_> = payload::object(&body, &MEMBERS, &app.settings)?;
    let external_id = body.external_id.clone();
    let target = target(body.contact_id.as_ref(), body.external_id.as_deref())?;
    let mut event = event(&app, &body)?;
    let stored = app.store.write(move |ledger| {
        let id = match target {
            Target::Id(id) => ledger
                .get(organization, id, false)?
                .map(|contact| contact.id),
            Target::ExternalId(id) => ledger
                .find_by_external_id(organization, &id)?
                .first()
                .map(|contact| contact.id),
        };
        let Some(id) = id else { return Ok(None) };
        event.contact_id = id;
        ledger.add_event(organization, &event)?;
        Ok(Some(event))
    });
    let event = stored.await?.ok_or_else(ApiError::not_found)?;
    Ok(json_response(written(&event, external_id.as_deref())))
}

/// The contact's id may be text that is a number.
fn target(contact: Option<&Value>, external_id: Option<&str>) -> Result<Target> {
    match (contact, external_id) {
        (Some(_), Some(_)) => Err(ApiError::bad_request(
            "Give contactId or externalId, not both",
        )),
        (None, None) => Err(ApiError::bad_request("contactId or externalId is required")),
        (None, Some(id)) => Ok(Target::ExternalId(id.to_owned())),
        (Some(Value::Number(id)), None) => match id.as_i64() {
            Some(id) => Ok(Target::Id(id)),
            None => Err(ApiError::malformed("contactId is not a whole number")),
        },
        (Some(Value::String(id)), None) => contact_id(id).map(Target::Id),
        (Some(_), None) => Err(ApiError::malformed("contactId is not a whole number")),
    }
}

fn event(app: &App, body: &RequestBody<'_>) -> Result<TimelineEvent> {
    let text = body
        .event
        .as_deref()
        .ok_or_else(|| ApiError::malformed("event is required"))?;
    let event = match app.settings.timeline_event_case {
        EventCase::Lower => text.to_lowercase(),
        EventCase::Kept => text.to_owned(),
    };
    let created_at = body.created_at.unwrap_or_else(|| app.clock.now());
    let attributes = body
        .attributes
        .as_ref()
        .map_or_else(|| "{}".to_owned(), as_text);
    Ok(TimelineEvent {
        contact_id: 0,
        created_at,
        event,
        attributes,
    })
}

/// Values of an event's attributes are kept as text.
fn as_text(attributes: &Attributes<'_>) -> String {
    let mut out = String::from("{");
    for (name, value) in attributes.iter() {
        if out.len() > 1 {
            out.push(',');
        }
        push_string(&mut out, name);
        out.push(':');
        match value.get() {
            text if text.starts_with('"') => out.push_str(text),
            other => push_string(&mut out, other),
        }
    }
    out.push('}');
    out
}

fn written(event: &TimelineEvent, external_id: Option<&str>) -> String {
    let mut out = format!(
        "{{\"data\":{{\"attributes\":{},\"event\":",
        event.attributes
    );
    push_string(&mut out, &event.event);
    out.push_str(&format!(
        ",\"createdAt\":{},\"contactId\":{}",
        event.created_at, event.contact_id
    ));
    if let Some(id) = external_id {
        out.push_str(",\"externalId\":");
        push_string(&mut out, id);
    }
    out.push_str("}}");
    out
}
