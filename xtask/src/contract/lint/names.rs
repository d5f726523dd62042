//! Names that every generator can turn into identifiers, each into one of its own.

use std::collections::BTreeMap;

use serde_json::Value;

use super::walk::{below, operations, schemas};
use crate::util::finding::Finding;
use crate::util::json::entries;

/// Words that make no method: reserved in a language that a client is generated for, or taken by ours.
const TAKEN: [&str; 12] = [
    "new", "pre", "post", "exec", "delete", "get", "put", "patch", "client", "inner", "baseurl",
    "default",
];

/// Names that fold to one identifier, that collide with a generated one, or that make no good method.
pub fn check(contract: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    for (place, schema) in schemas(contract) {
        let names = entries(&schema["properties"]).map(|(name, _)| name);
        found.extend(twins(&below(&place, "properties"), names));
        found.extend(collides_with_the_map(&place, schema));
    }
    let components: Vec<&str> = entries(&contract["components"]["schemas"])
        .map(|(name, _)| name)
        .collect();
    found.extend(twins("/components/schemas", components.iter().copied()));
    found.extend(constructors(&components));
    found.extend(methods(contract));
    found
}

/// Without case and punctuation, as the strictest generators see it.
fn folded(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

fn twins<'a>(place: &str, names: impl Iterator<Item = &'a str>) -> Vec<Finding> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for name in names {
        if let Some(twin) = seen.insert(folded(name), name) {
            let message =
                format!("`{twin}` and `{name}` fold to one identifier: declare one of them");
            found.push(Finding::new(place, message));
        }
    }
    found
}

/// Our generator calls the map of undeclared members `extra`.
fn collides_with_the_map(place: &str, schema: &Value) -> Option<Finding> {
    let clash =
        schema.get("additionalProperties").is_some() && schema["properties"].get("extra").is_some();
    clash.then(|| {
        Finding::new(
            place,
            "a property `extra` beside `additionalProperties` does not compile",
        )
    })
}

/// In Go the constructor of `X` is `NewX`.
fn constructors(names: &[&str]) -> Vec<Finding> {
    let collide = names.iter().filter(|name| {
        name.strip_prefix("New")
            .is_some_and(|rest| names.contains(&rest))
    });
    collide
        .map(|name| {
            let message = format!(
                "Go's generator makes a constructor of this name for `{}`",
                &name[3..]
            );
            Finding::new(below("/components/schemas", name), message)
        })
        .collect()
}

fn methods(contract: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    let operations = operations(contract);
    let ids = operations
        .iter()
        .filter_map(|(_, operation)| operation["operationId"].as_str());
    found.extend(twins("/paths", ids));
    for (place, operation) in &operations {
        let Some(id) = operation["operationId"].as_str() else {
            continue;
        };
        if TAKEN.contains(&id) || !reads_as_method(id) {
            let message = format!(
                "the operationId `{id}` makes no method: write a verb and a noun in lowerCamelCase"
            );
            found.push(Finding::new(place, message));
        }
    }
    found
}

fn reads_as_method(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.chars().all(|letter| letter.is_ascii_alphanumeric())
        && id.chars().any(|letter| letter.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn with_schema(schema: Value) -> Value {
        json!({ "components": { "schemas": { "A": schema } } })
    }

    fn with_operation(id: &str) -> Value {
        json!({ "paths": { "/a": { "get": { "operationId": id } } } })
    }

    #[test]
    fn each_bad_name_is_found() {
        let cases = [
            (
                with_schema(json!({ "properties": { "externalId": {}, "external_id": {} } })),
                "fold",
            ),
            (
                with_schema(json!({ "properties": { "_A_B": {}, "aB": {} } })),
                "fold",
            ),
            (
                with_schema(json!({ "items": { "properties": { "a": {}, "A": {} } } })),
                "fold",
            ),
            (
                with_schema(json!({ "properties": { "extra": {} }, "additionalProperties": {} })),
                "extra",
            ),
            (
                json!({ "components": { "schemas": { "A": {}, "NewA": {} } } }),
                "constructor",
            ),
            (
                json!({ "components": { "schemas": { "AB": {}, "Ab": {} } } }),
                "fold",
            ),
            (with_operation("new"), "no method"),
            (with_operation("get_contact"), "no method"),
            (with_operation("GetContact"), "no method"),
            (with_operation("get"), "no method"),
        ];
        for (contract, expected) in cases {
            let found = super::check(&contract);
            assert_eq!(found.len(), 1, "{contract}: {found:?}");
            assert!(found[0].message.contains(expected), "{found:?}");
        }
    }

    #[test]
    fn good_names_pass() {
        let contract = json!({
            "paths": { "/a": { "get": { "operationId": "getContact" } } },
            "components": { "schemas": { "Newsletter": { "properties": { "extra": {}, "externalId": {} } } } },
        });
        assert_eq!(super::check(&contract), []);
    }
}
