//! A workspace for imports.

use std::path::Path;
use std::process::{Command, Stdio};

use drift_emulator::Emulator;

use super::workspace::{Finished, Workspace, finish_with_input, finished};

/// A workspace with an emulator in the process of the test.
pub struct ImportWorkspace {
    pub workspace: Workspace,
    pub emulator: Emulator,
}

impl ImportWorkspace {
    pub async fn new() -> Self {
        Self {
            workspace: Workspace::new(),
            emulator: Emulator::start().await.expect("the emulator starts"),
        }
    }

    pub fn file(&self, name: &str, text: &str) {
        std::fs::write(self.workspace.path().join(name), text).expect("written");
    }

    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.workspace.path().join(name)).expect("a file")
    }

    pub fn has(&self, name: &str) -> bool {
        self.workspace.path().join(name).exists()
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = self.workspace.command();
        command
            .args(line.split_whitespace())
            .env("DRIFT_TOKEN", self.emulator.token())
            .env("DRIFT_BASE_URL", self.emulator.url())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, line: &str) -> Finished {
        finished(&self.command(line).output().expect("it runs"))
    }

    /// Runs it with this on its standard input.
    pub fn piped(&self, line: &str, input: &str) -> Finished {
        finish_with_input(self.command(line), input)
    }

    pub fn path(&self) -> &Path {
        self.workspace.path()
    }

    /// The names of files that begin and end so.
    pub fn named(&self, begin: &str, end: &str) -> Vec<String> {
        let files = std::fs::read_dir(self.workspace.path()).expect("a folder");
        let names = files.map(|file| file.expect("a file").file_name());
        let names = names.map(|name| name.into_string().expect("text"));
        names
            .filter(|name| name.starts_with(begin) && name.ends_with(end))
            .collect()
    }

    pub async fn contacts(&self) -> u64 {
        self.emulator.state().count().await.expect("a count")
    }
}

/// A CSV file with so many rows.
pub fn leads(count: usize) -> String {
    let rows = (0..count).map(|n| format!("lead{n}@example.test,Lead {n}\n"));
    format!("email,name\n{}", rows.collect::<String>())
}
