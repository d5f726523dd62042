//! The command line: the one definition that parsing, help, completions and man pages are made from.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::contacts::ContactsCommand;
use super::emails::EmailsCommand;
use super::emulator::EmulatorOptions;
use super::gateway::GatewayArgs;
use super::identity::IdentityCommand;
use super::login::LoginArgs;
use super::privacy::PrivacyCommand;
use super::profiles::ProfilesCommand;
use super::sandbox::SandboxCommand;
use super::token::TokenCommand;
use crate::arguments::GlobalArgs;

const EXAMPLES: &str = "\
Examples:
  Try it with no account and no network:
    drift --sandbox contacts create --email ada@example.test --name Ada
    drift --sandbox contacts find --email ada@example.test

  With an access token of your organization:
    export DRIFT_TOKEN=…
    drift doctor
    drift contacts create --email ada@example.test --random-id --set plan=pro

  Several organizations, each with its token in a file of its own:
    drift profiles add acme < token.txt
    drift --profile acme contacts get 24100000017

  A local Drift for the tests of any language:
    drift emulator --port 0

Environment:
  DRIFT_TOKEN        the access token; never an argument, which others can see
  DRIFT_BASE_URL     another base URL than https://driftapi.com
  DRIFT_PROFILE      the profile, as by --profile
  DRIFT_ID_KEY       the key for --derive-id, as KEYID:SECRET
  DRIFT_SIGNING_KEY  the key of signed identities
  NO_COLOR           no colours

Output:
  With --json standard output is what Drift sent under `data`, unknown
  members included, an array where there may be several. Errors and notes are
  one JSON object a line on standard error.

Exit codes:
  0  done
  1  Drift said no: a duplicate, not found, not allowed
  2  bad input or set-up: nothing was sent
  3  it is not known whether Drift did it; see `drift contacts resolve`
  4  another failure: the network, Drift itself, this machine";

const CONTACTS: &str = "\
Examples:
  drift contacts create --email ada@example.test --name Ada
  drift contacts ensure --email ada@example.test    the same, if it is not there
  drift contacts find --email ada@example.test
  drift contacts update 24100000017 --set plan=pro
  drift contacts import leads.csv --dry-run

Use `create` where a duplicate is a mistake, `ensure` where it is not, `upsert`
to have the attributes too. None of them ever makes two contacts of one call.";

const IDENTITY: &str = "\
An external id is the first argument of `drift.identify` in your pages. Whoever
guesses it can pose as the contact in the chat, so let it be random, or derived
from your own id with a key, or require signed identities in Drift's widget
settings and send one along. Nothing here uses the network.";

/// Contacts for Drift, never lost and never doubled, and a local Drift to try it on.
#[derive(Parser)]
#[command(name = "drift", version, after_help = EXAMPLES, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Whether the command serves many callers at a time.
    pub fn is_server(&self) -> bool {
        matches!(self.command, Command::Gateway(_))
    }
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Create, get, find, change and delete contacts
    #[command(after_help = CONTACTS)]
    Contacts {
        #[command(subcommand)]
        command: ContactsCommand,
    },
    /// Stop emails to addresses
    Emails {
        #[command(subcommand)]
        command: EmailsCommand,
    },
    /// Retrieve or erase all data of a person (GDPR)
    Privacy {
        #[command(subcommand)]
        command: PrivacyCommand,
    },
    /// Describe the access token
    Token {
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// Make external ids and signed identities
    #[command(after_help = IDENTITY)]
    Identity {
        #[command(subcommand)]
        command: IdentityCommand,
    },
    /// Check the set-up: token, scopes, network, clock; and say what would fail
    #[command(
        after_help = "Examples:\n  drift doctor\n  drift --profile acme doctor --json | jq '.[] | select(.state != \"good\")'\n\nIt exits with 0 when calls can be made, lacking scopes or not."
    )]
    Doctor,
    /// Log in to an organization, and keep its token in a profile
    Login(LoginArgs),
    /// Remove the token of a profile from this machine
    #[command(after_help = "Examples:\n  drift logout\n  drift --profile beta logout")]
    Logout,
    /// Keep the settings of several organizations
    Profiles {
        #[command(subcommand)]
        command: ProfilesCommand,
    },
    /// Look after the local Drift behind --sandbox
    Sandbox {
        #[command(subcommand)]
        command: SandboxCommand,
    },
    /// Serve a local Drift until Ctrl-C
    Emulator(EmulatorOptions),
    /// Serve Drift's contract to any language: creates are never lost and never doubled
    Gateway(GatewayArgs),
    /// Print completions for a shell
    #[command(
        after_help = "Examples:\n  drift completions bash > ~/.local/share/bash-completion/completions/drift\n  drift completions zsh > ~/.zfunc/_drift\n  drift completions fish > ~/.config/fish/completions/drift.fish"
    )]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the man pages into a folder
    #[command(hide = true)]
    Man {
        /// The folder, which is made if it is not there
        folder: PathBuf,
    },
}
