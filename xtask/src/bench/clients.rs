//! The clients that are compared: ours, and scripts in other languages, as far as their tools are here.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::program;
use crate::generator::Failure;
use crate::util::tool;

/// A program that creates contacts and prints `COUNT CPU_NS WALL_NS MEDIAN_NS`.
pub struct Client {
    /// The name in tables.
    pub name: String,
    /// How many creates give a steady figure.
    pub count: usize,
    program: PathBuf,
    arguments: Vec<String>,
}

impl Client {
    /// One of `drift-bench`.
    pub fn ours(programs: &Path, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            count: 20_000,
            program: programs.join("create"),
            arguments: vec![name.to_owned()],
        }
    }

    /// What it prints when it is driven: creates, CPU, clock and median latency in nanoseconds.
    pub fn numbers(&self, url: &str, in_flight: usize, count: usize) -> Result<Vec<f64>, Failure> {
        program::numbers(&mut self.command(url, in_flight, count))
    }

    /// The same with one in flight, and a pause of so many milliseconds before each create.
    pub fn after_pauses(&self, url: &str, count: usize, pause: u32) -> Result<Vec<f64>, Failure> {
        let mut command = self.command(url, 1, count);
        program::numbers(command.arg(pause.to_string()))
    }

    /// The command that drives it, on the second core.
    fn command(&self, url: &str, in_flight: usize, count: usize) -> Command {
        let mut command = program::pinned(1, &self.program);
        command
            .args(&self.arguments)
            .args([url, &in_flight.to_string(), &count.to_string()]);
        command
    }
}

/// Makes the clients of one language.
type Make = fn() -> Result<Vec<Client>, Failure>;

/// Clients in other languages. One whose tools cannot be had is named on standard error, and left out.
pub fn others() -> Vec<Client> {
    let wanted: [(&str, Make); 4] = [
        ("Node", node),
        ("Python", python),
        ("Ruby", ruby),
        ("Java", java),
    ];
    let mut clients = Vec::new();
    for (language, make) in wanted {
        match make() {
            Ok(made) => clients.extend(made),
            Err(failure) => eprintln!("{language} is left out: {failure}"),
        }
    }
    clients
}

fn script(name: &str, count: usize, program: PathBuf, arguments: Vec<String>) -> Client {
    Client {
        name: name.to_owned(),
        count,
        program,
        arguments,
    }
}

fn node() -> Result<Vec<Client>, Failure> {
    let folder = copied(
        "bench-node",
        &[
            "drive.mjs",
            "fetch.mjs",
            "undici.mjs",
            "axios.mjs",
            "package.json",
        ],
    )?;
    let install = ["install", "--no-audit", "--no-fund", "--silent"];
    let needed = "install Node with npm";
    tool::run(
        Command::new("npm").args(install).current_dir(&folder),
        needed,
    )?;
    let of = |name: &str, file: &str, count| {
        let path = folder.join(file).display().to_string();
        script(name, count, "node".into(), vec![path])
    };
    Ok(vec![
        of("undici (Node)", "undici.mjs", 8_000),
        of("fetch (Node)", "fetch.mjs", 4_000),
        of("axios (Node)", "axios.mjs", 4_000),
    ])
}

fn python() -> Result<Vec<Client>, Failure> {
    let folder = copied(
        "bench-python",
        &[
            "drive.py",
            "with_requests.py",
            "with_httpx.py",
            "requirements.txt",
        ],
    )?;
    let needed = "install Python with venv";
    let python = folder.join("venv/bin/python");
    if !python.exists() {
        tool::run(
            Command::new("python3")
                .args(["-m", "venv"])
                .arg(folder.join("venv")),
            needed,
        )?;
    }
    let install = ["-m", "pip", "install", "--quiet", "-r", "requirements.txt"];
    tool::run(
        Command::new(&python).args(install).current_dir(&folder),
        needed,
    )?;
    let of = |name: &str, file: &str| {
        let path = folder.join(file).display().to_string();
        script(name, 1_000, python.clone(), vec![path])
    };
    Ok(vec![
        of("requests (Python)", "with_requests.py"),
        of("httpx (Python)", "with_httpx.py"),
    ])
}

fn ruby() -> Result<Vec<Client>, Failure> {
    tool::run(Command::new("ruby").arg("--version"), "install Ruby")?;
    let path = program::scripts().join("net_http.rb").display().to_string();
    Ok(vec![script(
        "net/http (Ruby)",
        2_000,
        "ruby".into(),
        vec![path],
    )])
}

fn java() -> Result<Vec<Client>, Failure> {
    let folder = copied("bench-java", &["pom.xml", "OkHttp.java"])?;
    let needed = "install a JDK with Maven";
    let jars = folder.join("jars");
    let copy = [
        "-q",
        "-B",
        "dependency:copy-dependencies",
        "-DoutputDirectory=jars",
    ];
    if !jars.exists() {
        tool::run(Command::new("mvn").args(copy).current_dir(&folder), needed)?;
    }
    let path = format!("{}/*:{}", jars.display(), folder.display());
    let compile = ["-cp", &path, "OkHttp.java"];
    tool::run(
        Command::new("javac").args(compile).current_dir(&folder),
        needed,
    )?;
    let arguments = ["-cp", &path, "OkHttp"].map(str::to_owned).to_vec();
    Ok(vec![script(
        "OkHttp (Java)",
        20_000,
        "java".into(),
        arguments,
    )])
}

/// The scripts in a folder below the target folder, where their packages are installed beside them.
fn copied(folder: &str, files: &[&str]) -> Result<PathBuf, Failure> {
    let folder = tool::folder(folder)?;
    for file in files {
        std::fs::copy(program::scripts().join(file), folder.join(file))?;
    }
    Ok(folder)
}
