//! A home folder and a local Drift for the real command, whose command lines are data.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use drift_emulator::Emulator;
use tempfile::TempDir;

/// How a command ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Folders of its own, and a local Drift.
pub struct Home {
    pub emulator: Emulator,
    folder: TempDir,
}

impl Home {
    pub async fn new() -> Self {
        Self {
            emulator: Emulator::start().await.expect("the emulator starts"),
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Copies a stored file to where users have it, readable by its owner alone.
    pub fn put(&self, stored: &str, to: &str) -> PathBuf {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen/stored");
        let content = std::fs::read(from.join(stored)).expect(stored);
        self.write(to, &content)
    }

    /// Writes a file that its owner alone can read.
    pub fn write(&self, to: &str, content: &[u8]) -> PathBuf {
        let path = self.path().join(to);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(&path, content).expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let own = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(&path, own).expect("permissions");
        }
        path
    }

    /// The command with the folders and the local Drift, and nothing else of the environment.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drift"));
        command.env_clear().current_dir(self.path());
        for (variable, folder) in [
            ("HOME", "home"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_CONFIG_HOME", "config"),
        ] {
            command.env(variable, self.path().join(folder));
        }
        command
            .env("DRIFT_TOKEN", self.emulator.token())
            .env("DRIFT_BASE_URL", self.emulator.url());
        command
    }

    /// Runs a line as a shell would: `VARIABLE=value words of arguments < standard input`. A variable that is given
    /// no value is not set.
    pub fn run(&self, line: &str) -> Ended {
        let (line, input) = line.split_once(" < ").unwrap_or((line, ""));
        let mut words = line.split_whitespace().peekable();
        let mut command = self.command();
        while let Some((name, value)) = words.peek().and_then(|word| word.split_once('=')) {
            if !name.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
                break;
            }
            match value {
                "" => command.env_remove(name),
                value => command.env(name, value),
            };
            words.next();
        }
        ended(&run(command.args(words), input))
    }
}

fn run(command: &mut Command, input: &str) -> Output {
    let pipes = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("the binary runs");
    let mut stdin = child.stdin.take().expect("it is piped");
    // A command that does not read may have ended.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("its end")
}

fn ended(output: &Output) -> Ended {
    Ended {
        code: output.status.code().expect("no signal ended it"),
        out: String::from_utf8(output.stdout.clone()).expect("UTF-8"),
        err: String::from_utf8(output.stderr.clone()).expect("UTF-8"),
    }
}
