//! `drift emulator`: serves a local Drift until it is told to stop.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::Args;
use drift_emulator::{DEFAULT_TOKEN, Emulator};

use crate::args::GlobalArgs;
use crate::connection::{not_started, sandbox_file};
use crate::failure::Failure;
use crate::interrupt::stop_signal;
use crate::screen::Screen;

const EXAMPLES: &str = "\
Examples:
  drift emulator --port 8080 --db contacts.db
  drift emulator --sandbox                          look at what --sandbox has made
  drift emulator --port 0 > url & …                 a free port; the base URL is the first line

Then, in another terminal:
  export DRIFT_BASE_URL=http://127.0.0.1:8080 DRIFT_TOKEN=sandbox
  drift contacts create --email ada@example.test";

/// How to serve.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct EmulatorOptions {
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The address to listen on; any but a loopback address wants a token of your own
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Keep the contacts in this file; in memory unless given
    #[arg(long, value_name = "FILE", conflicts_with = "sandbox")]
    db: Option<PathBuf>,
    /// The access token that callers need [default: DRIFT_EMULATOR_TOKEN, else sandbox]
    #[arg(long)]
    token: Option<String>,
}

/// Serves until Ctrl-C or SIGTERM.
pub async fn run(
    options: EmulatorOptions,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let from_environment = || std::env::var("DRIFT_EMULATOR_TOKEN").ok();
    let token = options
        .token
        .or_else(from_environment)
        .unwrap_or_else(|| DEFAULT_TOKEN.to_owned());
    let file = if global.sandbox {
        Some(sandbox_file()?)
    } else {
        options.db
    };
    let mut builder = Emulator::builder()
        .host(options.host)
        .port(options.port)
        .token(&token);
    if let Some(file) = &file {
        builder = builder.database(file);
    }
    let stop = stop_signal()?;
    let emulator = builder.start().await.map_err(not_started)?;
    announce(&emulator, screen, &token)?;
    stop.await;
    emulator.shutdown().await;
    Ok(())
}

/// The base URL alone on the first line, at once; what is for people goes to standard error.
fn announce(emulator: &Emulator, screen: &mut Screen, token: &str) -> Result<(), Failure> {
    if screen.is_json() {
        screen.value(&serde_json::json!({ "base_url": emulator.url() }));
    } else {
        screen.line(emulator.url());
    }
    screen.finish()?;
    if !screen.is_json() {
        let shown = if token == DEFAULT_TOKEN {
            DEFAULT_TOKEN
        } else {
            "the one that you gave"
        };
        // Where standard error is closed, nobody wants it.
        let _ = writeln!(
            std::io::stderr(),
            "A local Drift; the token is {shown}. Stop it with Ctrl-C."
        );
    }
    Ok(())
}
