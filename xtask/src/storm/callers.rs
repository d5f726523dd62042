//! The callers: programs in four languages, each with a part of the creates.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use crate::generator::Failure;
use crate::util::{tool, workspace};

/// The languages, as a person calls them.
pub const NAMES: [&str; 4] = ["Go", "Node.js", "Python", "Ruby"];

/// A final response, as a caller printed it.
pub struct Response {
    /// `create-7`, or `rival-50`.
    pub name: String,
    pub status: u16,
    pub outcome: String,
    pub body: String,
}

/// The programs that run.
pub struct Callers {
    running: Vec<(Child, JoinHandle<Vec<String>>)>,
    finished: Arc<AtomicUsize>,
}

impl Callers {
    /// Starts all of them; each makes every fourth contact.
    pub fn start(home: &Path, url: &str, token: &str, creates: usize) -> Result<Self, Failure> {
        let finished = Arc::<AtomicUsize>::default();
        let mut callers = Self {
            running: Vec::new(),
            finished: finished.clone(),
        };
        let programs = programs(home)?;
        let step = programs.len().to_string();
        for (first, mut program) in programs.into_iter().enumerate() {
            program
                .args([url, token, &first.to_string(), &step, &creates.to_string()])
                .stdin(Stdio::null())
                .stdout(Stdio::piped());
            let mut child = program.spawn()?;
            let output = child.stdout.take().ok_or("no output")?;
            let finished = finished.clone();
            let lines = thread::spawn(move || lines(output, &finished));
            callers.running.push((child, lines));
        }
        Ok(callers)
    }

    /// How many creates have their final response.
    pub fn finished(&self) -> usize {
        self.finished.load(Ordering::Relaxed)
    }

    /// All final responses, once the programs have ended.
    pub fn responses(mut self) -> Result<Vec<Response>, Failure> {
        let mut responses = Vec::new();
        for (mut child, lines) in std::mem::take(&mut self.running) {
            let lines = lines.join().map_err(|_| "a reader of lines failed")?;
            if !child.wait()?.success() {
                return Err("a caller failed".into());
            }
            for line in lines {
                responses.push(response(&line)?);
            }
        }
        Ok(responses)
    }
}

impl Drop for Callers {
    fn drop(&mut self) {
        for (child, _) in &mut self.running {
            let _gone = child.kill();
            let _gone = child.wait();
        }
    }
}

fn lines(output: ChildStdout, finished: &AtomicUsize) -> Vec<String> {
    let lines = BufReader::new(output).lines().map_while(Result::ok);
    lines
        .inspect(|line| {
            finished.fetch_add(usize::from(line.starts_with("create-")), Ordering::Relaxed);
        })
        .collect()
}

fn response(line: &str) -> Result<Response, Failure> {
    let mut parts = line.splitn(4, '\t').map(str::to_owned);
    let mut next = || {
        parts
            .next()
            .ok_or_else(|| format!("a caller printed {line:?}"))
    };
    Ok(Response {
        name: next()?,
        status: next()?.parse()?,
        outcome: next()?,
        body: next()?,
    })
}

/// How each is started.
fn programs(home: &Path) -> Result<[Command; 4], Failure> {
    let folder = workspace::root().join("tests/storm");
    let built = home.join("caller");
    let mut build = Command::new("go");
    build.args(["build", "-o"]).arg(&built);
    tool::run(build.arg(folder.join("caller.go")), "the storm needs Go")?;
    let script = |program: &str, name: &str| {
        let mut command = Command::new(program);
        command.arg(folder.join(name));
        command
    };
    Ok([
        Command::new(built),
        script("node", "caller.mjs"),
        script("python3", "caller.py"),
        script("ruby", "caller.rb"),
    ])
}
