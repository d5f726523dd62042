//! Licences, versions and places of the dependencies, by cargo-deny and deny.toml.

use std::process::Command;

use crate::generator::Failure;
use crate::{tool, workspace};

/// The release that `.ci/install` installs.
const NEEDED: &str = "run .ci/install, or `cargo install cargo-deny --locked --version 0.20.2`";

/// What cargo-deny complains of, as it says it, or that there is no cargo-deny.
pub fn check() -> Result<Option<String>, Failure> {
    let mut deny = Command::new("cargo-deny");
    deny.args(["--locked", "check", "--hide-inclusion-graph"])
        .args(["licenses", "bans", "sources"])
        .current_dir(workspace::root());
    let output = tool::output(&mut deny, NEEDED)?;
    let said = String::from_utf8_lossy(&output.stderr);
    let complaint = format!("deny.toml: cargo-deny complains\n{}", said.trim());
    Ok((!output.status.success()).then_some(complaint))
}
