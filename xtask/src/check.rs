//! `cargo xtask check`: is everything that is made from the contract up to date, and is the code in order?
//! It needs Rust and nothing else.

use std::path::Path;

use crate::contract::{CONTRACT, artifacts, gateway, lint, schemas};
use crate::generator::Failure;
use crate::tidy;
use crate::util::{cargo, diff, workspace};

type Check = fn() -> Result<(), Failure>;

/// Runs every check, prints what is wrong, and fails when anything was.
pub fn run() -> Result<(), Failure> {
    let checks: [(&str, Check); 7] = [
        ("contract", lint::own_rules),
        ("made from the contract", up_to_date),
        ("schemas of the types", schemas::compare),
        ("tidy", tidy::run),
        ("format", || {
            cargo::run(&["fmt", "--all", "--check", "--", "-l"])
        }),
        ("clippy", clippy),
        ("documentation", documentation),
    ];
    let mut failed = Vec::new();
    for (name, check) in checks {
        eprintln!("check: {name}");
        if let Err(failure) = check() {
            eprintln!("{failure}");
            failed.push(name);
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(format!("these checks failed: {}", failed.join(", ")).into())
}

fn up_to_date() -> Result<(), Failure> {
    let root = workspace::root();
    let yaml = workspace::read(&root.join(CONTRACT))?;
    let overlay = workspace::read(&root.join(gateway::OVERLAY))?;
    let stale = stale(&root, &yaml, &overlay)?;
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{}\nRun `cargo xtask generate` and commit what it writes.",
        stale.join("\n")
    )
    .into())
}

/// A diff of each file below `root` that differs from what the contract makes.
pub fn stale(root: &Path, yaml: &str, overlay: &str) -> Result<Vec<String>, Failure> {
    let mut diffs = Vec::new();
    for artifact in artifacts::of(yaml, overlay)? {
        let found = workspace::read_if_there(&root.join(artifact.path))?.unwrap_or_default();
        diffs.extend(diff::unified(artifact.path, &found, &artifact.text));
    }
    Ok(diffs)
}

fn clippy() -> Result<(), Failure> {
    cargo::run(&[
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ])
}

fn documentation() -> Result<(), Failure> {
    cargo::run_with(
        &["doc", "--quiet", "--workspace", "--no-deps", "--lib"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::stale;
    use crate::contract::{artifacts, lint};
    use crate::generator;
    use crate::util::workspace;

    const YAML: &str = include_str!("../../openapi/contacts.yaml");
    const OVERLAY: &str = include_str!("../../openapi/gateway.overlay.yaml");
    const JSON: &str = "openapi/contacts.json";
    const SNAPSHOT: &str = "crates/drift-sdk/tests/snapshots/generated_code__client.snap";

    /// A folder in which everything is as the contract makes it.
    fn fresh() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for artifact in artifacts::of(YAML, OVERLAY).expect("the contract is whole") {
            let path = folder.path().join(artifact.path);
            workspace::write(&path, &artifact.text).expect("a file can be written");
        }
        folder
    }

    /// The files of the folder that this contract makes otherwise.
    fn stale_files(folder: &Path, yaml: &str) -> Vec<&'static str> {
        let diffs = stale(folder, yaml, OVERLAY).expect("the contract is whole");
        let made = artifacts::of(yaml, OVERLAY).expect("the contract is whole");
        let paths = made.iter().map(|artifact| artifact.path);
        paths
            .filter(|path| diffs.iter().any(|diff| diff.contains(path)))
            .collect()
    }

    fn changed(from: &str, to: &str) -> String {
        let yaml = YAML.replace(from, to);
        assert_ne!(yaml, YAML, "the contract has no {from:?}");
        yaml
    }

    #[test]
    fn what_was_just_made_is_not_stale() {
        assert!(stale_files(fresh().path(), YAML).is_empty());
    }

    #[test]
    fn a_stale_and_a_missing_file_are_named() {
        let folder = fresh();
        let snapshot = folder.path().join(SNAPSHOT);
        let text = workspace::read(&snapshot).expect("it was just written");
        workspace::write(
            &snapshot,
            &text.replace("pub struct Contact ", "pub struct Kontact "),
        )
        .expect("a file can be written");
        std::fs::remove_file(folder.path().join(JSON)).expect("it was just written");
        assert_eq!(stale_files(folder.path(), YAML), [JSON, SNAPSHOT]);
    }

    #[test]
    fn a_renamed_operation_shows_in_client_mocks_and_json() {
        let yaml = changed("operationId: getContact\n", "operationId: readContact\n");
        let folder = fresh();
        let diffs = stale(folder.path(), &yaml, OVERLAY)
            .expect("the contract is whole")
            .join("\n");
        for expected in [
            "+    pub async fn read_contact",
            "+    pub struct ReadContactWhen",
            "+        \"operationId\": \"readContact\"",
        ] {
            assert!(diffs.contains(expected), "{expected} is not in\n{diffs}");
        }
    }

    #[test]
    fn a_misspelt_key_is_a_finding_at_its_place() {
        let yaml = changed("operationId: getContact\n", "operationid: getContact\n");
        let contract = generator::parse(&yaml).expect("it is YAML");
        let found = lint::findings(&contract);
        let place = "/paths/~1contacts~1{contactId}/get";
        assert!(found.iter().any(|one| one.place == place), "{found:?}");
    }

    #[test]
    fn a_contract_that_cannot_be_read_names_its_file_and_line() {
        let failure =
            stale(fresh().path(), &changed("paths:\n", "paths: [\n"), OVERLAY).expect_err("broken");
        let failure = failure.to_string();
        assert!(failure.starts_with("openapi/contacts.yaml: "), "{failure}");
        assert!(failure.contains("line"), "{failure}");
    }
}
