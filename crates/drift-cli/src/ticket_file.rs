//! Tickets of creates whose end is not known, kept in files of the person alone.

use std::io::Read;
use std::path::{Path, PathBuf};

use drift::{ExternalId, Ticket};
use serde_json::Value;

use crate::data_folder;
use crate::failure::Failure;
use crate::shell_word::shell_word;

/// Keeps a ticket, and says how to ask again with it.
pub fn keep(failure: Failure, ticket: &Ticket, drift: &str) -> Failure {
    let json = serde_json::to_value(ticket).unwrap_or_default();
    let failure = failure.fact("ticket", json.clone());
    match write(&json.to_string()) {
        Some(path) => {
            let path = path.display().to_string();
            let command = format!("ask again: {drift} contacts resolve {}", shell_word(&path));
            failure.fact("ticket_file", path).advise(command)
        }
        None => failure.advise(format!(
            "keep this ticket for `{drift} contacts resolve -`: {json}"
        )),
    }
}

fn folder() -> Option<PathBuf> {
    Some(data_folder::state()?.join("tickets"))
}

fn write(json: &str) -> Option<PathBuf> {
    let folder = folder()?;
    data_folder::make_private(&folder).ok()?;
    let name: String = ExternalId::random()
        .as_str()
        .chars()
        .skip(2)
        .take(12)
        .collect();
    let path = folder.join(format!("{name}.json"));
    data_folder::write_private(&path, json.as_bytes()).ok()?;
    Some(path)
}

/// Reads a ticket, or the JSON error that holds one.
pub fn read(path: &Path) -> Result<Ticket, Failure> {
    let text = if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|cause| {
        Failure::input(format!(
            "the ticket {} cannot be read: {cause}",
            path.display()
        ))
    })?;
    of_json(&text).ok_or_else(|| {
        Failure::input(format!("{} holds no ticket", path.display()))
            .next("give the file that the failed create named, or what it wrote to standard error with --json")
    })
}

/// The last line of JSON that holds a ticket: notes may stand before an error.
fn of_json(text: &str) -> Option<Ticket> {
    let whole = serde_json::from_str::<Value>(text).ok();
    let lines = text
        .lines()
        .rev()
        .filter_map(|line| serde_json::from_str(line).ok());
    whole.into_iter().chain(lines).find_map(|json: Value| {
        let ticket = json.pointer("/error/ticket").unwrap_or(&json);
        serde_json::from_value(ticket.clone()).ok()
    })
}

/// Removes a ticket that was kept by this command, since it holds personal data and has served.
pub fn forget(path: &Path) {
    let ours = folder().is_some_and(|folder| path.parent() == Some(folder.as_path()));
    if ours {
        // One that stays does no harm but to lie there.
        let _ = std::fs::remove_file(path);
    }
}
