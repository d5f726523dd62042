//! `cargo xtask dependencies`: licences, versions and sources of the dependencies, and which crate of ours may use which,
//! by cargo-deny and deny.toml.

use std::process::Command;

use crate::generator::Failure;
use crate::util::{tool, workspace};

/// The release that `.ci/install` installs.
const NEEDED: &str =
    "install it with `cargo install cargo-deny --locked --version 0.20.2` (.ci/install does)";

/// Fails with what cargo-deny reports.
pub fn run() -> Result<(), Failure> {
    check(&["licenses", "sources"], &[])?;
    // Tests may use more of our own crates than what is shipped.
    check(&["bans"], &["--exclude-dev"])
}

fn check(checks: &[&str], options: &[&str]) -> Result<(), Failure> {
    let mut deny = Command::new("cargo-deny");
    deny.arg("--locked")
        .args(options)
        .args(["check", "--hide-inclusion-graph"])
        .args(checks)
        .current_dir(workspace::root());
    let output = tool::output(&mut deny, NEEDED)?;
    if output.status.success() {
        return Ok(());
    }
    let report = String::from_utf8_lossy(&output.stderr);
    Err(format!("deny.toml: cargo-deny reports\n{}", report.trim()).into())
}
