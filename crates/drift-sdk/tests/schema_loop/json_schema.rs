//! From a schema of OpenAPI 3.0 to JSON Schema, which differ in how they say null.

use serde_json::{Map, Value, json};

/// A JSON Schema for this schema of the contract; references are resolved within it.
pub fn of(contract: &Value, schema: &Value) -> Value {
    let mut whole = converted(schema);
    whole["components"] = json!({ "schemas": converted(&contract["components"]["schemas"]) });
    whole
}

/// Rewrites `nullable` everywhere below.
fn converted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let map: Map<String, Value> = map
                .iter()
                .map(|(key, value)| (key.clone(), converted(value)))
                .collect();
            with_null(map)
        }
        Value::Array(list) => list.iter().map(converted).collect(),
        other => other.clone(),
    }
}

fn with_null(mut map: Map<String, Value>) -> Value {
    if map.get("nullable") != Some(&json!(true)) {
        return Value::Object(map);
    }
    map.remove("nullable");
    if let Some(kind) = map.get("type").cloned() {
        map.insert("type".to_owned(), json!([kind, "null"]));
    }
    Value::Object(map)
}
