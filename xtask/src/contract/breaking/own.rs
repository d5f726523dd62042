//! The breaks that oasdiff does not see: integers that become narrower, members that are no longer kept, scopes that
//! a token now needs.

use serde_json::Value;

use crate::contract::lint::walk::{operations, schemas};
use crate::util::json::elements;

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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::breaks;
    use crate::generator;

    const ATTRIBUTES: &str = "/components/schemas/ContactAttributes";

    /// The place of a change, its key, the new value, and how many breaks it is.
    type Case = (&'static str, &'static str, Value, usize);

    #[test]
    fn what_the_comparer_does_not_see_is_found_and_nothing_harmless() {
        let yaml = include_str!("../../../../openapi/contacts.yaml");
        let old = generator::parse(yaml).expect("the contract is YAML");
        let cases: [Case; 6] = [
            (
                "/components/schemas/Contact/properties/id",
                "format",
                json!("int32"),
                1,
            ),
            (ATTRIBUTES, "additionalProperties", json!(false), 1),
            (
                "/paths/~1contacts/post",
                "x-required-scopes",
                json!(["contact_write", "other"]),
                1,
            ),
            (
                "/paths/~1contacts/post",
                "description",
                json!("Other words."),
                0,
            ),
            ("/paths/~1contacts/post", "x-required-scopes", json!([]), 0),
            (
                "/components/schemas/Contact/properties",
                "note",
                json!({ "type": "string", "nullable": true }),
                0,
            ),
        ];
        for (place, key, value, count) in cases {
            let mut new = old.clone();
            new.pointer_mut(place).expect("the case names a place")[key] = value;
            assert_ne!(new, old, "{place} {key}");
            assert_eq!(breaks(&old, &new).len(), count, "{place} {key}");
        }
    }
}
