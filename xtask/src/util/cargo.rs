//! Runs cargo, its output shown as it comes.

use std::process::Command;

use serde_json::Value;

use crate::generator::Failure;
use crate::util::workspace;

/// Runs `cargo` in the root with these arguments.
pub fn run(arguments: &[&str]) -> Result<(), Failure> {
    run_with(arguments, &[])
}

/// The same, with variables set.
pub fn run_with(arguments: &[&str], variables: &[(&str, &str)]) -> Result<(), Failure> {
    let status = command(arguments, variables).status()?;
    if status.success() {
        return Ok(());
    }
    Err(failed(arguments).into())
}

/// The same, with what it says shown only when it fails.
pub fn run_quietly(arguments: &[&str], variables: &[(&str, &str)]) -> Result<(), Failure> {
    let output = command(arguments, variables).output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let warned = String::from_utf8_lossy(&output.stderr);
    Err(format!("{said}{warned}{}", failed(arguments)).into())
}

/// What cargo knows of the packages of the workspace.
pub fn metadata() -> Result<Value, Failure> {
    let said = output(&["metadata", "--format-version", "1", "--no-deps"])?;
    Ok(serde_json::from_slice(&said)?)
}

/// The same with every dependency, as they are resolved for a platform.
pub fn resolved(host: &str) -> Result<Value, Failure> {
    let said = output(&[
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--filter-platform",
        host,
    ])?;
    Ok(serde_json::from_slice(&said)?)
}

/// The triple of this machine, such as `x86_64-unknown-linux-gnu`.
pub fn host() -> Result<String, Failure> {
    let said = String::from_utf8(output(&["--version", "--verbose"])?)?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host
        .ok_or("`cargo --version --verbose` names no host")?
        .to_owned())
}

/// What it prints.
fn output(arguments: &[&str]) -> Result<Vec<u8>, Failure> {
    let output = command(arguments, &[]).output()?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let warned = String::from_utf8_lossy(&output.stderr);
    Err(format!("{warned}{}", failed(arguments)).into())
}

fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(workspace::root());
    command
}

fn failed(arguments: &[&str]) -> String {
    format!("`cargo {}` failed", arguments.join(" "))
}
