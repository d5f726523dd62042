//! `GET /contacts/{contactId}` and `GET /contacts`.

use std::collections::HashSet;

use axum::extract::State;
use axum::response::Response;

use super::call::{Call, ContactId, Operation};
use super::{Result, Shared, response};
use crate::http::request::single;
use crate::rules::auth::Scope;
use crate::rules::contact::Contact;
use crate::rules::email::email_key;
use crate::rules::error::ApiError;
use crate::rules::settings::{FindBoth, Settings};
use crate::store::Ledger;

pub(super) struct Get;

impl Operation for Get {
    const SCOPE: Option<Scope> = Some(Scope::ContactRead);
}

pub(super) async fn get(
    State(app): Shared,
    Call { organization, .. }: Call<Get>,
    ContactId(id): ContactId,
) -> Result<Response> {
    let deleted = app.settings.deleted_readable;
    let found = app
        .store
        .read(move |ledger| ledger.get(organization, id, deleted))
        .await?;
    found
        .map(|contact| response::one(&contact, &app.settings))
        .ok_or_else(ApiError::not_found)
}

/// A look-up, checked.
struct Lookup {
    organization: i64,
    email: Option<String>,
    external_ids: Vec<String>,
    limit: u32,
}

pub(super) struct Find;

impl Operation for Find {
    const SCOPE: Option<Scope> = Some(Scope::ContactRead);
    const PARAMETERS: &'static [&'static str] = &["email", "limit", "idType", "id"];
}

pub(super) async fn find(State(app): Shared, call: Call<Find>) -> Result<Response> {
    let lookup = lookup(call.organization, &call.parameters, &app.settings)?;
    let mut found = app.store.read(move |ledger| lookup.run(ledger)).await?;
    app.lag
        .hide(app.settings.lookup_lag, app.clock.now(), &mut found);
    Ok(response::list(&found, &app.settings))
}

fn lookup(
    organization: i64,
    parameters: &[(String, String)],
    settings: &Settings,
) -> Result<Lookup> {
    let email = single(parameters, "email")?;
    let id_type = single(parameters, "idType")?;
    let ids: Vec<&str> = parameters
        .iter()
        .filter(|(name, _)| name == "id")
        .map(|(_, id)| id.as_str())
        .collect();
    check_ids(id_type, &ids, settings)?;
    if email.is_none() && ids.is_empty() {
        return Err(ApiError::bad_request(
            "Give an email, or idType=external with an id",
        ));
    }
    if email.is_some() && !ids.is_empty() && settings.find_both == FindBoth::Refuse {
        return Err(ApiError::bad_request("Give an email or an id, not both"));
    }
    let mut seen = HashSet::new();
    Ok(Lookup {
        organization,
        email: email.map(|email| email_key(email, settings)),
        external_ids: ids
            .into_iter()
            .filter(|id| seen.insert(*id))
            .map(str::to_owned)
            .collect(),
        limit: limit(single(parameters, "limit")?, settings)?,
    })
}

fn check_ids(id_type: Option<&str>, ids: &[&str], settings: &Settings) -> Result<()> {
    match id_type {
        Some("external") if ids.is_empty() => {
            Err(ApiError::bad_request("idType is given without an id"))
        }
        None if !ids.is_empty() => Err(ApiError::bad_request(
            "An id is given without idType=external",
        )),
        Some("external") | None if ids.len() <= settings.find_ids_max => Ok(()),
        Some("external") | None => Err(ApiError::bad_request(format!(
            "More than {} ids in one look-up",
            settings.find_ids_max
        ))),
        Some(_) => Err(ApiError::bad_request("idType must be external")),
    }
}

fn limit(text: Option<&str>, settings: &Settings) -> Result<u32> {
    let Some(text) = text else {
        return Ok(settings.find_limit_default);
    };
    match text.parse::<u32>() {
        Ok(limit) if (1..=settings.find_limit_max).contains(&limit) && !text.starts_with('+') => {
            Ok(limit)
        }
        _ => Err(ApiError::bad_request(format!(
            "limit is not a whole number from 1 to {}",
            settings.find_limit_max
        ))),
    }
}

impl Lookup {
    fn run(&self, ledger: &mut Ledger) -> rusqlite::Result<Vec<Contact>> {
        let mut found = match (&self.email, self.external_ids.as_slice()) {
            (Some(email), []) => return ledger.find_by_email(self.organization, email, self.limit),
            (Some(email), ids) => {
                let mut found = ledger.find_by_email(self.organization, email, u32::MAX)?;
                found.retain(|contact| {
                    contact
                        .external_id
                        .as_ref()
                        .is_some_and(|id| ids.contains(&id.text))
                });
                found
            }
            (None, ids) => {
                let found: rusqlite::Result<Vec<Vec<Contact>>> = ids
                    .iter()
                    .map(|id| ledger.find_by_external_id(self.organization, id))
                    .collect();
                found?.into_iter().flatten().collect()
            }
        };
        found.truncate(self.limit as usize);
        Ok(found)
    }
}
