//! The breaks that oasdiff does not see: integers that become narrower, members that are no longer kept, scopes that
//! a token now needs.

use serde_json::Value;

use crate::lint::walk::{elements, operations, schemas};

/// A sentence for each.
pub fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (place, before) in schemas(old) {
        let Some(after) = new.pointer(&place) else {
            continue;
        };
        found.extend(format(before, after).map(|what| format!("{place}: {what}")));
        found.extend(closed(before, after).map(|what| format!("{place}: {what}")));
    }
    for (place, before) in operations(old) {
        let after = new.pointer(&place).unwrap_or(&Value::Null);
        found.extend(scopes(before, after).map(|what| format!("{place}: {what}")));
    }
    found
}

/// The type of the member changes in every language that has more than one integer.
fn format(before: &Value, after: &Value) -> Option<String> {
    let changed = before["type"] == "integer"
        && after["type"] == "integer"
        && before["format"] != after["format"];
    changed.then(|| {
        format!(
            "the format goes from {} to {}",
            before["format"], after["format"]
        )
    })
}

fn closed(before: &Value, after: &Value) -> Option<String> {
    let open = |schema: &Value| {
        schema
            .get("additionalProperties")
            .is_some_and(|additional| *additional != false)
    };
    (open(before) && !open(after)).then(|| "undeclared members are no longer kept".to_owned())
}

fn scopes(before: &Value, after: &Value) -> Option<String> {
    let held: Vec<&Value> = elements(&before["x-required-scopes"]).collect();
    let added = elements(&after["x-required-scopes"]).find(|scope| !held.contains(scope))?;
    Some(format!("a token now needs the scope {added}"))
}
