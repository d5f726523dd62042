//! The server under load, in a process of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use super::Fault;
use super::load::{Kind, Report};

/// A server in a process of its own.
pub struct Server {
    kind: String,
    path: String,
    process: Child,
    address: String,
    /// Contacts that were created on it.
    pub created: u64,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts a server, in memory or on a file of its own.
    pub fn start(server: &str, on_file: bool) -> Result<Self, Fault> {
        let folder = tempfile::tempdir_in(
            std::env::var_os("DRIFT_BENCH_DIR").unwrap_or_else(|| ".".into()),
        )?;
        let path = folder.path().join("contacts.db");
        let path = if on_file {
            path.to_string_lossy().into_owned()
        } else {
            "memory".to_owned()
        };
        let (process, address) = spawn(server, &path)?;
        Ok(Server {
            kind: server.to_owned(),
            path,
            process,
            address,
            created: 0,
            _folder: folder,
        })
    }

    /// Kills the server and starts it again on the same file; the seconds until it listens.
    pub fn restart(&mut self) -> Result<f64, Fault> {
        self.process.kill()?;
        self.process.wait()?;
        let began = Instant::now();
        (self.process, self.address) = spawn(&self.kind, &self.path)?;
        Ok(began.elapsed().as_secs_f64())
    }

    /// Asks for a page; the seconds until all of it is there.
    pub fn page(&self, path: &str) -> Result<f64, Fault> {
        let began = Instant::now();
        let mut socket = TcpStream::connect(&self.address)?;
        write!(
            socket,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )?;
        let mut response = String::new();
        socket.read_to_string(&mut response)?;
        if response.starts_with("HTTP/1.1 200") {
            Ok(began.elapsed().as_secs_f64())
        } else {
            Err("the page is not there".into())
        }
    }

    /// Loads the server for some seconds.
    pub fn load(&mut self, kind: Kind, seconds: f64) -> Result<Report, Fault> {
        let before = self.cpu();
        let known = self.created.to_string();
        let arguments = [
            "load",
            &self.address,
            &kind.to_string(),
            &seconds.to_string(),
            &known,
            &known,
        ];
        let output = pinned("1", &arguments)?.stderr(Stdio::inherit()).output()?;
        let mut report: Report = String::from_utf8(output.stdout)?.trim().parse()?;
        if kind == Kind::Create {
            self.created += report.requests;
        }
        report.cpu_us = (self.cpu() - before) / report.requests.max(1) as f64;
        Ok(report)
    }

    /// CPU time so far, in microseconds; 0 where there is no `/proc`.
    fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))
            .unwrap_or_default();
        let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let ticks = fields
            .split(' ')
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<f64>().ok());
        ticks.sum::<f64>() * 10_000.0
    }

    /// Memory in use; 0 where there is no `/proc`.
    pub fn memory_mib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))
            .unwrap_or_default();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap_or("0");
        line.split_whitespace()
            .find_map(|word| word.parse::<u64>().ok())
            .unwrap_or(0)
            / 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}

/// A server's process and its address.
fn spawn(server: &str, path: &str) -> Result<(Child, String), Fault> {
    let mut process = pinned("0", &["serve", server, path])?
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut address = String::new();
    let output = process.stdout.take().ok_or("no output")?;
    BufReader::new(output).read_line(&mut address)?;
    Ok((process, address.trim().to_owned()))
}

fn pinned(core: &str, arguments: &[&str]) -> Result<Command, Fault> {
    let own = std::env::current_exe()?;
    let pins = Command::new("taskset")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut command = match pins {
        Ok(status) if status.success() && cores > 1 => {
            let mut command = Command::new("taskset");
            command.args(["-c", core]).arg(own);
            command
        }
        _ => Command::new(own),
    };
    command.args(arguments);
    Ok(command)
}
