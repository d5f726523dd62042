//! Tools that are not written in Rust: installed below the target folder, in one release each.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, Output};

use crate::generator::Failure;
use crate::util::workspace;

/// Where cargo builds.
pub fn target() -> PathBuf {
    let root = workspace::root();
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root.join("target"), |folder| root.join(folder))
}

/// A folder for a tool, kept as long as the target folder is.
pub fn folder(name: &str) -> Result<PathBuf, Failure> {
    let folder = target().join("tools").join(name);
    fs::create_dir_all(&folder)?;
    Ok(fs::canonicalize(folder)?)
}

/// Runs a program, its output kept. `needed` is the error when there is no such program.
pub fn output(command: &mut Command, needed: &str) -> Result<Output, Failure> {
    command.output().map_err(|error| {
        let program = command.get_program().to_string_lossy().into_owned();
        match error.kind() {
            ErrorKind::NotFound => format!("there is no `{program}` here; {needed}").into(),
            _ => format!("{program}: {error}").into(),
        }
    })
}

/// Runs a program to its good end; all that it said is in the error.
pub fn run(command: &mut Command, needed: &str) -> Result<(), Failure> {
    success(command, needed).map(drop)
}

/// The same, with what it said as the result.
pub fn success(command: &mut Command, needed: &str) -> Result<Output, Failure> {
    let output = output(command, needed)?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let complained = String::from_utf8_lossy(&output.stderr);
    let (line, status) = (line(command), output.status);
    Err(format!("{line} failed ({status}); {needed}\n{said}{complained}").into())
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}
