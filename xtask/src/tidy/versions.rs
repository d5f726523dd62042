//! One version for everything that is released together: crates, contract, and the packages of other languages.

use serde_json::Value;

use super::source::{Source, line_at};
use crate::contract::CONTRACT;
use crate::util::finding::Finding;
use crate::util::json::elements;

const MANIFEST: &str = "Cargo.toml";

/// Where the packages of other languages say their version; Go has its in a tag, Ruby in generated code.
const TEMPLATES: [(&str, &str); 5] = [
    ("java/pom.xml", "  <version>{{version}}</version>"),
    ("php/composer.json", "\"version\": \"{{version}}\""),
    ("python/pyproject.toml", "version = \"{{version}}\""),
    (
        "typescript-axios/package.json",
        "\"version\": \"{{version}}\"",
    ),
    (
        "typescript-fetch/package.json",
        "\"version\": \"{{version}}\"",
    ),
];

/// What says another version than `[workspace.package]` does.
pub fn check(metadata: &Value, sources: &[Source]) -> Vec<Finding> {
    let Some(version) = workspace_version(sources) else {
        return vec![Finding::in_file(
            MANIFEST,
            1,
            "has no version in [workspace.package]",
        )];
    };
    let mut found = packages(metadata, &version);
    found.extend(requirements(sources, &version));
    found.extend(contract(sources, &version));
    found.extend(templates(sources));
    found
}

/// The version in `[workspace.package]`.
pub fn workspace_version(sources: &[Source]) -> Option<String> {
    let manifest = text(sources, MANIFEST)?;
    let section = manifest.split("[workspace.package]").nth(1)?;
    quoted(section.split("\nversion = ").nth(1)?)
}

fn packages(metadata: &Value, version: &str) -> Vec<Finding> {
    let other = elements(&metadata["packages"]).filter(|package| package["version"] != version);
    other
        .map(|package| {
            let name = package["name"].as_str().unwrap_or_default();
            let message = format!(
                "`{name}` is {}; write `version.workspace = true` in its manifest",
                package["version"]
            );
            Finding::in_file(MANIFEST, 1, message)
        })
        .collect()
}

/// What one crate of the workspace asks of another, which the packed crate asks too.
fn requirements(sources: &[Source], version: &str) -> Vec<Finding> {
    let lines = text(sources, MANIFEST).unwrap_or_default().lines().zip(1..);
    let ours = lines.filter(|(line, _)| line.contains("path = \"crates/"));
    let other = ours.filter(|(line, _)| {
        let asked = line.split("version = ").nth(1).and_then(quoted);
        asked.as_deref() != Some(version)
    });
    other
        .map(|(_, number)| {
            Finding::in_file(
                MANIFEST,
                number,
                format!("asks for another version than {version}"),
            )
        })
        .collect()
}

fn contract(sources: &[Source], version: &str) -> Option<Finding> {
    let contract = text(sources, CONTRACT)?;
    let at = contract.find("\n  version: ")?;
    let stated = contract[at..]
        .trim()
        .lines()
        .next()?
        .trim_start_matches("version: ");
    (stated != version).then(|| {
        let message =
            format!("info.version is {stated}, and the crates are {version}: they move together");
        Finding::in_file(CONTRACT, line_at(contract, at + 1), message)
    })
}

fn templates(sources: &[Source]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (file, words) in TEMPLATES {
        let path = format!("xtask/src/clients/generate/packages/{file}");
        if !text(sources, &path).is_some_and(|text| text.contains(words)) {
            found.push(Finding::in_file(
                &path,
                1,
                format!("does not take its version from the contract: `{words}`"),
            ));
        }
    }
    found
}

fn text<'a>(sources: &'a [Source], path: &str) -> Option<&'a str> {
    let source = sources.iter().find(|source| source.path == path);
    source.map(|source| source.text.as_str())
}

fn quoted(text: &str) -> Option<String> {
    text.split('"').nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{TEMPLATES, check};
    use crate::tidy::source::{Source, of};
    use serde_json::json;

    const MANIFEST: &str = "[workspace.package]\nversion = \"0.2.0\"\n\n[workspace.dependencies]\na = { path = \"crates/a\", version = \"0.2.0\" }\n";
    const CONTRACT: &str = "openapi: 3.0.3\ninfo:\n  title: Contacts\n  version: 0.2.0\n";

    fn places(manifest: &str, contract: &str, package: &str) -> Vec<String> {
        let mut sources: Vec<Source> = TEMPLATES
            .iter()
            .map(|(file, words)| {
                of(
                    &format!("xtask/src/clients/generate/packages/{file}"),
                    words,
                )
            })
            .collect();
        sources.push(of("Cargo.toml", manifest));
        sources.push(of("openapi/contacts.yaml", contract));
        let metadata = json!({ "packages": [{ "name": "a", "version": package }] });
        let found = check(&metadata, &sources);
        found.into_iter().map(|found| found.place).collect()
    }

    #[test]
    fn one_version_is_everywhere() {
        let older = |text: &str, at: &str| text.replace(at, &at.replace("0.2.0", "0.1.0"));
        let cases = [
            (MANIFEST.to_owned(), CONTRACT.to_owned(), "0.2.0", vec![]),
            (
                older(MANIFEST, "crates/a\", version = \"0.2.0\""),
                CONTRACT.to_owned(),
                "0.2.0",
                vec!["Cargo.toml:5"],
            ),
            (
                MANIFEST.to_owned(),
                older(CONTRACT, "version: 0.2.0"),
                "0.2.0",
                vec!["openapi/contacts.yaml:4"],
            ),
            (
                MANIFEST.to_owned(),
                CONTRACT.to_owned(),
                "0.1.0",
                vec!["Cargo.toml:1"],
            ),
            (
                "[workspace]\n".to_owned(),
                CONTRACT.to_owned(),
                "0.2.0",
                vec!["Cargo.toml:1"],
            ),
        ];
        for (manifest, contract, package, wanted) in cases {
            assert_eq!(
                places(&manifest, &contract, package),
                wanted,
                "{manifest}{contract}{package}"
            );
        }
    }

    #[test]
    fn a_package_with_a_version_of_its_own_is_found() {
        let sources = [
            of("Cargo.toml", MANIFEST),
            of(
                "xtask/src/clients/generate/packages/php/composer.json",
                "\"version\": \"1.0\"",
            ),
        ];
        let found = check(&json!({}), &sources);
        assert_eq!(found.len(), TEMPLATES.len(), "{found:?}");
    }
}
