//! `drift token`.

use clap::Subcommand;
use drift::TokenInfo;

use crate::args::GlobalArgs;
use crate::connection::connected;
use crate::contact_view::moment;
use crate::failure::Failure;
use crate::screen::{Screen, harmless};

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
        screen.rows(&rows(&info));
    }
    Ok(())
}

/// What it says, under names.
pub fn rows(info: &TokenInfo) -> Vec<(String, String)> {
    let facts = [
        ("organization", info.organization().map(|id| id.to_string())),
        ("scopes", Some(harmless(&info.scopes().join(", ")))),
        ("made", info.created_at_millis().map(moment)),
        ("lives", info.expires_in_millis().map(life)),
    ];
    facts
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

/// Zero means until it is revoked.
fn life(millis: i64) -> String {
    match millis {
        0 => "until it is revoked".to_owned(),
        millis => format!("{} s from then", millis / 1_000),
    }
}
