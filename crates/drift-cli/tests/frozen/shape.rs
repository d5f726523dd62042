//! The shape of JSON: each path with the kind of its value, or with the value itself where scripts compare it.

use std::collections::BTreeSet;

use serde_json::Value;

/// Paths whose values are words or codes of a fixed set.
const FIXED: [&str; 13] = [
    "[].check",
    "[].state",
    "[].type",
    "error.code",
    "error.delivery",
    "error.exit_code",
    "error.kind",
    "error.reason",
    "error.status",
    "note.kind",
    "ok",
    "summary.stopped",
    "verdict",
];

/// The lines of the table of JSON documents, one document a line.
pub fn shapes(text: &str) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for document in text.lines() {
        match serde_json::from_str(document) {
            Ok(json) => add(&json, String::new(), &mut lines),
            Err(_) => drop(lines.insert(format!("no JSON: {document}"))),
        }
    }
    lines
}

fn add(json: &Value, path: String, lines: &mut BTreeSet<String>) {
    let kind = match json {
        // What Drift sends is passed on, whatever it is.
        _ if path.ends_with("attributes") => "as Drift sent them".to_owned(),
        Value::Object(members) if !members.is_empty() => {
            let dot = if path.is_empty() { "" } else { "." };
            for (name, value) in members {
                add(value, format!("{path}{dot}{name}"), lines);
            }
            return;
        }
        Value::Array(items) if !items.is_empty() => {
            let items = items.iter();
            items.for_each(|item| add(item, format!("{path}[]"), lines));
            return;
        }
        fixed if FIXED.contains(&path.as_str()) => fixed.to_string(),
        Value::Object(_) => "an empty object".to_owned(),
        Value::Array(_) => "an empty array".to_owned(),
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "true or false".to_owned(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(_) => "text".to_owned(),
    };
    lines.insert(format!("{path} {kind}").trim_start().to_owned());
}
