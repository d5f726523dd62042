//! Every example fits the schema that it is an example of.

use serde_json::Value;

use super::walk::{below, everything, followed};
use crate::util::finding::Finding;
use crate::util::json::entries;

#[path = "../../../../crates/drift-sdk/tests/schema_loop/json_schema.rs"]
mod json_schema;

/// Examples that their schema refuses.
pub fn check(contract: &Value) -> Vec<Finding> {
    let mut found = Vec::new();
    for (place, holder) in everything(contract) {
        let Some(schema) = holder.get("schema") else {
            continue;
        };
        for (place, example) in of(contract, &place, holder) {
            found.extend(
                refusal(contract, schema, example).map(|message| Finding::new(place, message)),
            );
        }
    }
    found
}

/// The examples of a parameter, a header or a body.
fn of<'a>(contract: &'a Value, place: &str, holder: &'a Value) -> Vec<(String, &'a Value)> {
    let many = below(place, "examples");
    let mut examples: Vec<_> = entries(&holder["examples"])
        .filter_map(|(name, example)| {
            Some((
                below(&many, name),
                followed(contract, example).get("value")?,
            ))
        })
        .collect();
    examples.extend(
        holder
            .get("example")
            .map(|example| (below(place, "example"), example)),
    );
    examples
}

/// The first thing that is wrong with it. Only the place within the example is named, not what stands there.
fn refusal(contract: &Value, schema: &Value, example: &Value) -> Option<String> {
    match jsonschema::validator_for(&json_schema::of(contract, schema)) {
        Ok(validator) => {
            let error = validator.validate(example).err()?;
            Some(format!(
                "at {:?} of the example: {error}",
                error.instance_path().as_str()
            ))
        }
        Err(error) => Some(format!("the schema is none: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn contract(schema: Value, example: Value) -> Value {
        json!({
            "paths": { "/a": { "get": { "parameters": [{ "schema": schema, "example": example }] } } },
            "components": { "schemas": { "A": { "required": ["id"], "properties": { "id": { "type": "integer" } } } } },
        })
    }

    #[test]
    fn an_example_that_does_not_fit_is_found() {
        let referred = json!({ "$ref": "#/components/schemas/A" });
        let cases = [
            (json!({ "type": "integer" }), json!("one")),
            (json!({ "type": "string" }), Value::Null),
            (json!({ "type": "string", "enum": ["a"] }), json!("b")),
            (referred.clone(), json!({ "id": "one" })),
            (referred, json!({})),
        ];
        for (schema, example) in cases {
            let found = super::check(&contract(schema, example));
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!(found[0].place, "/paths/~1a/get/parameters/0/example");
        }
    }

    #[test]
    fn an_example_that_fits_passes() {
        let nullable = json!({ "type": "string", "nullable": true });
        for (schema, example) in [
            (nullable, Value::Null),
            (json!({}), Value::Null),
            (
                json!({ "$ref": "#/components/schemas/A" }),
                json!({ "id": 1, "other": true }),
            ),
        ] {
            assert_eq!(super::check(&contract(schema, example)), []);
        }
    }

    #[test]
    fn examples_by_reference_are_looked_at() {
        let contract = json!({
            "paths": { "/a": { "get": { "requestBody": { "content": { "application/json": {
                "schema": { "type": "string" },
                "examples": { "one": { "$ref": "#/components/examples/One" } },
            } } } } } },
            "components": { "examples": { "One": { "value": 1 } } },
        });
        assert_eq!(super::check(&contract).len(), 1);
    }
}
