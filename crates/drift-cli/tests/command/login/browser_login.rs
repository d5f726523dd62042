//! A login that waits for its browser, as a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStderr, Stdio};

use super::stored;
use crate::support::{EmulatorProcess, Finished, Workspace};

/// The emulator's app: its client id and secret.
pub const APP: &str = "sandbox-app\nsandbox-secret\n";

/// What no output may contain.
const SECRETS: [&str; 1] = ["sandbox-secret"];

/// A login that waits for the browser.
pub struct BrowserLogin {
    child: Child,
    notes: BufReader<ChildStderr>,
    seen: String,
    /// What a person opens.
    pub address: String,
}

impl BrowserLogin {
    /// Starts it, gives it the app, and waits for the address.
    pub fn start(workspace: &Workspace, line: &str, app: &str) -> Self {
        let mut command = workspace.command();
        command.args(line.split_whitespace());
        Self::of(command, app)
    }

    /// Starts it with an environment of its own.
    pub fn of(mut command: std::process::Command, app: &str) -> Self {
        let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = pipes.stderr(Stdio::piped()).spawn().expect("it runs");
        let mut input = child.stdin.take().expect("it is piped");
        input.write_all(app.as_bytes()).expect("it is read");
        drop(input);
        let mut notes = BufReader::new(child.stderr.take().expect("it is piped"));
        let mut seen = String::new();
        notes.read_line(&mut seen).expect("a line");
        let address = seen.split_whitespace().next_back().unwrap_or_default();
        let address = address.trim_end_matches(['"', '}']).to_owned();
        assert!(address.starts_with("http://"), "{seen}");
        Self {
            child,
            notes,
            seen,
            address,
        }
    }

    /// The parameter `state` of the address.
    pub fn state(&self) -> &str {
        self.address.rsplit("state=").next().expect("a state")
    }

    /// Waits for the command to end.
    pub fn finish(mut self) -> Finished {
        let mut stdout = String::new();
        let mut out = self.child.stdout.take().expect("it is piped");
        out.read_to_string(&mut stdout).expect("text");
        self.notes.read_to_string(&mut self.seen).expect("text");
        let code = self.child.wait().expect("it ends").code();
        Finished {
            code: code.expect("no signal ended it"),
            stdout,
            stderr: self.seen,
        }
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    socket.local_addr().expect("an address").port()
}

/// An emulator, and the line that logs in to it.
pub fn place(workspace: &Workspace, options: &str) -> (EmulatorProcess, String) {
    let emulator = EmulatorProcess::start(workspace, options);
    let line = format!(
        "login --no-browser --profile acme --base-url {} --redirect http://127.0.0.1:{}/callback",
        emulator.url,
        free_port()
    );
    (emulator, line)
}

/// Neither an output nor the page of a browser shows a secret or a token, whatever is in the files.
pub fn assert_silent(workspace: &Workspace, seen: &str) {
    for secret in SECRETS {
        assert!(!seen.contains(secret), "{secret} in {seen}");
    }
    for (name, text) in stored(workspace) {
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        let secrets = words.filter(|word| !name.ends_with("toml") && word.len() > 20);
        for secret in secrets {
            assert!(!seen.contains(secret), "{name}: {secret} in {seen}");
        }
    }
}
