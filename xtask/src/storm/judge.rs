//! Judges the responses that the callers got by what the emulator has.

use std::collections::BTreeMap;

use drift_emulator::{ContactRecord, Emulator};
use serde_json::Value;

use super::Options;
use super::callers::Response;
use crate::generator::Failure;

/// After so many creates a rival asks for another contact with the external id.
const RIVAL: usize = 50;

/// Fails unless each contact was made once and every response is true. Returns how often each was given.
pub async fn judge(
    emulator: &Emulator,
    options: &Options,
    responses: &[Response],
) -> Result<String, Failure> {
    let creates = options.creates;
    let contacts = emulator.state().contacts().await?;
    let mut by_id: BTreeMap<&str, &ContactRecord> = BTreeMap::new();
    for contact in &contacts {
        let id = contact.external_id.as_deref().unwrap_or_default();
        if by_id.insert(id, contact).is_some() {
            return Err(format!("two contacts have the external id {id}").into());
        }
    }
    let rivals = creates.div_ceil(RIVAL);
    if contacts.len() != creates || responses.len() != creates + rivals {
        let (made, responded) = (contacts.len(), responses.len());
        let problem = format!(
            "{made} contacts and {responded} responses of {creates} creates and {rivals} rivals"
        );
        return Err(problem.into());
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for response in responses {
        let (kind, number) = response
            .name
            .split_once('-')
            .ok_or("a name without a number")?;
        let contact = by_id.get(format!("u_{number}_9f3c1ad27b60e845").as_str());
        if !contact.is_some_and(|contact| is_true(response, (kind, number), contact, options.stamp))
        {
            let (name, status, outcome) = (&response.name, response.status, &response.outcome);
            return Err(format!("{name} got {status} {outcome} {}", response.body).into());
        }
        let count = counts.entry(format!("{} {}", response.status, response.outcome));
        *count.or_default() += 1;
    }
    let counts = counts.iter();
    let counts = counts.map(|(response, count)| format!("{count} × {}", response.trim()));
    Ok(counts.collect::<Vec<_>>().join(", "))
}

/// Every contact is made by its own create and by nobody else, so each of the three outcomes is true of it; with a stamp the
/// gateway can prove it, so that `existed` would be too little. A rival is refused.
fn is_true(
    response: &Response,
    (kind, number): (&str, &str),
    contact: &ContactRecord,
    is_proved: bool,
) -> bool {
    let email = format!("lead{number}@example.test");
    if contact.attributes["email"] != email.as_str() {
        return false;
    }
    if kind == "rival" {
        return response.status == 409 && response.outcome.is_empty();
    }
    let body: Value = serde_json::from_str(&response.body).unwrap_or_default();
    let outcome = response.outcome.as_str();
    response.status == 200
        && (matches!(outcome, "created" | "recovered") || (outcome == "existed" && !is_proved))
        && body["data"]["id"] == contact.id
        && body["data"]["attributes"]["email"] == email.as_str()
}
