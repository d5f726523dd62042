//! `drift emulator`: serves a local Drift until a signal stops it.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};

use clap::Args;
use drift_emulator::{Builder, DEFAULT_TOKEN, Emulator, Organization, Settings};

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::interrupt::stop_signal;
use crate::session::{sandbox, start_failure};

const EXAMPLES: &str = r#"Examples:
  drift emulator --port 8080 --db contacts.db
  drift emulator --port 0             any free port; the first line is its URL
  drift emulator --sandbox            serve the contacts of --sandbox
  drift emulator --faults FILE        inject faults, where the file holds:
    [{"method": "POST", "path": "/contacts", "share": 0.2, "seed": 7,
      "do": {"disconnect": {"commit": true}}}]
  drift emulator --organizations FILE add tokens, where the file holds:
    [{"id": 2, "tokens": [{"token": "reader", "scopes": ["contact_read"]}]}]

Then, in another terminal:
  export DRIFT_BASE_URL=http://127.0.0.1:8080 DRIFT_TOKEN=sandbox
  drift contacts create --email ada@example.test"#;

/// How to serve.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct EmulatorOptions {
    /// The port; 0 for any that is free
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The address to listen on; one that is not loopback needs a token of your own
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST), value_parser = address)]
    host: IpAddr,
    /// Keep the contacts in this file [default: in memory]
    #[arg(long, value_name = "FILE", conflicts_with = "sandbox")]
    db: Option<PathBuf>,
    /// The access token that callers must send [default: DRIFT_EMULATOR_TOKEN, else sandbox]
    #[arg(long)]
    token: Option<String>,
    /// Accept this host name too, besides localhost and IP addresses
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// A JSON file with further organizations, each with its tokens and their scopes
    #[arg(long, value_name = "FILE")]
    organizations: Option<PathBuf>,
    /// A JSON file with settings for behaviour that Drift does not document
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// A JSON file with faults to inject
    #[arg(long, value_name = "FILE")]
    faults: Vec<PathBuf>,
}

fn address(text: &str) -> Result<IpAddr, &'static str> {
    if text == "localhost" {
        return Ok(Ipv4Addr::LOCALHOST.into());
    }
    text.parse()
        .map_err(|_| "give an IP address, such as 127.0.0.1 or ::1")
}

/// Serves until Ctrl-C or SIGTERM.
pub async fn run(
    options: EmulatorOptions,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let token = options.token();
    let builder = options.builder(&token, global)?;
    let stop = stop_signal()?;
    let emulator = builder.start().await.map_err(|error| {
        if global.sandbox {
            sandbox::start_failure(error)
        } else {
            start_failure::of_emulator(error)
        }
    })?;
    announce(&emulator, screen, &token)?;
    stop.await;
    emulator.shutdown().await;
    Ok(())
}

impl EmulatorOptions {
    fn token(&self) -> String {
        let from_environment = || std::env::var("DRIFT_EMULATOR_TOKEN").ok();
        let given = self.token.clone().or_else(from_environment);
        given.unwrap_or_else(|| DEFAULT_TOKEN.to_owned())
    }

    fn builder(self, token: &str, global: &GlobalArgs) -> Result<Builder, Failure> {
        let mut builder = Emulator::builder()
            .host(self.host)
            .port(self.port)
            .token(token);
        let file = if global.sandbox {
            Some(sandbox::ensure_file()?)
        } else {
            self.db
        };
        if let Some(file) = file {
            builder = builder.database(file);
        }
        if let Some(file) = &self.settings {
            builder = builder.settings(settings(file)?);
        }
        if let Some(file) = &self.organizations {
            builder = organizations(file)?
                .into_iter()
                .fold(builder, Builder::organization);
        }
        builder = self
            .allow_host
            .into_iter()
            .fold(builder, Builder::allow_host);
        Ok(self.faults.into_iter().fold(builder, Builder::scenario))
    }
}

fn settings(file: &Path) -> Result<Settings, Failure> {
    let text = read("settings", file)?;
    serde_json::from_str(&text).map_err(|cause| not_valid("settings", file, &cause))
}

/// An error names the line and column alone, since the file holds tokens.
fn organizations(file: &Path) -> Result<Vec<Organization>, Failure> {
    let text = read("organizations", file)?;
    serde_json::from_str(&text).map_err(|cause| {
        let position = format!("line {}, column {}", cause.line(), cause.column());
        not_valid("organizations", file, &position).next("see an example: drift emulator --help")
    })
}

fn read(what: &str, file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|cause| {
        Failure::input(format!(
            "the {what} {} cannot be read: {cause}",
            file.display()
        ))
    })
}

fn not_valid(what: &str, file: &Path, cause: &dyn Display) -> Failure {
    Failure::input(format!(
        "the {what} {} are not valid: {cause}",
        file.display()
    ))
}

/// Prints the base URL as the first line at once; what is for people goes to standard error.
fn announce(emulator: &Emulator, screen: &mut Screen, token: &str) -> Result<(), Failure> {
    let url = emulator.url();
    screen.fact("base_url", url);
    screen.finish()?;
    if screen.is_json() || screen.is_quiet() {
        return Ok(());
    }
    let shown = if token == DEFAULT_TOKEN {
        DEFAULT_TOKEN
    } else {
        "the one you gave"
    };
    screen.guide(&format!(
        "A local Drift; the token is {shown}. Stop it with Ctrl-C.\n  contacts: {url}/\n  API docs: {url}/docs"
    ));
    Ok(())
}
