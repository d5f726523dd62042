//! Three gateways that are killed and stopped at random, and a database that crashes under them.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::server::Server;
use crate::generator::Failure;

/// Between two blows.
const PAUSE: Duration = Duration::from_millis(400);

/// Longer than a lease and its attempt, of 4 s and 2 s: whoever wakes up then is late.
const SLEEP: Duration = Duration::from_secs(7);

/// What each gateway is started with.
#[derive(Clone)]
pub struct Setup {
    pub program: PathBuf,
    /// What the first gateway runs instead, as during an upgrade.
    pub older: Option<PathBuf>,
    pub home: PathBuf,
    pub store: String,
    pub drift: String,
    pub token: String,
    /// The limit for a request, in seconds.
    pub timeout: u32,
}

impl Setup {
    /// The command `drift gateway` with these settings.
    pub fn command(&self) -> Command {
        self.command_of(&self.program)
    }

    fn command_of(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .arg("gateway")
            .env("HOME", &self.home)
            .env("XDG_DATA_HOME", &self.home)
            .env("XDG_CONFIG_HOME", &self.home)
            .env("DRIFT_GATEWAY_STORE", &self.store)
            .env("DRIFT_BASE_URL", &self.drift)
            .env("DRIFT_TOKEN", &self.token);
        command
    }

    fn serve(&self, at: usize, port: u16) -> Result<Child, Failure> {
        let older = self.older.as_deref().filter(|_| at == 0);
        let mut command = self.command_of(older.unwrap_or(&self.program));
        command.args(["--timeout", &self.timeout.to_string()]);
        command.args(["--port", &port.to_string()]);
        // Without a proof a create that the network delivers twice is told that it is a duplicate.
        command.args(["--stamp", "made_by"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Ok(command.spawn()?)
    }
}

/// The gateways, which end when this is dropped.
pub struct Gateways {
    setup: Setup,
    ports: Vec<u16>,
    running: Vec<Child>,
}

/// What was done to them.
#[derive(Debug, Default)]
pub struct Blows {
    kills: usize,
    stops: usize,
    crashes_of_postgres: usize,
}

impl Gateways {
    pub fn start(setup: Setup, number: usize) -> Result<Self, Failure> {
        let mut ports = Vec::new();
        let mut held = Vec::new();
        for _ in 0..number {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            ports.push(listener.local_addr()?.port());
            held.push(listener);
        }
        drop(held);
        let running = (0..).zip(&ports).map(|(at, port)| setup.serve(at, *port));
        let running = running.collect::<Result<_, _>>()?;
        Ok(Self {
            setup,
            ports,
            running,
        })
    }

    pub fn ports(&self) -> &[u16] {
        &self.ports
    }

    /// Strikes until it is told that it is over; then all of them run.
    pub fn strike(&mut self, server: &mut Server, over: &AtomicBool) -> Result<Blows, Failure> {
        let mut blows = Blows::default();
        let mut random = 20_261_127_u64;
        while !over.load(Ordering::Acquire) {
            std::thread::sleep(PAUSE);
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let number = random >> 33;
            let at = number as usize % self.ports.len();
            match number / 7 % 16 {
                0 => {
                    server.crash()?;
                    blows.crashes_of_postgres += 1;
                }
                1 | 2 => {
                    self.signal(at, "STOP")?;
                    std::thread::sleep(SLEEP);
                    self.signal(at, "CONT")?;
                    blows.stops += 1;
                }
                _ => {
                    self.running[at].kill()?;
                    blows.kills += 1;
                }
            }
            self.revive()?;
        }
        Ok(blows)
    }

    /// Starts those again that ended.
    fn revive(&mut self) -> Result<(), Failure> {
        let gateways = self.ports.iter().zip(&mut self.running);
        for (at, (port, gateway)) in gateways.enumerate() {
            // One that was killed needs a moment to be gone.
            std::thread::sleep(Duration::from_millis(10));
            if gateway.try_wait()?.is_some() {
                *gateway = self.setup.serve(at, *port)?;
            }
        }
        Ok(())
    }

    fn signal(&self, at: usize, name: &str) -> Result<(), Failure> {
        let id = self.running[at].id().to_string();
        let _gone = Command::new("kill").args(["-s", name, &id]).status()?;
        Ok(())
    }
}

impl Drop for Gateways {
    fn drop(&mut self) {
        for gateway in &mut self.running {
            let _gone = gateway.kill();
            let _gone = gateway.wait();
        }
    }
}

/// The first line that a command prints.
pub fn first_line(command: &mut Command, program: &Path) -> Result<String, Failure> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().ok_or("no output")?;
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line)?;
    match child.wait()?.success() {
        true => Ok(line.trim().to_owned()),
        false => Err(format!("{} failed", program.display()).into()),
    }
}
