//! The decision tables under `vectors`, which clients in other languages read: their files, keys and fixed values.
//! Nothing here may change without an upgrade note.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

/// Members whose texts are examples rather than words of a fixed set.
const EXAMPLES: [&str; 5] = ["about", "email", "id", "name", "now"];

type Shapes = BTreeMap<String, BTreeSet<String>>;

fn add(json: &Value, path: &str, shapes: &mut Shapes) {
    let value = match json {
        Value::Object(members) => {
            for (name, value) in members {
                add(
                    value,
                    format!("{path}.{name}").trim_start_matches('.'),
                    shapes,
                );
            }
            return;
        }
        Value::Array(items) => {
            let path = format!("{path}[]");
            items.iter().for_each(|item| add(item, &path, shapes));
            return;
        }
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "true or false".to_owned(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(text) => {
            let member = path.rsplit('.').next().unwrap_or_default();
            let example = EXAMPLES.contains(&member) || path.starts_with("columns.");
            let example = example || path == "cases[].value";
            if example {
                "text".to_owned()
            } else {
                format!("{text:?}")
            }
        }
    };
    shapes.entry(path.to_owned()).or_default().insert(value);
}

#[test]
fn keys_and_words_of_the_vectors() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let files = std::fs::read_dir(folder).expect("the vectors");
    let paths = files.map(|file| file.expect("a file").path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    paths.sort();
    let mut seen = String::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a table");
        let json = serde_json::from_str(&text).expect("JSON");
        let mut shapes = Shapes::new();
        add(&json, "", &mut shapes);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let _ = writeln!(seen, "{name}");
        for (path, values) in shapes {
            let values = Vec::from_iter(values).join(", ");
            let _ = writeln!(seen, "  {path}: {values}");
        }
    }
    assert_eq!(seen, include_str!("vectors.txt"), "\n{seen}");
}
