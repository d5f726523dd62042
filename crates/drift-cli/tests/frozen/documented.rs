//! `docs/json.md` documents each field of `--json`: all that commands print, and nothing else. The snapshots beside this
//! file hold what they print; the tests of `json.rs` compare them with the real output.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const DOCUMENT: &str = include_str!("../../../../docs/json.md");

/// What the document calls all that stands on standard error.
const ERRORS: &str = "Errors and notes";

/// Fields and their types, by command.
type Fields = BTreeMap<String, BTreeMap<String, String>>;

fn backticked(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The tables of the document.
fn documented() -> Fields {
    let mut fields = Fields::new();
    for section in DOCUMENT.split("\n## ").skip(1) {
        let (title, text) = section.split_once('\n').expect("a section with a text");
        let mut commands: Vec<&str> = backticked(title).collect();
        if commands.is_empty() {
            commands.push(title);
        }
        let rows: BTreeMap<String, String> = text
            .lines()
            .filter(|line| line.starts_with("| `"))
            .map(|line| {
                let mut cells = line.trim_matches('|').split(" | ");
                let field = cells.next().unwrap_or_default().trim().trim_matches('`');
                (
                    field.to_owned(),
                    cells.next().unwrap_or_default().to_owned(),
                )
            })
            .collect();
        for command in commands {
            fields.insert(command.to_owned(), rows.clone());
        }
    }
    fields
}

/// The command of a line: its words up to the first argument, and the options that change what it prints.
fn command_of(line: &str) -> String {
    let is_variable = |word: &str| {
        let name = word.split_once('=').map(|(name, _)| name);
        name.is_some_and(|name| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
    };
    let words: Vec<&str> = line.split(' ').filter(|word| !is_variable(word)).collect();
    let count = if matches!(words[0], "doctor" | "login" | "logout" | "version") {
        1
    } else {
        2
    };
    let mut command = words
        .iter()
        .take(count)
        .copied()
        .collect::<Vec<_>>()
        .join(" ");
    for option in ["--undo", "--dry-run"] {
        if command.starts_with("contacts import") && words.contains(&option) {
            command = format!("{command} {option}");
        }
    }
    command
}

/// The type of a value, as the document says it.
fn kind(seen: &str) -> Option<&'static str> {
    match seen {
        "a number" => Some("number"),
        "text" => Some("text"),
        "null" => Some("null"),
        "true or false" | "true" | "false" => Some("boolean"),
        "as Drift sent them" => Some("object"),
        "an empty array" | "an empty object" => None,
        fixed if fixed.starts_with('"') => Some("text"),
        _ => Some("number"),
    }
}

/// What the snapshots hold: command, field and type.
fn seen() -> Vec<(String, String, Option<&'static str>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen/snapshots");
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the snapshots") {
        let path = entry.expect("a snapshot").path();
        if !path.to_string_lossy().contains("frozen__json__") {
            continue;
        }
        let mut command = String::new();
        for line in std::fs::read_to_string(path).expect("a snapshot").lines() {
            if let Some(line) = line.strip_prefix("$ drift ") {
                command = command_of(line);
            }
            let (from, shape) = match (line.strip_prefix("out "), line.strip_prefix("err ")) {
                (Some(shape), _) => (command.clone(), shape),
                (_, Some(shape)) => (ERRORS.to_owned(), shape),
                _ => continue,
            };
            // A document that is empty has no field.
            if shape == "an empty array" {
                continue;
            }
            let (field, value) = shape.split_once(' ').expect("a field and its value");
            let items = if value == "an empty array" { "[]" } else { "" };
            seen.push((from, format!("{field}{items}"), kind(value)));
        }
    }
    assert!(seen.len() > 100, "the snapshots are read");
    seen
}

/// The entry for a field: its own, or one that stands for all below it, such as `reading.*`.
fn entry<'a>(rows: &'a BTreeMap<String, String>, field: &str) -> Option<(&'a str, &'a str)> {
    let of = |name: &str| rows.get_key_value(name);
    let above = field
        .split_once('.')
        .map_or("*".to_owned(), |(first, _)| format!("{first}.*"));
    let ticket = field
        .starts_with("error.ticket.")
        .then_some("error.ticket.*");
    let found = of(field)
        .or_else(|| ticket.and_then(of))
        .or_else(|| of(&above));
    found.map(|(name, kind)| (name.as_str(), kind.as_str()))
}

#[test]
fn every_field_is_documented_with_its_type() {
    let documented = documented();
    let mut used: BTreeSet<(String, String)> = BTreeSet::new();
    for (command, field, kind) in seen() {
        let rows = documented.get(&command);
        let rows = rows.unwrap_or_else(|| panic!("docs/json.md has no section of {command}"));
        let (name, types) = entry(rows, &field)
            .unwrap_or_else(|| panic!("docs/json.md does not document {field} of {command}"));
        let fits = |kind: &str| types == "any" || types.split(" or ").any(|one| one == kind);
        assert!(
            kind.is_none_or(fits),
            "{field} of {command} is {kind:?}, and documented as {types}"
        );
        used.insert((command, name.to_owned()));
    }
    for (command, rows) in &documented {
        let is_run = used.iter().any(|(used, _)| used == command);
        for field in rows.keys().filter(|_| is_run) {
            assert!(
                used.contains(&(command.clone(), field.clone())),
                "{field} of {command} is documented and never printed"
            );
        }
    }
}
