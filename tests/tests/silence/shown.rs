//! All the ways in which a value can come to be shown without being asked for.

use std::error::Error as StdError;
use std::fmt::{Debug, Write};
use std::panic::AssertUnwindSafe;
use std::path::Path;

/// What a value shows of itself.
#[derive(Debug)]
pub struct Shown(pub String);

/// `Debug`, on one line and on many.
pub fn debug(value: impl Debug) -> Shown {
    Shown(format!("{value:?}\n{value:#?}"))
}

/// An error with its whole chain of causes, in every form, JSON among them.
pub fn error(error: &drift::Error) -> String {
    let mut shown = serde_json::to_string(error).expect("JSON");
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(cause) = next {
        let _ = writeln!(shown, "\n{cause}\n{cause:#}\n{cause:?}\n{cause:#?}");
        next = cause.source();
    }
    shown
}

/// What a panic says that comes of an error nobody handled.
pub fn panic(error: &drift::Error) -> String {
    let error = error.clone();
    let careless = AssertUnwindSafe(move || unhandled(Err(error)));
    let payload = std::panic::catch_unwind(careless);
    let payload = payload.expect_err("it panics");
    payload
        .downcast_ref::<String>()
        .cloned()
        .expect("a message")
}

fn unhandled(result: Result<(), drift::Error>) {
    result.expect("a call that works");
}

/// The types of the library that derive `Debug`: kinds, numbers, names of attributes and settings, which hold nothing of
/// a person; and those that show only what hides itself, such as `Outcome` a contact, or `Contacts` a client.
pub const MAY_DERIVE_DEBUG: &[&str] = &[
    "Age",
    "Allowance",
    "AttributeDefinition",
    "AttributeKind",
    "AttributeTypeError",
    "Belonging",
    "Bounds",
    "CallOptions",
    "Claim",
    "ContactId",
    "Contacts",
    "Deadline",
    "Delivery",
    "Demand",
    "Emails",
    "ErrorKind",
    "Event",
    "Goal",
    "GrantRefusal",
    "Guessable",
    "IdentityError",
    "InvalidContactId",
    "InvalidEmail",
    "InvalidIdKey",
    "JsonCalls",
    "Matches",
    "NextAction",
    "Operation",
    "Outcome",
    "Pace",
    "Phase",
    "Privacy",
    "Protocol",
    "RateLimit",
    "Resolution",
    "ResolveFailed",
    "ResponseBody",
    "RetryBudget",
    "RetryPolicy",
    "Seen",
    "Start",
    "Step",
    "Timeline",
    "TooLong",
    "Unsent",
    "Upserted",
    "VerifyPolicy",
    "Waiting",
    "Written",
];

/// By the source: the names behind each `derive` with `Debug` in it.
pub fn types_that_derive_debug() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/drift/src");
    let mut found = Vec::new();
    search(Path::new(folder), &mut found);
    found.sort();
    found
}

fn search(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("the library's source") {
        let path = entry.expect("a file").path();
        if path.is_dir() {
            search(&path, found);
        } else {
            found.extend(in_source(&std::fs::read_to_string(path).expect("text")));
        }
    }
}

fn in_source(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let derives = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| line.starts_with("#[derive(") && line.contains("Debug"));
    derives
        .filter_map(|(at, _)| lines[at..].iter().find_map(|line| name(line)))
        .collect()
}

fn name(line: &str) -> Option<String> {
    let (_, rest) = line
        .split_once("struct ")
        .or_else(|| line.split_once("enum "))?;
    if line.starts_with("//") || line.starts_with('#') {
        return None;
    }
    Some(rest.chars().take_while(|c| c.is_alphanumeric()).collect())
}
