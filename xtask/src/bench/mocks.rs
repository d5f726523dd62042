//! The mock servers that people use, beside the emulator: creates per second, CPU and memory.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::clients::Client;
use super::program;
use super::stats::Sample;
use super::table::Table;
use crate::contract::CONTRACT;
use crate::generator::Failure;
use crate::util::tool;
use crate::util::workspace;

/// In one release each. They take different ways of starting, so each is a line of `servers`.
const PACKAGES: [&str; 3] = [
    "@stoplight/prism-cli@5.14.2",
    "@mockoon/cli@9.3.0",
    "json-server@0.17.4",
];
const WIREMOCK: &str = "org.wiremock:wiremock-standalone:3.13.1:jar";
/// Java's server needs longest.
const START: Duration = Duration::from_secs(60);

/// A server that responds to creates.
struct Mock {
    name: &'static str,
    process: Child,
    url: String,
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}

/// Creates per second of each mock server, driven by bare hyper with 64 in flight, and memory afterwards.
pub fn measure(quick: bool) -> Result<String, Failure> {
    let programs = program::built("drift-bench")?;
    let drift = program::built("drift-cli")?.join("drift");
    let client = Client::ours(&programs, "hyper-status");
    let mut table = Table::new([
        "server",
        "creates/s",
        "of the emulator",
        "CPU/create, µs",
        "MiB",
    ]);
    let mut reference = f64::NAN;
    for (name, start) in SERVERS {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let started = start(&drift, port).and_then(|command| Mock::start(name, command, port));
        let mock = match started {
            Ok(mock) => mock,
            Err(failure) => {
                eprintln!("{name} is left out: {failure}");
                continue;
            }
        };
        match mock.measure(&client, quick) {
            Ok((rate, cpu)) => {
                if reference.is_nan() {
                    reference = rate.median();
                }
                table.row([
                    name.to_owned(),
                    rate.shown(0),
                    format!("{:.3}", rate.median() / reference),
                    format!("{cpu:.0}"),
                    mock.memory_mib().to_string(),
                ]);
            }
            Err(failure) => eprintln!("{name} is left out: {failure}"),
        }
    }
    Ok(table.to_string())
}

impl Mock {
    fn start(name: &'static str, mut command: Command, port: u16) -> Result<Self, Failure> {
        let process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let url = format!("http://127.0.0.1:{port}");
        let mock = Self { name, process, url };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if start.elapsed() > START {
                return Err(format!("{} did not listen within {START:?}", mock.name).into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(mock)
    }

    /// Creates per second by round, and the server's CPU time of a create in microseconds.
    fn measure(&self, client: &Client, quick: bool) -> Result<(Sample, f64), Failure> {
        let (rounds, count) = if quick { (1, 500) } else { (3, 3_000) };
        let mut rates = Vec::new();
        client.numbers(&self.url, 64, count)?;
        let cpu = self.cpu_us();
        for _ in 0..rounds {
            let printed = client.numbers(&self.url, 64, count)?;
            let wall = printed.get(2).copied().unwrap_or(f64::NAN);
            rates.push(count as f64 * 1e9 / wall);
        }
        // The client warms up with two creates for each in flight.
        let creates = rounds * (count + 128);
        let cpu = (self.cpu_us() - cpu) / creates as f64;
        Ok((Sample::new(rates), cpu))
    }

    fn cpu_us(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()));
        let stat = stat.unwrap_or_default();
        let fields = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        let ticks = fields.split(' ').skip(11).take(2);
        ticks
            .filter_map(|field| field.parse::<f64>().ok())
            .sum::<f64>()
            * 1e4
    }

    fn memory_mib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        kib.unwrap_or_default() / 1024
    }
}

/// How a server is started on a port.
type Start = fn(&Path, u16) -> Result<Command, Failure>;

const SERVERS: [(&str, Start); 5] = [
    ("drift emulator", emulator),
    ("json-server", json_server),
    ("Prism", prism),
    ("Mockoon", mockoon),
    ("WireMock", wiremock),
];

fn emulator(drift: &Path, port: u16) -> Result<Command, Failure> {
    let mut command = program::pinned(0, drift);
    command.args([
        "emulator",
        "--port",
        &port.to_string(),
        "--token",
        "bench-token-0123456789abcdef",
    ]);
    Ok(command)
}

fn json_server(_: &Path, port: u16) -> Result<Command, Failure> {
    let folder = packages()?;
    let data = folder.join("db.json");
    fs::write(&data, r#"{"contacts":[]}"#)?;
    let mut command = node(&folder, "json-server");
    command
        .arg("--port")
        .arg(port.to_string())
        .arg("--quiet")
        .arg(data);
    Ok(command)
}

fn prism(_: &Path, port: u16) -> Result<Command, Failure> {
    let mut command = node(&packages()?, "prism");
    let contract = workspace::root().join(CONTRACT);
    command
        .args([
            "mock",
            "--port",
            &port.to_string(),
            "--verboseLevel",
            "silent",
        ])
        .arg(contract);
    Ok(command)
}

fn mockoon(_: &Path, port: u16) -> Result<Command, Failure> {
    let mut command = node(&packages()?, "mockoon-cli");
    let contract = workspace::root().join(CONTRACT);
    command
        .args([
            "start",
            "--disable-log-to-file",
            "--port",
            &port.to_string(),
            "--data",
        ])
        .arg(contract);
    Ok(command)
}

fn wiremock(_: &Path, port: u16) -> Result<Command, Failure> {
    let folder = tool::folder("bench-wiremock")?;
    let jar = folder.join("wiremock.jar");
    if !jar.exists() {
        let copy = [
            "-q",
            "-B",
            "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy",
            &format!("-Dartifact={WIREMOCK}"),
            "-DoutputDirectory=.",
            "-Dmdep.stripVersion=true",
        ];
        tool::run(
            Command::new("mvn").args(copy).current_dir(&folder),
            "install a JDK with Maven",
        )?;
        fs::rename(folder.join("wiremock-standalone.jar"), &jar)?;
    }
    let stub = r#"{"request":{"method":"POST","urlPath":"/contacts"},
        "response":{"status":200,"headers":{"content-type":"application/json"},
        "jsonBody":{"data":{"id":1,"createdAt":1,"attributes":{"email":"ada@example.test"}}}}}"#;
    workspace::write(&folder.join("mappings/create.json"), stub)?;
    let mut command = program::pinned(0, Path::new("java"));
    command.arg("-jar").arg(jar).args([
        "--port",
        &port.to_string(),
        "--disable-banner",
        "--root-dir",
    ]);
    command.arg(folder).arg("--no-request-journal");
    Ok(command)
}

fn packages() -> Result<PathBuf, Failure> {
    let folder = tool::folder("bench-mocks")?;
    if !folder.join("node_modules").exists() {
        workspace::write(&folder.join("package.json"), r#"{"private":true}"#)?;
        let mut install = Command::new("npm");
        install
            .args(["install", "--no-audit", "--no-fund", "--silent"])
            .args(PACKAGES);
        tool::run(install.current_dir(&folder), "install Node with npm")?;
    }
    Ok(folder)
}

fn node(folder: &Path, name: &str) -> Command {
    program::pinned(0, &folder.join("node_modules/.bin").join(name))
}
