//! `cargo xtask check`: is everything that is made from the contract up to date, and is the code in order?

use std::path::Path;

use crate::generator::Failure;
use crate::workspace::{self, CONTRACT};
use crate::{artifacts, cargo, diff, guards, lint, samples, schemas};

type Check = fn() -> Result<(), Failure>;

/// Runs every check, prints what is wrong, and fails when anything was.
pub fn run() -> Result<(), Failure> {
    let checks: [(&str, Check); 7] = [
        ("contract", lint::run),
        ("guards", guards::run),
        ("made from the contract", up_to_date),
        ("schemas of the types", schemas::compare),
        ("format", || cargo::run(&["fmt", "--all", "--check"])),
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
    let stale = stale(&root, &yaml)?;
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
pub fn stale(root: &Path, yaml: &str) -> Result<Vec<String>, Failure> {
    let mut diffs = Vec::new();
    for artifact in artifacts::of(yaml, &samples::all(root)?)? {
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
