//! The list of the client's types as Rust, for the tests that go through all of them.

use syn::{File, Item, Visibility};

use crate::generator::Failure;

/// A module with a table of the types' schemas and round trips.
pub fn of(client: &str) -> Result<String, Failure> {
    let names = names(&syn::parse_file(client)?);
    let schemas = lines(&names, |name| {
        format!("        (\"{name}\", schemars::schema_for!(types::{name})),")
    });
    let arms = lines(&names, |name| {
        format!("        \"{name}\" => through::<types::{name}>(json),")
    });
    Ok(format!(
        "//! Every type of the contract. Written by `cargo xtask generate`.

use drift_sdk::types;

use super::through::{{Passed, through}};

/// The JSON Schema of each type.
pub fn json_schemas() -> Vec<(&'static str, schemars::Schema)> {{
    vec![
{schemas}
    ]
}}

/// Reads the JSON as the type of this name and writes it again.
pub fn round_trip(name: &str, json: &str) -> Passed {{
    match name {{
{arms}
        _ => Err(format!(\"the client has no type {{name}}\")),
    }}
}}
"
    ))
}

fn lines(names: &[String], line: impl Fn(&String) -> String) -> String {
    names.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn names(file: &File) -> Vec<String> {
    file.items
        .iter()
        .filter_map(|item| match item {
            Item::Mod(module) if module.ident == "types" => module.content.as_ref(),
            _ => None,
        })
        .flat_map(|(_, items)| items.iter().filter_map(name))
        .collect()
}

fn name(item: &Item) -> Option<String> {
    let (visibility, name) = match item {
        Item::Struct(item) => (&item.vis, &item.ident),
        Item::Enum(item) => (&item.vis, &item.ident),
        _ => return None,
    };
    matches!(visibility, Visibility::Public(_)).then(|| name.to_string())
}
