//! The gateway that is killed, and started again on the same port with the same store.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use drift_emulator::Emulator;

use super::callers::Callers;
use super::{Options, SEED};
use crate::generator::Failure;
use crate::util::random::Random;
use crate::util::tool;

/// A gateway whose callers bring their own token, with nothing but the defaults, and a stamp if it is to prove more.
pub struct Victim {
    home: PathBuf,
    drift: String,
    port: u16,
    is_stamping: bool,
    process: Child,
}

impl Victim {
    pub fn start(home: &Path, drift: &str, is_stamping: bool) -> Result<Self, Failure> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        // A copy, so that the program stays the same while others build.
        std::fs::copy(tool::target().join("debug/drift"), home.join("drift"))?;
        let process = serve(home, drift, port, is_stamping)?;
        Ok(Self {
            home: home.to_owned(),
            drift: drift.to_owned(),
            port,
            is_stamping,
            process,
        })
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Kills it at moments that are spread over the creates. Returns how often.
    pub async fn kill_often(
        &mut self,
        emulator: &Emulator,
        callers: &Callers,
        options: &Options,
    ) -> Result<usize, Failure> {
        let mut random = Random::new(SEED);
        for round in 0..options.kills {
            let made = callers.finished();
            let left = options.creates.saturating_sub(made);
            let step = (2 * left / (options.kills - round)).max(1);
            let at = made + random.below(step as u64) as usize;
            while callers.finished() < at.min(options.creates) {
                if let Some(ended) = self.process.try_wait()? {
                    return Err(format!("the gateway ended by itself: {ended}").into());
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            tokio::time::sleep(Duration::from_millis(random.below(200))).await;
            self.process.kill()?;
            self.process.wait()?;
            self.process = serve(&self.home, &self.drift, self.port, self.is_stamping)?;
        }
        // What it has is asked for once more, so that a ledger that cannot be read ends the storm early.
        emulator.state().count().await?;
        Ok(options.kills)
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _gone = self.process.wait();
    }
}

fn serve(home: &Path, drift: &str, port: u16, is_stamping: bool) -> Result<Child, Failure> {
    let log = File::options()
        .create(true)
        .append(true)
        .open(home.join("gateway.log"))?;
    let mut command = Command::new(home.join("drift"));
    command
        .args(["gateway", "--port", &port.to_string(), "--store"])
        .arg(home.join("gateway.db"))
        .env_clear()
        .env("HOME", home)
        .env("DRIFT_BASE_URL", drift)
        .stdout(Stdio::null())
        .stderr(log);
    if is_stamping {
        command.args(["--stamp", "made_by"]);
    }
    Ok(command.spawn()?)
}
