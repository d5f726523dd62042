//! A terminal for one document: a folder of its own, the built command first on the path, and nothing of the
//! environment. It knows four things that a shell for each line would not:
//!
//! * `cat FILE` of a file that is not there makes it, out of what is shown;
//! * `export` lasts;
//! * a line that ends with `&` goes on, what it prints first is compared, and `--port 8080` takes a free port there,
//!   which later lines mean by 8080;
//! * a line that shows an error must fail, and every other one must not.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use regex::Regex;
use tempfile::TempDir;

use crate::document::Typed;

const WRITTEN_PORT: &str = "8080";

pub struct Terminal {
    home: TempDir,
    path: String,
    exported: Vec<(String, String)>,
    port: Option<String>,
    running: Vec<Child>,
}

impl Terminal {
    pub fn new(program: &Path) -> Self {
        let folder = program.parent().expect("a folder").display();
        let path = std::env::var("PATH").unwrap_or_default();
        Self {
            home: tempfile::tempdir().expect("a folder"),
            path: format!("{folder}:{path}"),
            exported: Vec::new(),
            port: None,
            running: Vec::new(),
        }
    }

    /// Types a line, and compares what comes with what is shown, if anything is.
    pub fn types(&mut self, typed: &Typed, document: &str) {
        let line = self.with_the_port(&typed.line);
        if self.writes(typed) || self.exports(&line) {
            return;
        }
        let printed = match line.strip_suffix('&') {
            Some(line) => self.starts(line, typed.shown.len()),
            None => self.ends(&line, typed, document),
        };
        let shown = self.with_the_port(&typed.shown.join("\n"));
        if !typed.shown.is_empty() {
            assert_eq!(
                normal(&printed),
                normal(&shown),
                "{document}: {}",
                typed.line
            );
        }
    }

    fn with_the_port(&self, text: &str) -> String {
        match &self.port {
            Some(port) => text.replace(WRITTEN_PORT, port),
            None => text.to_owned(),
        }
    }

    fn writes(&self, typed: &Typed) -> bool {
        let Some(file) = typed.line.strip_prefix("cat ").map(|it| self.file(it)) else {
            return false;
        };
        if file.exists() {
            return false;
        }
        std::fs::write(file, typed.shown.join("\n") + "\n").expect("a file");
        true
    }

    fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn exports(&mut self, line: &str) -> bool {
        let Some(pairs) = line.strip_prefix("export ") else {
            return false;
        };
        let pairs = pairs
            .split_whitespace()
            .filter_map(|pair| pair.split_once('='));
        self.exported
            .extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
        true
    }

    fn shell(&self, line: &str) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", line])
            .current_dir(self.home.path())
            .env_clear()
            .env("HOME", self.home.path())
            .env("PATH", &self.path)
            .envs(self.exported.iter().cloned())
            .stdin(Stdio::null());
        command
    }

    fn ends(&self, line: &str, typed: &Typed, document: &str) -> String {
        let output: Output = self
            .shell(&format!("{line} 2>&1"))
            .output()
            .expect("a shell");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let must_fail = typed.shown.iter().any(|line| line.starts_with("error: "));
        assert_eq!(
            output.status.success(),
            !must_fail,
            "{document}: {line}\n{printed}"
        );
        printed
    }

    /// Starts what goes on, and waits for so many lines of it; a free port is taken, and kept in mind.
    fn starts(&mut self, line: &str, lines: usize) -> String {
        let (log, wanted) = (self.file("background.log"), lines.max(1));
        let out = File::create(&log).expect("a file");
        let line = line.replace(&format!("--port {WRITTEN_PORT}"), "--port 0");
        let mut command = self.shell(&format!("exec {line}"));
        command.stderr(out.try_clone().expect("a file")).stdout(out);
        self.running.push(command.spawn().expect("a shell"));
        let printed = read_lines(&log, wanted);
        let port = Regex::new(r"127\.0\.0\.1:([0-9]+)").expect("a pattern");
        self.port = port.captures(&printed).map(|found| found[1].to_owned());
        let first: Vec<&str> = printed.lines().take(wanted).collect();
        first.join("\n")
    }
}

/// What a file holds, once it has so many lines.
fn read_lines(file: &Path, wanted: usize) -> String {
    let begun = Instant::now();
    loop {
        let mut text = String::new();
        let read = File::open(file).and_then(|mut file| file.read_to_string(&mut text));
        if read.is_ok() && text.matches('\n').count() >= wanted {
            return text;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "only came: {text}"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        for child in &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A text with what differs from run to run made equal: ids, random external ids, moments, space around.
fn normal(text: &str) -> String {
    let rules = [
        (r"241[0-9]{8}", "CONTACT-ID"),
        (r"127\.0\.0\.1:[0-9]+", "LOCAL"),
        (r"r_[0-9a-f]{32}", "EXTERNAL-ID"),
        (r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8} UTC", "MOMENT"),
    ];
    let text = rules.iter().fold(text.to_owned(), |text, (pattern, name)| {
        let pattern = Regex::new(pattern).expect("a pattern");
        pattern.replace_all(&text, *name).into_owned()
    });
    text.trim_end().to_owned()
}
