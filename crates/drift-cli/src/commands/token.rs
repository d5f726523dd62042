//! `drift token`.

use clap::Subcommand;

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::{Screen, token_rows};
use crate::session::connected;

/// What can be asked about the token.
#[derive(Subcommand)]
pub enum TokenCommand {
    /// Show its organization, scopes and age; never the token itself
    #[command(
        after_help = "Examples:\n  drift token info\n  drift token info --json | jq -r .scope"
    )]
    Info,
}

/// Runs it.
pub async fn run(
    TokenCommand::Info: TokenCommand,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let info = connected(global, async |connection| {
        connection
            .client
            .token_info()
            .await
            .map_err(|error| Failure::of_reading(&error))
    })
    .await?;
    if screen.is_json() {
        screen.value(&info.to_json());
    } else {
        screen.headline("Access token");
        screen.rows(&token_rows(&info));
    }
    Ok(())
}
