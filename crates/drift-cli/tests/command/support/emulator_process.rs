//! `drift emulator` as a process of its own.

use std::io::{BufRead, BufReader};
#[cfg(unix)]
use std::process::Command;
use std::process::{Child, Stdio};

use super::workspace::Workspace;

/// `drift emulator` on a free port; it ends when this is dropped.
pub struct EmulatorProcess {
    pub child: Child,
    pub url: String,
}

impl EmulatorProcess {
    pub fn start(workspace: &Workspace, line: &str) -> Self {
        let mut command = workspace.command();
        command
            .args(["emulator", "--port", "0"])
            .args(line.split_whitespace());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let mut url = String::new();
        let out = child.stdout.as_mut().expect("it is piped");
        BufReader::new(out)
            .read_line(&mut url)
            .expect("a first line");
        Self {
            child,
            url: url.trim_end().to_owned(),
        }
    }

    /// Sends a signal by the system's own command.
    #[cfg(unix)]
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
    }
}

impl Drop for EmulatorProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
