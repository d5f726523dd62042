//! `drift emails`.

use clap::{Args, Subcommand};
use drift::Email;

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::connected;

/// What can be done with email subscriptions.
#[derive(Subcommand)]
pub enum EmailsCommand {
    /// Unsubscribe addresses from emails
    Unsubscribe(UnsubscribeArgs),
}

/// The addresses to unsubscribe.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  drift emails unsubscribe ada@example.test bob@example.test\n\nDrift does not report which of the addresses it has."
)]
pub struct UnsubscribeArgs {
    /// The addresses
    #[arg(required = true, value_name = "EMAIL")]
    emails: Vec<Email>,
}

/// Runs one of them.
pub async fn run(
    command: EmailsCommand,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let EmailsCommand::Unsubscribe(args) = command;
    let count = args.emails.len();
    connected(global, async |connection| {
        let done = connection.client.emails().unsubscribe(args.emails).await;
        done.map_err(|error| Failure::of_writing(&error))
    })
    .await?;
    let addresses = if count == 1 { "address" } else { "addresses" };
    screen.done(&format!("Unsubscribed {count} {addresses}"));
    Ok(())
}
