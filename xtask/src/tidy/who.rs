//! Who may depend on whom between the crates of the workspace. Arrows point down and never back up.

use serde_json::Value;

use super::source::{Source, line_at};
use crate::finding::Finding;
use crate::lint::walk::elements;

/// What one crate may use.
struct Allowed {
    name: &'static str,
    /// In what it ships.
    uses: &'static [&'static str],
    /// In its tests and examples as well.
    tests_use: &'static [&'static str],
}

const ALLOWED: [Allowed; 9] = [
    allowed("drift-sdk", &[], &["drift-sdk"]),
    allowed("drift", &["drift-sdk"], &["drift-emulator"]),
    allowed("drift-import", &["drift"], &["drift-emulator"]),
    allowed(
        "drift-cli",
        &["drift", "drift-import", "drift-emulator"],
        &[],
    ),
    allowed("drift-emulator", &[], &["drift", "drift-sdk"]),
    allowed("drift-sdk-httpmock", &["drift-sdk"], &[]),
    allowed("drift-bench", EVERYTHING, &[]),
    allowed("drift-tests", EVERYTHING, &[]),
    allowed("xtask", EVERYTHING, &[]),
];

/// For packages that nobody gets.
const EVERYTHING: &[&str] = &[
    "drift",
    "drift-emulator",
    "drift-import",
    "drift-sdk",
    "drift-sdk-httpmock",
];

const fn allowed(
    name: &'static str,
    uses: &'static [&'static str],
    tests_use: &'static [&'static str],
) -> Allowed {
    Allowed {
        name,
        uses,
        tests_use,
    }
}

/// Dependencies that the table above does not allow, and crates that it does not name.
pub fn check(metadata: &Value, sources: &[Source]) -> Vec<Finding> {
    elements(&metadata["packages"])
        .flat_map(|package| faults(package, metadata, sources))
        .collect()
}

fn faults(package: &Value, metadata: &Value, sources: &[Source]) -> Vec<Finding> {
    let name = text(&package["name"]);
    let manifest = manifest(package, metadata);
    let Some(allowed) = ALLOWED.iter().find(|allowed| allowed.name == name) else {
        return vec![Finding::in_file(
            manifest,
            1,
            format!("no rule says what `{name}` may depend on; add it to xtask/src/tidy/who.rs"),
        )];
    };
    let ours =
        elements(&package["dependencies"]).filter(|dependency| !dependency["path"].is_null());
    let wrong = ours.filter(|dependency| !may(allowed, dependency));
    wrong
        .map(|dependency| {
            let used = text(&dependency["name"]);
            let line = line_of(sources, manifest, used);
            Finding::in_file(manifest, line, message(name, used))
        })
        .collect()
}

fn message(name: &str, used: &str) -> String {
    format!("`{name}` must not depend on `{used}`; the rules are in xtask/src/tidy/who.rs")
}

fn may(allowed: &Allowed, dependency: &Value) -> bool {
    let name = text(&dependency["name"]);
    let in_tests = dependency["kind"] == "dev";
    allowed.uses.contains(&name) || in_tests && allowed.tests_use.contains(&name)
}

/// The package's manifest, from the root.
fn manifest<'a>(package: &'a Value, metadata: &Value) -> &'a str {
    let path = text(&package["manifest_path"]);
    let root = text(&metadata["workspace_root"]);
    path.strip_prefix(root)
        .map_or(path, |path| path.trim_start_matches(['/', '\\']))
}

fn line_of(sources: &[Source], manifest: &str, used: &str) -> usize {
    let source = sources.iter().find(|source| source.path == manifest);
    let found = source.and_then(|source| {
        let offset = source.text.find(&format!("\n{used}"))?;
        Some(line_at(&source.text, offset + 1))
    });
    found.unwrap_or(1)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::of;
    use serde_json::{Value, json};

    fn workspace(name: &str, used: &str, kind: &Value) -> Value {
        json!({ "workspace_root": "/w", "packages": [{
            "name": name,
            "manifest_path": format!("/w/crates/{name}/Cargo.toml"),
            "dependencies": [
                { "name": "serde", "path": null, "kind": null },
                { "name": used, "path": format!("/w/crates/{used}"), "kind": kind },
            ],
        }] })
    }

    #[test]
    fn arrows_point_down() {
        let (shipped, dev, build) = (Value::Null, json!("dev"), json!("build"));
        let cases = [
            ("drift", "drift-sdk", &shipped, true),
            ("drift-sdk", "drift", &shipped, false),
            ("drift", "drift-import", &dev, false),
            ("drift-import", "drift", &shipped, true),
            ("drift-import", "drift-sdk", &shipped, false),
            ("drift-import", "drift-emulator", &dev, true),
            ("drift-import", "drift-emulator", &shipped, false),
            ("drift-import", "drift-emulator", &build, false),
            ("drift-emulator", "drift-sdk", &shipped, false),
            ("drift-sdk-httpmock", "drift-sdk", &shipped, true),
            ("drift-cli", "xtask", &dev, false),
            ("drift-new", "serde_json", &dev, false),
        ];
        for (name, used, kind, good) in cases {
            let found = check(&workspace(name, used, kind), &[]);
            assert_eq!(found.is_empty(), good, "{name} on {used} ({kind})");
        }
    }

    #[test]
    fn the_line_of_the_dependency_is_told() {
        let manifest = of(
            "crates/drift-sdk/Cargo.toml",
            "[package]\nname = \"drift-sdk\"\n\n[dependencies]\ndrift.workspace = true\n",
        );
        let found = check(&workspace("drift-sdk", "drift", &Value::Null), &[manifest]);
        assert_eq!(found[0].place, "crates/drift-sdk/Cargo.toml:5");
    }
}
