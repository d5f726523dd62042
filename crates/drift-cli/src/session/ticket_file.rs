//! Tickets of creates whose outcome is unknown, in files that only their owner can read.

use std::path::{Path, PathBuf};

use drift::{ExternalId, Ticket};
use serde_json::Value;

use super::data_folder;
use crate::arguments::read_file_or_stdin;
use crate::failure::Failure;
use crate::output::shell_word;
use crate::private_file;

/// Keeps a ticket in a file, and adds to the failure how to resolve it. Where no file can be written, the failure shows
/// the ticket itself.
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
    private_file::ensure_folder(&folder).ok()?;
    let name: String = ExternalId::random()
        .as_str()
        .chars()
        .skip(2)
        .take(12)
        .collect();
    let path = folder.join(format!("{name}.json"));
    private_file::write_new(&path, json.as_bytes()).ok()?;
    Some(path)
}

/// Reads a ticket, or the JSON error that holds one; `-` is standard input.
pub fn read(path: &Path) -> Result<Ticket, Failure> {
    let file = Some(path).filter(|path| *path != Path::new("-"));
    let text = read_file_or_stdin(file).map_err(|cause| {
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

/// Finds the ticket: the whole text, or else its last line of JSON that holds one, since notes may precede an error.
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

/// Removes a resolved ticket that `keep` wrote, since it holds personal data. Other files stay.
pub fn forget(path: &Path) {
    let is_kept = folder().is_some_and(|folder| path.parent() == Some(folder.as_path()));
    if is_kept {
        // A ticket that cannot be removed is of no use any more, and can be ignored.
        let _ = std::fs::remove_file(path);
    }
}
