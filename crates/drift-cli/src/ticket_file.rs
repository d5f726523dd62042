//! Tickets of creates whose end is not known, kept in files of the person alone.

use std::path::PathBuf;

use drift::{ExternalId, Ticket};

use crate::data_folder;
use crate::failure::Failure;

/// Keeps a ticket, and says how to ask again with it.
pub fn keep(failure: Failure, ticket: &Ticket, drift: &str) -> Failure {
    let json = serde_json::to_value(ticket).unwrap_or_default();
    let failure = failure.fact("ticket", json.clone());
    match write(&json.to_string()) {
        Some(path) => failure
            .fact("ticket_file", path.display().to_string())
            .next(format!(
                "ask again: {drift} contacts resolve {}",
                path.display()
            )),
        None => failure.next(format!(
            "keep this ticket, and give it to `{drift} contacts resolve -`: {json}"
        )),
    }
}

fn write(json: &str) -> Option<PathBuf> {
    let folder = data_folder::state()?.join("tickets");
    data_folder::make_private(&folder).ok()?;
    let name = ExternalId::random()
        .as_str()
        .trim_start_matches("r_")
        .chars()
        .take(12)
        .collect::<String>();
    let path = folder.join(format!("{name}.json"));
    data_folder::write_private(&path, json.as_bytes()).ok()?;
    Some(path)
}
