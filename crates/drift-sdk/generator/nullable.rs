//! Keeps null and absent apart: an optional nullable property becomes a reference to a named nullable schema.
//!
//! typify reads an optional nullable property as `Option<T>`, in which null and absent are one and null is never
//! sent. A reference to a *named* nullable schema becomes `Option<NullableT>`, which has all three states.

use serde_json::{Map, Value, json};

/// Rewrites every optional nullable property of every component schema.
pub fn hoist(contract: &mut Value) {
    let Some(schemas) = contract
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    let mut named = Map::new();
    for schema in schemas.values_mut() {
        hoist_properties(schema, &mut named);
    }
    schemas.extend(named);
}

fn hoist_properties(schema: &mut Value, named: &mut Map<String, Value>) {
    let required: Vec<String> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(String::from))
        .collect();
    let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
        return;
    };
    for (name, property) in properties {
        if required.contains(name) || property["nullable"] != json!(true) {
            continue;
        }
        if let Some(type_name) = type_name(property) {
            named.insert(type_name.clone(), refer_to(property, &type_name));
        }
    }
}

/// Puts a reference in the place of the property, which keeps its description, and returns what is referred to.
fn refer_to(property: &mut Value, type_name: &str) -> Value {
    let reference = json!({ "allOf": [{ "$ref": format!("#/components/schemas/{type_name}") }] });
    let mut bare = std::mem::replace(property, reference);
    if let Some(description) = bare
        .as_object_mut()
        .and_then(|map| map.remove("description"))
    {
        property["description"] = description;
    }
    bare["description"] = json!("A value or null.");
    bare
}

/// The name of the nullable type of a property; none for a property of any type, which `Option<Value>` carries.
fn type_name(property: &Value) -> Option<String> {
    let name = match (property["type"].as_str()?, property["format"].as_str()) {
        ("string", _) => "NullableString".to_owned(),
        ("boolean", _) => "NullableBoolean".to_owned(),
        ("integer", Some("int32")) => "NullableInt32".to_owned(),
        ("integer", _) => "NullableInt64".to_owned(),
        ("number", _) => "NullableNumber".to_owned(),
        ("object", _) => "NullableMap".to_owned(),
        ("array", _) => {
            let item = property["items"]["$ref"].as_str()?.rsplit('/').next()?;
            format!("Nullable{item}List")
        }
        _ => return None,
    };
    Some(name)
}
