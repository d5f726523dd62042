//! The schema of each Rust type has the structure of its component in the contract.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::shape::{self, Shape, differences};
use crate::{contract, every_type};

/// What of the contract is compared.
const COMPARED: [&str; 8] = [
    "$ref",
    "additionalProperties",
    "enum",
    "format",
    "items",
    "properties",
    "required",
    "type",
];

/// What schemars cannot carry, with the reason. Any other keyword in the contract fails the test below.
const NOT_CARRIED: [(&str, &str); 4] = [
    (
        "description",
        "the generator takes it into the documentation, wrapped anew",
    ),
    (
        "minLength",
        "the generator leaves strings plain, so that a type takes whatever a response holds",
    ),
    (
        "nullable",
        "every optional member of a Rust type may be null in its schema",
    ),
    ("x-evidence", "an extension of the contract"),
];

/// The shapes of the Rust types by name.
fn rust() -> BTreeMap<String, Shape> {
    let shapes = every_type::json_schemas()
        .into_iter()
        .map(|(name, schema)| {
            let shape = shape::of(schema.as_value()).unwrap_or_else(|why| panic!("{name}: {why}"));
            (name.to_owned(), shape)
        });
    let shapes: BTreeMap<String, Shape> = shapes.collect();
    let only_rust = only_rust(&shapes);
    shapes
        .into_iter()
        .filter(|(name, _)| !only_rust.contains_key(name))
        .map(|(name, shape)| (name, expanded(shape, &only_rust)))
        .collect()
}

/// The generator names the type of an optional nullable member, which stands inline in the contract.
fn only_rust(shapes: &BTreeMap<String, Shape>) -> BTreeMap<String, Shape> {
    let shapes = shapes.iter().filter(|(name, _)| {
        name.starts_with("Nullable") && !contract::schemas().contains_key(*name)
    });
    shapes
        .map(|(name, shape)| (name.clone(), shape.clone()))
        .collect()
}

fn expanded(shape: Shape, by_name: &BTreeMap<String, Shape>) -> Shape {
    match shape {
        Shape::Named(name) => by_name.get(&name).cloned().unwrap_or(Shape::Named(name)),
        Shape::List(item) => Shape::List(Box::new(expanded(*item, by_name))),
        Shape::Object {
            members,
            required,
            open,
        } => {
            let members = members
                .into_iter()
                .map(|(name, shape)| (name, expanded(shape, by_name)));
            Shape::Object {
                members: members.collect(),
                required,
                open,
            }
        }
        other => other,
    }
}

fn component(name: &str, schema: &Value) -> Shape {
    shape::of(schema).unwrap_or_else(|why| panic!("{name}: {why}"))
}

#[test]
fn each_type_has_the_structure_of_its_component() {
    let rust = rust();
    let names: BTreeSet<&String> = contract::schemas().keys().collect();
    assert_eq!(rust.keys().collect::<BTreeSet<_>>(), names);
    let found: Vec<String> = contract::schemas()
        .iter()
        .flat_map(|(name, schema)| differences(name, &component(name, schema), &rust[name]))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn each_keyword_is_compared_or_known_not_to_be_carried() {
    let mut keywords = BTreeSet::new();
    contract::schemas()
        .values()
        .for_each(|schema| collect(schema, &mut keywords));
    let known: BTreeSet<&str> = COMPARED
        .into_iter()
        .chain(NOT_CARRIED.map(|(keyword, _)| keyword))
        .collect();
    assert_eq!(keywords, known, "the keywords of the contract's schemas");
}

fn collect<'a>(schema: &'a Value, keywords: &mut BTreeSet<&'a str>) {
    let Some(schema) = schema.as_object() else {
        return;
    };
    for (keyword, value) in schema {
        keywords.insert(keyword);
        match keyword.as_str() {
            "properties" => value
                .as_object()
                .into_iter()
                .flat_map(|properties| properties.values())
                .for_each(|property| collect(property, keywords)),
            "items" | "additionalProperties" => collect(value, keywords),
            _ => {}
        }
    }
}

#[test]
fn each_kind_of_difference_is_named_with_its_path() {
    let contract = json!({
        "type": "object",
        "required": ["id"],
        "properties": {
            "id": { "type": "integer", "format": "int64" },
            "tags": { "type": "array", "items": { "$ref": "#/components/schemas/Tag" } },
            "kind": { "type": "string", "enum": ["a", "b"] },
        },
        "additionalProperties": {},
    });
    let cases = [
        ("/properties/id/format", json!("int32"), "T.id:"),
        ("/properties/id/type", json!("string"), "T.id:"),
        (
            "/properties/tags/items/$ref",
            json!("#/$defs/Other"),
            "T.tags[]:",
        ),
        ("/properties/kind/enum", json!(["a"]), "T.kind:"),
        ("/properties/kind", json!(true), "T.kind:"),
        ("/required", json!([]), "T (required):"),
        ("/properties", json!({}), "T.id: only in the contract"),
    ];
    for (pointer, replacement, expected) in cases {
        let mut rust = contract.clone();
        *rust.pointer_mut(pointer).expect("the case names a place") = replacement;
        assert_one(&contract, &rust, expected);
    }
    let mut closed = contract.clone();
    closed
        .as_object_mut()
        .expect("an object")
        .remove("additionalProperties");
    assert_one(&contract, &closed, "T (open):");
}

fn assert_one(contract: &Value, rust: &Value, expected: &str) {
    let found = differences("T", &component("T", contract), &component("T", rust));
    assert!(
        found
            .first()
            .is_some_and(|first| first.starts_with(expected)),
        "{expected} is not in {found:?}"
    );
    let back = differences("T", &component("T", rust), &component("T", contract));
    assert_eq!(
        back.len(),
        found.len(),
        "it is a difference from either side"
    );
}
