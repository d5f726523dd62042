//! The licences of what is built into the program, which ask to come with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::generator::Failure;
use crate::util::json::elements;
use crate::util::{cargo, workspace};

/// How the files begin that hold a licence or a notice.
const NAMES: [&str; 5] = ["COPYING", "COPYRIGHT", "LICENCE", "LICENSE", "NOTICE"];

/// Where what the emulator shows stands, with its licence.
const SWAGGER_UI: &str = "crates/drift-emulator/src/pages/assets/swagger-ui";

/// Something that others wrote.
struct Package {
    name: String,
    /// By its name, and where the source is.
    license: String,
    texts: Vec<String>,
}

/// All of them as one text: who is in, and each licence once, with those that come under it.
pub fn text(package: &str, host: &str) -> Result<String, Failure> {
    let metadata = cargo::resolved(host)?;
    let mut packages = foreign(&metadata, &shipped(&metadata, package))?;
    packages.push(swagger_ui()?);
    Ok(joined(&packages))
}

/// The ids of what is linked into a package, itself included: no build scripts, macros' crates among them, no tests.
fn shipped<'a>(metadata: &'a Value, package: &str) -> BTreeSet<&'a str> {
    let root = elements(&metadata["packages"]).find(|one| one["name"] == package);
    let mut waiting: Vec<&str> = root
        .and_then(|root| root["id"].as_str())
        .into_iter()
        .collect();
    let mut found = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if found.insert(id) {
            let node = elements(&metadata["resolve"]["nodes"]).find(|node| node["id"] == id);
            waiting.extend(node.into_iter().flat_map(linked));
        }
    }
    found
}

fn linked(node: &Value) -> impl Iterator<Item = &str> {
    let linked = elements(&node["deps"])
        .filter(|dependency| elements(&dependency["dep_kinds"]).any(|kind| kind["kind"].is_null()));
    linked.filter_map(|dependency| dependency["pkg"].as_str())
}

fn foreign(metadata: &Value, ids: &BTreeSet<&str>) -> Result<Vec<Package>, Failure> {
    let packages = elements(&metadata["packages"]).filter(|package| {
        let id = package["id"].as_str().unwrap_or_default();
        ids.contains(id) && !package["source"].is_null()
    });
    packages.map(read).collect()
}

fn read(package: &Value) -> Result<Package, Failure> {
    let word = |key: &str| package[key].as_str().unwrap_or_default();
    let folder = Path::new(word("manifest_path"))
        .parent()
        .unwrap_or(Path::new(""));
    Ok(Package {
        name: format!("{} {}", word("name"), word("version")),
        license: format!("{}, {}", word("license"), word("repository")),
        texts: texts_of(folder)?,
    })
}

/// The page that draws the contract is not Rust.
fn swagger_ui() -> Result<Package, Failure> {
    let folder = workspace::root().join(SWAGGER_UI);
    let version = workspace::read(&folder.join("VERSION"))?;
    let version = version.split_whitespace().next().unwrap_or_default();
    Ok(Package {
        name: format!("swagger-ui {version}"),
        license: "Apache-2.0".to_owned(),
        texts: texts_of(&folder)?,
    })
}

fn texts_of(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut paths: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && is_license(path))
        .collect();
    paths.sort();
    let texts = paths
        .iter()
        .filter_map(|path| fs::read_to_string(path).ok());
    Ok(texts
        .map(|text| text.replace("\r\n", "\n").trim().to_owned())
        .collect())
}

fn is_license(path: &Path) -> bool {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_uppercase();
    NAMES.iter().any(|start| name.starts_with(start)) || name.ends_with(".LICENSE.TXT")
}

fn joined(packages: &[Package]) -> String {
    let mut text =
        "What others wrote and this program contains, and the licences of it.\n\n".to_owned();
    let mut texts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages {
        text += &format!("{}: {}\n", package.name, package.license);
        for license in &package.texts {
            texts.entry(license).or_default().push(&package.name);
        }
    }
    for (license, names) in texts {
        text += &format!("\n{}\n{}\n\n{license}\n", "-".repeat(78), names.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Package, joined, shipped};

    #[test]
    fn what_is_linked_counts_and_what_only_builds_or_tests_does_not() {
        let depends =
            |id: &str, kind: Option<&str>| json!({ "pkg": id, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [{ "name": "drift-cli", "id": "cli" }, { "name": "other", "id": "other" }],
            "resolve": { "nodes": [
                { "id": "cli", "deps": [depends("a", None), depends("b", Some("build")), depends("c", Some("dev"))] },
                { "id": "a", "deps": [depends("d", None)] },
                { "id": "d", "deps": [depends("a", None)] },
                { "id": "b", "deps": [depends("e", None)] },
            ] },
        });
        let found: Vec<&str> = shipped(&metadata, "drift-cli").into_iter().collect();
        assert_eq!(found, ["a", "cli", "d"]);
    }

    #[test]
    fn a_licence_that_two_share_is_written_once() {
        let package = |name: &str, text: &str| Package {
            name: name.to_owned(),
            license: "MIT".to_owned(),
            texts: vec![text.to_owned()],
        };
        let text = joined(&[
            package("a 1", "Do."),
            package("b 2", "Do."),
            package("c 3", "Do not."),
        ]);
        assert_eq!(text.matches("\nDo.\n").count(), 1, "{text}");
        for expected in ["a 1: MIT\n", "a 1, b 2\n\nDo.\n", "c 3\n\nDo not.\n"] {
            assert!(text.contains(expected), "{expected} is not in {text}");
        }
    }
}
