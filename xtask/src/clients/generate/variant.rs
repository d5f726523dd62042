//! The contract for generators that drop undeclared attributes: there `attributes` is a plain map.

use serde_json::{Map, Value};

/// The same contract, with every open schema behind a property `attributes` turned into a map of anything. What
/// it declared stays in its description.
pub fn with_attribute_maps(contract: &Value) -> Value {
    let mut variant = contract.clone();
    for name in names(contract) {
        if let Some(schema) = variant["components"]["schemas"].get_mut(&name) {
            *schema = map(schema);
        }
    }
    variant
}

/// The schemas that a property `attributes` refers to and that are open beside what they declare.
fn names(contract: &Value) -> Vec<String> {
    let schemas = contract["components"]["schemas"].as_object();
    let all = schemas.into_iter().flat_map(Map::values);
    let references = all.filter_map(|schema| schema["properties"]["attributes"]["$ref"].as_str());
    let mut names: Vec<String> = references
        .filter_map(|reference| reference.rsplit('/').next())
        .filter(|name| is_open(&contract["components"]["schemas"][name]))
        .map(str::to_owned)
        .collect();
    names.sort();
    names.dedup();
    names
}

fn is_open(schema: &Value) -> bool {
    schema["properties"].is_object() && schema["additionalProperties"].is_object()
}

fn map(schema: &Value) -> Value {
    let mut map = Map::new();
    map.insert("type".to_owned(), "object".into());
    map.insert("description".to_owned(), description(schema).into());
    map.insert("additionalProperties".to_owned(), Value::Object(Map::new()));
    Value::Object(map)
}

fn description(schema: &Value) -> String {
    let mut text = schema["description"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let kind = property["type"].as_str().unwrap_or("any");
        let must = if required.iter().any(|one| one == name) {
            ", required"
        } else {
            ""
        };
        let about = property["description"].as_str().unwrap_or_default();
        let about = about.split_whitespace().collect::<Vec<_>>().join(" ");
        text += &format!("\n\n`{name}` ({kind}{must}): {about}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::with_attribute_maps;
    use serde_json::{Value, json};

    fn contract() -> Value {
        json!({ "components": { "schemas": {
            "Contact": { "properties": { "attributes": { "$ref": "#/components/schemas/Open" } } },
            "Other": { "properties": { "attributes": { "$ref": "#/components/schemas/Closed" } } },
            "Open": {
                "type": "object", "description": "Free.", "required": ["email"],
                "properties": { "email": { "type": "string", "description": "The\nemail." } },
                "additionalProperties": {},
            },
            "Closed": { "type": "object", "properties": { "a": { "type": "string" } } },
        } } })
    }

    #[test]
    fn open_attributes_become_a_map_that_still_names_what_was_declared() {
        let variant = with_attribute_maps(&contract());
        assert_eq!(
            variant["components"]["schemas"]["Open"],
            json!({
                "type": "object",
                "description": "Free.\n\n`email` (string, required): The email.",
                "additionalProperties": {},
            })
        );
    }

    #[test]
    fn all_else_stays() {
        let (before, after) = (contract(), with_attribute_maps(&contract()));
        for name in ["Contact", "Other", "Closed"] {
            let pointer = format!("/components/schemas/{name}");
            assert_eq!(before.pointer(&pointer), after.pointer(&pointer));
        }
    }
}
