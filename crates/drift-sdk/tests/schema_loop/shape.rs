//! What the contract's schemas and schemars' have in common, and how two of them differ.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A schema without what schemars cannot carry; `structure` lists that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any JSON at all.
    Any,
    /// Another schema, by name.
    Named(String),
    /// A type without members, with its format where that is carried: `integer int64`.
    Plain(String),
    /// One of these strings.
    Enum(BTreeSet<String>),
    /// A list.
    List(Box<Shape>),
    /// An object.
    Object {
        /// Its declared members.
        members: BTreeMap<String, Shape>,
        /// Those that must be there.
        required: BTreeSet<String>,
        /// Whether undeclared members are kept.
        open: bool,
    },
}

/// The shape of a schema, or the reason that it has none.
pub fn of(schema: &Value) -> Result<Shape, String> {
    let schema = without_null(schema);
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return Ok(Shape::Named(name.to_owned()));
    }
    match kind(schema)? {
        None => Ok(Shape::Any),
        Some("object") => object(schema),
        Some("array") => Ok(Shape::List(Box::new(of(&schema["items"])?))),
        Some("string") if !schema["enum"].is_null() => Ok(Shape::Enum(strings(&schema["enum"]))),
        Some(kind) => Ok(Shape::Plain(plain(kind, schema))),
    }
}

/// `Option` adds null as another type or as another choice, the contract as `nullable`; none of it is compared.
fn without_null(schema: &Value) -> &Value {
    let choices = schema["anyOf"].as_array().or(schema["allOf"].as_array());
    let mut others = choices
        .into_iter()
        .flatten()
        .filter(|choice| choice["type"] != "null");
    match (others.next(), others.next()) {
        (Some(only), None) => without_null(only),
        _ => schema,
    }
}

fn kind(schema: &Value) -> Result<Option<&str>, String> {
    match &schema["type"] {
        Value::Null => Ok(None),
        Value::String(kind) => Ok(Some(kind)),
        Value::Array(kinds) => match kinds.iter().find(|kind| *kind != "null") {
            Some(Value::String(kind)) if kinds.len() == 2 => Ok(Some(kind)),
            _ => Err(format!("types {kinds:?}")),
        },
        other => Err(format!("type {other}")),
    }
}

fn plain(kind: &str, schema: &Value) -> String {
    match schema["format"].as_str() {
        Some(format) if kind == "integer" => format!("{kind} {format}"),
        _ => kind.to_owned(),
    }
}

fn object(schema: &Value) -> Result<Shape, String> {
    let mut members = BTreeMap::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        members.insert(name.clone(), of(property)?);
    }
    Ok(Shape::Object {
        members,
        required: strings(&schema["required"]),
        open: schema.get("additionalProperties").is_some(),
    })
}

fn strings(list: &Value) -> BTreeSet<String> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(|value| value.as_str().map(String::from))
        .collect()
}

/// Every difference, each headed by its path.
pub fn differences(path: &str, contract: &Shape, rust: &Shape) -> Vec<String> {
    match (contract, rust) {
        (Shape::List(contract), Shape::List(rust)) => {
            differences(&format!("{path}[]"), contract, rust)
        }
        (
            Shape::Object {
                members,
                required,
                open,
            },
            Shape::Object {
                members: rust_members,
                required: rust_required,
                open: rust_open,
            },
        ) => {
            let mut found = members_differ(path, members, rust_members);
            found.extend(unequal(
                &format!("{path} (required)"),
                required,
                rust_required,
            ));
            found.extend(unequal(&format!("{path} (open)"), open, rust_open));
            found
        }
        _ => unequal(path, contract, rust).into_iter().collect(),
    }
}

fn members_differ(
    path: &str,
    contract: &BTreeMap<String, Shape>,
    rust: &BTreeMap<String, Shape>,
) -> Vec<String> {
    let names: BTreeSet<&String> = contract.keys().chain(rust.keys()).collect();
    let differ = |name: &String| match (contract.get(name), rust.get(name)) {
        (Some(contract), Some(rust)) => differences(&format!("{path}.{name}"), contract, rust),
        (Some(_), None) => vec![format!("{path}.{name}: only in the contract")],
        _ => vec![format!("{path}.{name}: only in Rust")],
    };
    names.into_iter().flat_map(differ).collect()
}

fn unequal<T: PartialEq + std::fmt::Debug>(path: &str, contract: &T, rust: &T) -> Option<String> {
    (contract != rust).then(|| format!("{path}: {contract:?} in the contract, {rust:?} in Rust"))
}
