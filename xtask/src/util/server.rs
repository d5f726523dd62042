//! Servers that are programs of their own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::generator::Failure;

/// A server in a process of its own, which prints its URL, and ends with its standard input.
pub struct Server {
    process: Child,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
}

impl Server {
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
        if url.is_empty() {
            let program = command.get_program().to_string_lossy();
            return Err(format!("{program} ended without printing its URL").into());
        }
        Ok(Self { process, url })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}
