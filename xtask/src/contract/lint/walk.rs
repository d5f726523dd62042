//! The ways through a contract that the rules share.

use serde_json::Value;

use crate::util::json::{elements, entries};

/// A part of the contract and its JSON pointer.
pub type Place<'a> = (String, &'a Value);

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The pointer of a member.
pub fn below(place: &str, key: &str) -> String {
    format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// What a reference points to, or the value itself.
pub fn followed<'a>(contract: &'a Value, value: &'a Value) -> &'a Value {
    value["$ref"]
        .as_str()
        .and_then(|reference| contract.pointer(reference.strip_prefix('#')?))
        .unwrap_or(value)
}

/// Every operation.
pub fn operations(contract: &Value) -> Vec<Place<'_>> {
    let mut found = Vec::new();
    for (path, item) in entries(&contract["paths"]) {
        let place = below("/paths", path);
        let operations = entries(item).filter(|(key, _)| METHODS.contains(key));
        found.extend(operations.map(|(method, operation)| (below(&place, method), operation)));
    }
    found
}

/// Every schema: the components, those of parameters, headers and bodies, and all within them.
pub fn schemas(contract: &Value) -> Vec<Place<'_>> {
    let mut found = Vec::new();
    for (name, schema) in entries(&contract["components"]["schemas"]) {
        collect(below("/components/schemas", name), schema, &mut found);
    }
    for (place, value) in everything(contract) {
        if let Some(schema) = value.get("schema").filter(|schema| schema.is_object()) {
            collect(below(&place, "schema"), schema, &mut found);
        }
    }
    found
}

fn collect<'a>(place: String, schema: &'a Value, found: &mut Vec<Place<'a>>) {
    for (name, property) in entries(&schema["properties"]) {
        collect(below(&below(&place, "properties"), name), property, found);
    }
    for key in ["items", "additionalProperties", "not"] {
        if schema[key].is_object() {
            collect(below(&place, key), &schema[key], found);
        }
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        for (number, choice) in elements(&schema[key]).enumerate() {
            collect(format!("{place}/{key}/{number}"), choice, found);
        }
    }
    found.push((place, schema));
}

/// Every object of the contract itself, not what its examples hold and not the properties of its schemas.
pub fn everything(contract: &Value) -> Vec<Place<'_>> {
    let mut found = Vec::new();
    descend(String::new(), contract, &mut found);
    found
}

fn descend<'a>(place: String, value: &'a Value, found: &mut Vec<Place<'a>>) {
    match value {
        Value::Object(map) => {
            let inner = map.iter().filter(|(key, _)| !is_data(key));
            for (key, value) in inner {
                descend(below(&place, key), value, found);
            }
            found.push((place, value));
        }
        Value::Array(list) => {
            for (number, value) in list.iter().enumerate() {
                descend(format!("{place}/{number}"), value, found);
            }
        }
        _ => {}
    }
}

fn is_data(key: &str) -> bool {
    matches!(key, "example" | "value" | "properties")
}
