//! Runs the real binary in a temporary folder of its own, without the environment of the test.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A temporary folder; it is removed when this is dropped.
pub struct Workspace {
    home: TempDir,
}

/// A command that has finished: its exit code, standard output and standard error.
pub struct Finished {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Finished {
    /// The JSON on standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|_| panic!("no JSON: {}{}", self.stdout, self.stderr))
    }

    /// The JSON on standard error.
    pub fn error(&self) -> Value {
        let json: Value = serde_json::from_str(&self.stderr)
            .unwrap_or_else(|_| panic!("no JSON: {}", self.stderr));
        json["error"].clone()
    }
}

impl Workspace {
    pub fn new() -> Self {
        Self {
            home: tempfile::tempdir().expect("a folder"),
        }
    }

    pub fn path(&self) -> &Path {
        self.home.path()
    }

    /// The command, with nothing of the environment but where its folders are.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drift"));
        command
            .env_clear()
            .current_dir(self.path())
            .stdin(Stdio::null());
        command.env("HOME", self.path());
        for (variable, folder) in [
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_CONFIG_HOME", "config"),
        ] {
            command.env(variable, self.path().join(folder));
        }
        command
    }

    /// Runs it with arguments that are separated by spaces.
    pub fn run(&self, line: &str) -> Finished {
        self.run_with(line, &[])
    }

    /// Runs it with variables of the environment.
    pub fn run_with(&self, line: &str, environment: &[(&str, &str)]) -> Finished {
        let mut command = self.command();
        command
            .args(line.split_whitespace())
            .envs(environment.iter().copied());
        finished(&command.output().expect("the binary runs"))
    }
}

pub fn finished(output: &Output) -> Finished {
    Finished {
        code: output.status.code().expect("no signal ended it"),
        stdout: String::from_utf8(output.stdout.clone()).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr.clone()).expect("UTF-8"),
    }
}

/// Runs a command with this text on its standard input. A command that fails early may not read it.
pub fn finish_with_input(mut command: Command, input: &str) -> Finished {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    let mut stdin = child.stdin.take().expect("it is piped");
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    finished(&child.wait_with_output().expect("it ends"))
}

/// The environment of an account.
pub fn account<'a>(token: &'a str, base_url: &'a str) -> [(&'a str, &'a str); 2] {
    [("DRIFT_TOKEN", token), ("DRIFT_BASE_URL", base_url)]
}
