//! A PostgreSQL server from Debian's packages, on a free port and with a data folder of its own.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use crate::generator::Failure;
use crate::util::tool;

const NEEDED: &str = "install PostgreSQL: apt-get install postgresql";

/// Where Debian puts the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";

/// Who runs the server where this runs as root, which it refuses.
const USER: &str = "postgres";

const PASSWORD: &str = "not a secret";
const PASSWORD_IN_URL: &str = "not%20a%20secret";

const PATIENCE: Duration = Duration::from_secs(30);

const DATA: &str = "data";
const CERTIFICATE: &str = "server.crt";
const KEY: &str = "server.key";

/// A server that ends, with its data, when this is dropped.
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    process: Child,
}

impl Server {
    pub fn start() -> Result<Self, Failure> {
        let programs = programs()?;
        let folder = new_folder()?;
        initialize(&programs, &folder)?;
        certify(&folder)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let process = spawn(&programs, &folder, port)?;
        let mut server = Self {
            programs,
            folder,
            port,
            process,
        };
        server.wait()?;
        Ok(server)
    }

    pub fn url(&self) -> String {
        format!(
            "postgres://{USER}:{PASSWORD_IN_URL}@127.0.0.1:{}/postgres",
            self.port
        )
    }

    /// The certificate that clients of it trust.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join(CERTIFICATE)
    }

    /// Ends it as a crash does, and starts it again.
    pub fn crash(&mut self) -> Result<(), Failure> {
        self.stop();
        self.process = spawn(&self.programs, &self.folder, self.port)?;
        self.wait()
    }

    fn stop(&mut self) {
        let mut stop = unprivileged(&self.programs.join("pg_ctl"));
        stop.args(["stop", "--silent", "--mode=immediate", "--pgdata"]);
        stop.arg(self.folder.join(DATA)).current_dir(&self.folder);
        let _stopped = stop.status();
        let _ended = self.process.wait();
    }

    fn wait(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        let mut ready = Command::new(self.programs.join("pg_isready"));
        ready.args(["--quiet", "--host=127.0.0.1", "--port"]);
        ready.arg(self.port.to_string());
        while !tool::output(&mut ready, NEEDED)?.status.success() {
            if self.process.try_wait()?.is_some() || begun.elapsed() > PATIENCE {
                let log = fs::read_to_string(self.folder.join("log"))?;
                return Err(format!("the server did not start:\n{log}").into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
        let _removed = fs::remove_dir_all(&self.folder);
    }
}

fn spawn(programs: &Path, folder: &Path, port: u16) -> Result<Child, Failure> {
    let setting = |name: &str, value: &str| ["-c".to_owned(), format!("{name}={value}")];
    let file = |name: &str| folder.join(name).display().to_string();
    let log = fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"))?;
    unprivileged(&programs.join("postgres"))
        .arg("-D")
        .arg(folder.join(DATA))
        .args(setting("listen_addresses", "127.0.0.1"))
        .args(setting("port", &port.to_string()))
        .args(setting("unix_socket_directories", ""))
        .args(setting("max_connections", "400"))
        .args(setting("ssl", "on"))
        .args(setting("ssl_cert_file", &file(CERTIFICATE)))
        .args(setting("ssl_key_file", &file(KEY)))
        .current_dir(folder)
        .stderr(log)
        .spawn()
        .map_err(|error| format!("postgres: {error}; {NEEDED}").into())
}

/// Where the programs of the newest version are; they are not in the PATH.
fn programs() -> Result<PathBuf, Failure> {
    let number = |path: &Path| path.file_name()?.to_str()?.parse::<u32>().ok();
    let versions = fs::read_dir(VERSIONS).into_iter().flatten().flatten();
    let newest = versions
        .map(|entry| entry.path())
        .filter(|path| path.join("bin/initdb").exists())
        .max_by_key(|path| number(path));
    let newest = newest.ok_or_else(|| format!("there is no PostgreSQL in {VERSIONS}; {NEEDED}"))?;
    Ok(newest.join("bin"))
}

/// A folder that the server's user can write to, wherever the repository is.
fn new_folder() -> Result<PathBuf, Failure> {
    let folder = std::env::temp_dir().join(format!("drift-postgres-{}", std::process::id()));
    tool::run(unprivileged(Path::new("mkdir")).arg(&folder), NEEDED)?;
    Ok(folder)
}

fn initialize(programs: &Path, folder: &Path) -> Result<(), Failure> {
    let password = folder.join("password");
    fs::write(&password, PASSWORD)?;
    let mut initdb = unprivileged(&programs.join("initdb"));
    initdb
        .args(["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"])
        .args(["--username", USER, "--pwfile"])
        .arg(password)
        .arg("--pgdata")
        .arg(folder.join(DATA))
        .current_dir(folder);
    tool::run(&mut initdb, NEEDED)
}

/// A certificate that trusts itself, for the tests of TLS.
fn certify(folder: &Path) -> Result<(), Failure> {
    let mut openssl = unprivileged(Path::new("openssl"));
    openssl
        .current_dir(folder)
        .args([
            "req",
            "-x509",
            "-nodes",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ])
        .args([
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", KEY, "-out", CERTIFICATE]);
    tool::run(&mut openssl, "install OpenSSL: apt-get install openssl")
}

/// A program, run by an unprivileged user where this runs as root.
fn unprivileged(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", USER, "--"]).arg(program);
    command
}

/// Whoever may look into this folder of the system is root.
fn is_root() -> bool {
    fs::read_dir("/proc/1/fd").is_ok()
}
