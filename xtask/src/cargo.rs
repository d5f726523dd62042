//! Runs cargo, its output shown as it comes.

use std::process::Command;

use crate::generator::Failure;
use crate::workspace;

/// Runs `cargo` in the root with these arguments.
pub fn run(arguments: &[&str]) -> Result<(), Failure> {
    run_with(arguments, &[])
}

/// The same, with variables set.
pub fn run_with(arguments: &[&str], variables: &[(&str, &str)]) -> Result<(), Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(workspace::root())
        .status()?;
    if status.success() {
        return Ok(());
    }
    Err(format!("`cargo {}` failed", arguments.join(" ")).into())
}
