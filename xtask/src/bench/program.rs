//! The programs of the package `drift-bench`: built, started, pinned to a core.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::generator::Failure;
use crate::util::cargo;
use crate::util::tool;
use crate::util::workspace;

/// Builds programs of a package with all optimisation, and returns the folder that they are in.
pub fn built(package: &str) -> Result<PathBuf, Failure> {
    cargo::run_quietly(&["build", "--release", "--package", package, "--bins"], &[])?;
    Ok(target().join("release"))
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| workspace::root().join("target"), PathBuf::from)
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

/// A server in a process of its own, which prints its URL, and ends with its standard input.
pub struct Server {
    process: Child,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
}

impl Server {
    /// The server that only responds.
    pub fn answering(programs: &Path, arguments: &[&str]) -> Result<Self, Failure> {
        Self::start(pinned(0, &programs.join("answer")).args(arguments))
    }

    /// Starts any server that keeps to this.
    pub fn start(command: &mut Command) -> Result<Self, Failure> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = process.stdout.take().ok_or("no output")?;
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url)?;
        let url = url.trim().to_owned();
        Ok(Self { process, url })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
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
