//! What can be typed: the one definition that parsing, help, completions and man pages are made from.

use clap::{Args, Parser, Subcommand};

use crate::contacts::ContactsCommand;
use crate::emulator::EmulatorOptions;

const EXAMPLES: &str = "\
Examples:
  Try it with no account and no network:
    drift --sandbox contacts create --email ada@example.test --name Ada
    drift --sandbox contacts find --email ada@example.test

  With an access token of your organization:
    export DRIFT_TOKEN=…
    drift contacts create --email ada@example.test --random-id --set plan=pro --set seats=12

  A local Drift for the tests of any language:
    drift emulator --port 0

Environment:
  DRIFT_TOKEN      the access token; never given as an argument, where others could read it
  DRIFT_BASE_URL   another place than https://driftapi.com
  DRIFT_ID_KEY     the key for --derive-id, as KEYID:SECRET
  NO_COLOR         no colours

Exit codes:
  0  done
  1  Drift said no: a duplicate, not found, not allowed
  2  bad input or set-up: nothing was sent
  3  it is not known whether Drift did it; a ticket is kept, see `drift contacts resolve`
  4  another failure: the network, or Drift itself";

/// Contacts for Drift, never lost and never doubled, and a local Drift to try it on.
#[derive(Parser)]
#[command(name = "drift", version, after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Args)]
pub struct GlobalArgs {
    /// Print JSON: what Drift answered under `data`, unknown members included; errors and notes as JSON on standard
    /// error
    #[arg(long, global = true, help_heading = "Global options")]
    pub json: bool,
    /// Use a local Drift of your own, kept in your data folder; no account, no network
    #[arg(long, global = true, help_heading = "Global options")]
    pub sandbox: bool,
    /// Where Drift is [default: DRIFT_BASE_URL, else https://driftapi.com]
    #[arg(
        long,
        global = true,
        value_name = "URL",
        conflicts_with = "sandbox",
        help_heading = "Global options"
    )]
    pub base_url: Option<String>,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Create, get and find contacts
    Contacts {
        #[command(subcommand)]
        command: ContactsCommand,
    },
    /// Serve a local Drift until Ctrl-C
    Emulator(EmulatorOptions),
}
