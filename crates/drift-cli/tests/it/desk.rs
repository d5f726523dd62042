//! A desk to work at: the real binary with folders of its own and nothing of the environment, and local Drifts.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;
use tempfile::TempDir;

/// Folders of its own; they go when this is dropped.
pub struct Desk {
    home: TempDir,
}

/// How a command ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// The JSON on standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|_| panic!("no JSON: {}{}", self.out, self.err))
    }

    /// The JSON on standard error.
    pub fn error(&self) -> Value {
        let json: Value =
            serde_json::from_str(&self.err).unwrap_or_else(|_| panic!("no JSON: {}", self.err));
        json["error"].clone()
    }
}

impl Desk {
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
    pub fn run(&self, line: &str) -> Ended {
        self.run_with(line, &[])
    }

    /// Runs it with variables of the environment.
    pub fn run_with(&self, line: &str, environment: &[(&str, &str)]) -> Ended {
        let mut command = self.command();
        command
            .args(line.split_whitespace())
            .envs(environment.iter().copied());
        ended(&command.output().expect("the binary runs"))
    }
}

pub fn ended(output: &Output) -> Ended {
    Ended {
        code: output.status.code().expect("no signal ended it"),
        out: String::from_utf8(output.stdout.clone()).expect("UTF-8"),
        err: String::from_utf8(output.stderr.clone()).expect("UTF-8"),
    }
}

/// `drift emulator` on a free port; it ends when this is dropped.
pub struct Served {
    pub child: Child,
    pub url: String,
}

impl Served {
    pub fn start(desk: &Desk, line: &str) -> Self {
        let mut command = desk.command();
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

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A place on the network that counts who comes.
pub struct Gate {
    pub url: String,
    visits: Arc<AtomicUsize>,
}

impl Gate {
    pub fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let visits = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&visits);
        std::thread::spawn(move || {
            for _ in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { url, visits }
    }

    /// How many came, after everybody who was on the way has arrived: a visit of our own comes last.
    pub fn visits(&self) -> usize {
        let before = self.visits.load(Ordering::SeqCst);
        let _own = std::net::TcpStream::connect(self.url.trim_start_matches("http://"))
            .expect("the gate is open");
        while self.visits.load(Ordering::SeqCst) == before {
            std::thread::yield_now();
        }
        self.visits.load(Ordering::SeqCst) - 1
    }
}
