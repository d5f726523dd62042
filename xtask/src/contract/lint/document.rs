//! The contract against the official schema of OpenAPI 3.0, and what that schema does not see: extension keys that are
//! not ours, and references that lead nowhere.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::walk::{below, everything, schemas};
use crate::util::finding::Finding;
use crate::util::json::entries;

/// Published by the OpenAPI Initiative under Apache-2.0, as it is.
const OPENAPI: &str = include_str!("openapi-3.0.schema.json");

/// The extensions that our rules, and no others, read.
const EXTENSIONS: [&str; 2] = ["x-evidence", "x-required-scopes"];

/// A document that is not OpenAPI 3.0, or that refers to nothing.
pub fn check(contract: &Value) -> Vec<Finding> {
    let validator = validator();
    let errors = validator.iter_errors(contract);
    let mut found: Vec<Finding> = errors.map(|error| finding(&error)).collect();
    let mut places = everything(contract);
    places.extend(schemas(contract));
    places.sort_by(|one, other| one.0.cmp(&other.0));
    places.dedup_by(|one, other| one.0 == other.0);
    for (place, value) in places {
        found.extend(extensions(&place, value));
        found.extend(reference(contract, value).map(|message| Finding::new(place, message)));
    }
    found
}

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(OPENAPI).expect("the schema is JSON");
    jsonschema::draft4::new(&schema).expect("the schema is of draft 4")
}

fn finding(error: &ValidationError<'_>) -> Finding {
    let error = innermost(error);
    Finding::new(
        error.instance_path().as_str(),
        error.masked_with("what stands here").to_string(),
    )
}

/// Of a value that fits no alternative, such as neither a schema nor a reference: the error that lies deepest in it.
fn innermost<'a, 'b>(error: &'a ValidationError<'b>) -> &'a ValidationError<'b> {
    let (ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context }) =
        error.kind()
    else {
        return error;
    };
    let inner = context.iter().flatten().map(innermost);
    let depth = |error: &&ValidationError<'_>| error.instance_path().as_str().len();
    // Of equals the first counts: the alternative itself stands before the reference to it.
    inner.rev().max_by_key(depth).unwrap_or(error)
}

fn extensions(place: &str, value: &Value) -> Vec<Finding> {
    let unknown = entries(value)
        .filter(|(key, _)| key.starts_with("x-") && !EXTENSIONS.contains(key))
        .map(|(key, _)| Finding::new(below(place, key), format!("no rule reads `{key}`")));
    unknown.collect()
}

fn reference(contract: &Value, value: &Value) -> Option<String> {
    let target = value.get("$ref")?.as_str()?;
    let path = target.strip_prefix('#');
    if path.and_then(|path| contract.pointer(path)).is_none() {
        return Some(format!("the reference {target} leads nowhere"));
    }
    let alone = entries(value).count() == 1;
    (!alone).then(|| "generators ignore what stands beside a `$ref`".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn contract() -> Value {
        json!({
            "openapi": "3.0.3",
            "info": { "title": "A", "version": "1" },
            "paths": { "/a": { "get": {
                "parameters": [{ "name": "b", "in": "query", "schema": { "type": "string" } }],
                "responses": { "200": { "description": "Done." } },
            } } },
            "components": {
                "examples": { "A": { "value": { "nulable": 1 } } },
                "schemas": {
                    "A": { "type": "object", "properties": { "requierd": { "type": "string" } } },
                    "B": { "type": "array", "items": { "$ref": "#/components/schemas/A" } },
                },
            },
        })
    }

    #[test]
    fn a_document_of_openapi_passes_whatever_its_examples_and_properties_are_called() {
        assert_eq!(super::check(&contract()), []);
    }

    #[test]
    fn each_fault_is_found_where_it_stands() {
        let cases = [
            ("", "pathes", json!({}), ""),
            ("/paths/~1a", "gett", json!({}), "/paths/~1a"),
            (
                "/paths/~1a/get/parameters/0",
                "requird",
                json!(true),
                "/paths/~1a/get/parameters/0",
            ),
            (
                "/components/schemas/A",
                "requierd",
                json!([]),
                "/components/schemas/A",
            ),
            (
                "/components/schemas/A/properties/requierd",
                "nulable",
                json!(true),
                "/components/schemas/A/properties/requierd",
            ),
            (
                "/components/schemas/A/properties/requierd",
                "type",
                json!("strng"),
                "/components/schemas/A/properties/requierd/type",
            ),
            (
                "/paths/~1a/get",
                "x-evidense",
                json!({}),
                "/paths/~1a/get/x-evidense",
            ),
            (
                "/components/schemas/B/items",
                "$ref",
                json!("#/components/schemas/C"),
                "/components/schemas/B/items",
            ),
            (
                "/components/schemas/B/items",
                "nullable",
                json!(true),
                "/components/schemas/B/items",
            ),
        ];
        for (above, key, value, place) in cases {
            let mut contract = contract();
            let holder = contract.pointer_mut(above).expect("the case names a place");
            holder[key] = value;
            let found = super::check(&contract);
            assert_eq!(found.len(), 1, "{above} {key}: {found:?}");
            assert_eq!(found[0].place, place, "{found:?}");
        }
    }
}
