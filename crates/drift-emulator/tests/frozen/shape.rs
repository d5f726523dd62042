//! The shape of JSON: each path with the kind of its value.

use std::collections::BTreeSet;

use serde_json::Value;

/// The lines of the table of a JSON document.
pub fn shape(json: &Value) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    add(json, String::new(), &mut lines);
    lines
}

fn add(json: &Value, path: String, lines: &mut BTreeSet<String>) {
    let kind = match json {
        // What callers wrote is given back, whatever it is.
        _ if path.ends_with("attributes") => "as it was sent",
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
        Value::Object(_) => "an empty object",
        Value::Array(_) => "an empty array",
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
    };
    lines.insert(format!("{path} {kind}").trim_start().to_owned());
}
