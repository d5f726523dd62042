//! The command line: the one definition that parsing, help, completions and man pages are made from.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use super::completions::CompletionsArgs;
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
  Try it, without an account or a network:
    drift --sandbox contacts create --email ada@example.test --name Ada
    drift --sandbox contacts find --email ada@example.test

  With an access token of your organization:
    drift login --token
    drift doctor
    drift contacts create --email ada@example.test --random-id --set plan=pro

  Several organizations, each with its own token:
    drift profiles add acme < token.txt
    drift --profile acme contacts get 24100000017

  A local Drift, for tests in any language:
    drift emulator --port 0

Environment:
  DRIFT_TOKEN         the access token; never an argument, which others can see
  DRIFT_BASE_URL      the base URL, if not https://driftapi.com
  DRIFT_PROFILE       the profile, as --profile
  DRIFT_ID_KEY        the key for --derive-id, as KEYID:SECRET
  DRIFT_SIGNING_KEY   the key of signed identities
  DRIFT_PAGER, PAGER  the pager for long help; `cat` for none
  NO_COLOR            set it for no colours

Output:
  With --json, standard output is what Drift sent under `data`, unknown members
  included; an array where there can be several. Errors and notes are one JSON
  object per line on standard error. docs/json.md documents each field.

Exit codes:
  0  done
  1  Drift refused: a duplicate, not found, not allowed
  2  bad input or configuration: nothing was sent
  3  unknown whether Drift executed it: see drift contacts resolve --help
  4  another failure: the network, Drift itself, this machine";

const CONTACTS: &str = "\
Examples:
  drift contacts create --email ada@example.test --name Ada
  drift contacts ensure --email ada@example.test    create it, or show it
  drift contacts find --email ada@example.test
  drift contacts update 24100000017 --set plan=pro
  drift contacts import leads.csv --dry-run

Use `create` if a duplicate is a mistake, `ensure` if it is not, and `upsert` to
set attributes too. None of them creates two contacts from one call.";

const IDENTITY: &str = "\
An external id is the first argument of `drift.identify` in your pages. Whoever
guesses it can pose as the contact in the chat. So use a random one, or derive
it from your own id with a key, or require signed identities in Drift's widget
settings. These commands do not use the network.";

/// Manage contacts in Drift: creates are never lost and never doubled.
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
    /// Create, find, update, delete, import and export contacts
    #[command(after_help = CONTACTS)]
    Contacts {
        #[command(subcommand)]
        command: ContactsCommand,
    },
    /// Unsubscribe addresses from emails
    Emails {
        #[command(subcommand)]
        command: EmailsCommand,
    },
    /// Retrieve or erase all data of a person (GDPR)
    Privacy {
        #[command(subcommand)]
        command: PrivacyCommand,
    },
    /// Show what the access token may do
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
    /// Check the configuration: token, network, clock, scopes
    #[command(
        after_help = "Examples:\n  drift doctor\n  drift --profile acme doctor --json | jq '.[] | select(.state != \"good\")'\n\nIt exits with 0 if requests can be sent, even if the token lacks scopes."
    )]
    Doctor,
    /// Log in to an organization, and keep its token in a profile
    Login(LoginArgs),
    /// Remove the token of a profile from this machine
    #[command(after_help = "Examples:\n  drift logout\n  drift --profile beta logout")]
    Logout,
    /// Manage the tokens of several organizations
    Profiles {
        #[command(subcommand)]
        command: ProfilesCommand,
    },
    /// Manage the local Drift behind --sandbox
    Sandbox {
        #[command(subcommand)]
        command: SandboxCommand,
    },
    /// Run a local Drift until Ctrl-C
    Emulator(EmulatorOptions),
    /// Serve Drift's contract to any language: creates are never lost and never doubled
    Gateway(GatewayArgs),
    /// Install or print completions for your shell
    Completions(CompletionsArgs),
    /// Print the version
    Version,
    /// Write the man pages into a folder
    #[command(hide = true)]
    Man {
        /// The folder; it is created if needed
        folder: PathBuf,
    },
}
