//! `drift gateway`: Drift's contract as a local server, with creates that are never lost and never doubled.

mod backup;
mod deliveries;
mod keys;
mod serve;
mod store;

use clap::{Args, Subcommand};

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;
use backup::BackupArgs;
use deliveries::DeliveriesArgs;
use keys::KeysCommand;
use serve::ServeOptions;
use store::StoreArgs;

const EXAMPLES: &str = r#"Examples:
  drift gateway                       callers send their own Drift token, unless
                                      there is a default profile or DRIFT_TOKEN
  drift --profile acme gateway        the gateway has the token; callers present
                                      a key of the gateway
  drift gateway --caller-tokens       callers send their own Drift token
  drift --sandbox gateway             before a local Drift; the key is "sandbox"
  drift gateway keys add web-shop     make such a key
  drift gateway deliveries --failed   what Drift refused

Then point any client at it, and change nothing else:
  curl http://127.0.0.1:8474/contacts -H "Authorization: Bearer $TOKEN" \
    -H "Idempotency-Key: $(openssl rand -hex 16)" \
    --json '{"attributes": {"email": "ada@example.test"}}'

Make the Idempotency-Key and the externalId once, before the first attempt;
then send the same request until a response comes."#;

/// Serve Drift's contract to programs in any language.
#[derive(Args)]
#[command(after_help = EXAMPLES, args_conflicts_with_subcommands = false, subcommand_negates_reqs = true)]
pub struct GatewayArgs {
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    serve: ServeOptions,
    #[command(subcommand)]
    command: Option<GatewayCommand>,
}

/// What can be done beside serving.
#[derive(Subcommand)]
enum GatewayCommand {
    /// List deliveries and unresolved keys; send them again, or drop them
    Deliveries(DeliveriesArgs),
    /// Make and remove the keys that callers present
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Copy the store into a new file, also while the gateway serves
    Backup(BackupArgs),
}

/// Serves, or does what was asked for.
pub async fn run(
    args: GatewayArgs,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let place = args.store.place(global)?;
    match args.command {
        None => serve::run(args.serve, &place, global, screen).await,
        Some(GatewayCommand::Deliveries(args)) => deliveries::run(args, &place, screen).await,
        Some(GatewayCommand::Keys { command }) => keys::run(command, &place, screen).await,
        Some(GatewayCommand::Backup(args)) => backup::run(args, &place, screen).await,
    }
}
