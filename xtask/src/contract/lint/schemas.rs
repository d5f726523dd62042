//! Schemas in the shapes that every generator carries without loss.

use serde_json::Value;

use super::walk::schemas;
use crate::util::finding::Finding;

const INTEGER_FORMATS: [&str; 2] = ["int32", "int64"];
const STRING_FORMATS: [&str; 11] = [
    "binary",
    "byte",
    "date",
    "date-time",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "password",
    "uri",
    "uuid",
];

/// What a generator drops, guesses or cannot compile.
pub fn check(contract: &Value) -> Vec<Finding> {
    let rules = [
        true_for_open,
        integer_without_format,
        unknown_format,
        object_without_name,
        array_without_items,
        null_without_type,
    ];
    let mut found = Vec::new();
    for (place, schema) in schemas(contract) {
        let messages = rules.iter().filter_map(|rule| rule(&place, schema));
        found.extend(messages.map(|message| Finding::new(&place, message)));
    }
    found
}

fn true_for_open(_: &str, schema: &Value) -> Option<String> {
    let message =
        "our generator drops undeclared members at `additionalProperties: true`: write `{}`";
    (schema["additionalProperties"] == true).then(|| message.to_owned())
}

fn integer_without_format(_: &str, schema: &Value) -> Option<String> {
    let known = schema["format"]
        .as_str()
        .is_some_and(|format| INTEGER_FORMATS.contains(&format));
    let message =
        "an integer without `format: int64` or `int32` has 32 bits in half of the languages";
    (schema["type"] == "integer" && !known).then(|| message.to_owned())
}

fn unknown_format(_: &str, schema: &Value) -> Option<String> {
    let format = schema.get("format")?;
    let known = match schema["type"].as_str()? {
        "string" => format
            .as_str()
            .is_some_and(|format| STRING_FORMATS.contains(&format)),
        "number" => *format == "float" || *format == "double",
        // An integer's is judged above.
        kind => kind == "integer",
    };
    (!known).then(|| format!("no generator knows the format {format}"))
}

/// A map without declared properties needs no name, since no type is made for it.
fn object_without_name(place: &str, schema: &Value) -> Option<String> {
    let named = place
        .rsplit_once('/')
        .is_some_and(|(above, _)| above == "/components/schemas");
    let message =
        "each generator names an inline object in its own way: give it a name under `components`";
    (!named && schema.get("properties").is_some()).then(|| message.to_owned())
}

fn array_without_items(_: &str, schema: &Value) -> Option<String> {
    (schema["type"] == "array" && !schema["items"].is_object())
        .then(|| "an array needs `items`".to_owned())
}

fn null_without_type(_: &str, schema: &Value) -> Option<String> {
    let message = "`nullable` says nothing without `type`: without a type null is allowed already";
    (schema.get("nullable").is_some() && schema.get("type").is_none()).then(|| message.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[test]
    fn each_shape_that_loses_is_found_where_it_stands() {
        let cases: [(Value, &str); 8] = [
            (json!({ "type": "integer" }), "32 bits"),
            (json!({ "type": "integer", "format": "int46" }), "32 bits"),
            (json!({ "type": "string", "format": "emial" }), "emial"),
            (json!({ "type": "number", "format": "int64" }), "int64"),
            (
                json!({ "type": "object", "additionalProperties": true }),
                "true",
            ),
            (json!({ "type": "object", "properties": {} }), "name"),
            (json!({ "type": "array" }), "items"),
            (json!({ "nullable": true }), "nullable"),
        ];
        for (schema, expected) in cases {
            let contract =
                json!({ "components": { "schemas": { "A": { "properties": { "b": schema } } } } });
            let found = super::check(&contract);
            assert_eq!(found.len(), 1, "{contract}: {found:?}");
            assert_eq!(found[0].place, "/components/schemas/A/properties/b");
            assert!(found[0].message.contains(expected), "{found:?}");
        }
    }

    #[test]
    fn schemas_of_parameters_are_looked_at_too() {
        let contract = json!({ "paths": { "/a": { "get": { "parameters": [{ "schema": { "type": "integer" } }] } } } });
        let found = super::check(&contract);
        assert_eq!(found[0].place, "/paths/~1a/get/parameters/0/schema");
    }

    #[test]
    fn the_lossless_shapes_pass() {
        let contract = json!({ "components": { "schemas": { "A": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": { "type": "integer", "format": "int64", "nullable": true },
                "any": { "description": "anything" },
                "map": { "type": "object", "additionalProperties": {} },
            },
            "additionalProperties": {},
        } } } });
        assert_eq!(super::check(&contract), []);
    }
}
