//! A snapshot of each type's schema, so that a review sees a change of the contract as a change of schema.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::every_type;

#[test]
fn each_schema_is_the_reviewed_one() {
    for (name, schema) in every_type::json_schemas() {
        let text = serde_json::to_string_pretty(&sorted(schema.as_value())).expect("JSON is text");
        insta::assert_snapshot!(name, text);
    }
}

#[test]
fn there_is_no_snapshot_without_a_type() {
    let types: BTreeSet<String> = every_type::json_schemas()
        .into_iter()
        .map(|(name, _)| format!("schema_loop__snapshots__{name}.snap"))
        .collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema_loop/snapshots");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the snapshots are packed with the tests")
        .map(|entry| entry.expect("a folder can be read").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".snap"))
        .collect();
    assert_eq!(files, types);
}

/// The order of keys depends on a feature of `serde_json` that any crate may switch on.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_str());
            entries
                .into_iter()
                .map(|(key, value)| (key.clone(), sorted(value)))
                .collect()
        }
        Value::Array(list) => list.iter().map(sorted).collect(),
        other => other.clone(),
    }
}
