//! The programs of the package `drift-bench`: built, started, pinned to a core.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::generator::Failure;
use crate::util::cargo;
use crate::util::server::Server;
use crate::util::tool;
use crate::util::workspace;

/// Builds programs of a package with all optimisation, and returns the folder that they are in.
pub fn built(package: &str) -> Result<PathBuf, Failure> {
    cargo::run_quietly(&["build", "--release", "--package", package, "--bins"], &[])?;
    Ok(tool::target().join("release"))
}

/// The clients in other languages.
pub fn scripts() -> PathBuf {
    workspace::root().join("benches/scripts")
}

/// A program on one core of its own, where there are two and `taskset` is at hand.
pub fn pinned(core: usize, program: &Path) -> Command {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let at_hand = Command::new("taskset")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if cores < 2 || !at_hand {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string()]).arg(program);
    command
}

/// The server that only answers.
pub fn answering(programs: &Path, arguments: &[&str]) -> Result<Server, Failure> {
    Server::start(pinned(0, &programs.join("answer")).args(arguments))
}

/// Numbers that a program prints in one line.
pub fn numbers(command: &mut Command) -> Result<Vec<f64>, Failure> {
    let output = tool::output(command, "it is needed for this measurement")?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let text = String::from_utf8(output.stdout)?;
    let numbers = text.split_whitespace().map(str::parse::<f64>);
    Ok(numbers.collect::<Result<_, _>>()?)
}
