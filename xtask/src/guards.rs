//! `cargo xtask guards`: do the linter and the comparer notice copies of the contract that are broken on purpose?

use std::fs;

use crate::breaking::broken;
use crate::generator::{self, Failure};
use crate::lint::redocly;
use crate::tool;
use crate::workspace::{self, CONTRACT};

/// Fails when one of them passes what it should not.
pub fn run() -> Result<(), Failure> {
    let yaml = workspace::read(&workspace::root().join(CONTRACT))?;
    linter(&yaml)?;
    broken::prove(&generator::parse(&yaml)?)
}

/// One fault that Redocly knows: two operations of one id.
fn linter(yaml: &str) -> Result<(), Failure> {
    let path = tool::folder("guards")?.join("broken.yaml");
    fs::write(
        &path,
        yaml.replace("operationId: deleteContact\n", "operationId: getContact\n"),
    )?;
    match redocly::findings(&path)? {
        Some(report) if report.contains("operation-operationId-unique") => Ok(()),
        _ => Err("Redocly passed a contract with two operations of one id".into()),
    }
}
