//! The emulator and the import measure themselves, by examples of their crates: here they are run.

use std::process::Command;

use crate::generator::Failure;
use crate::util::tool;
use crate::util::workspace;

/// Creates and look-ups beside the bare axum floor, and growth to 1,000,000 contacts.
pub fn emulator(quick: bool) -> Result<String, Failure> {
    let arguments: &[&str] = if quick { &["0.3", "1"] } else { &[] };
    example("drift-emulator", "throughput", arguments)
}

/// Rows per second beside a bare loop of `create`, and memory from 10,000 to 1,000,000 rows.
pub fn import(quick: bool) -> Result<String, Failure> {
    let (rate, memory): (&[&str], &[&str]) = if quick {
        (&["rate", "1000", "1"], &["memory", "1000", "10000"])
    } else {
        (&["rate", "200000", "9"], &["memory", "10000", "1000000"])
    };
    let rate = example("drift-import", "measure", rate)?;
    let memory = example("drift-import", "measure", memory)?;
    Ok(format!("{rate}\n{memory}"))
}

/// What an example of a package prints, as it stands.
fn example(package: &str, name: &str, arguments: &[&str]) -> Result<String, Failure> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .args([
            "run",
            "--quiet",
            "--release",
            "-p",
            package,
            "--example",
            name,
            "--",
        ])
        .args(arguments)
        .current_dir(workspace::root());
    let output = tool::output(&mut command, "cargo is needed")?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(format!("```text\n{}\n```\n", text.trim()))
}
