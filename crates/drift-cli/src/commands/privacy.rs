//! `drift privacy`.

use clap::{Args, Subcommand};
use drift::Email;
use serde_json::json;

use crate::arguments::{ConfirmArgs, GlobalArgs};
use crate::failure::Failure;
use crate::output::{Screen, harmless};
use crate::session::connected;

/// The requests that the GDPR gives a person a right to.
#[derive(Subcommand)]
pub enum PrivacyCommand {
    /// Have all data of an address mailed to an administrator of your organization
    #[command(after_help = "Examples:\n  drift privacy retrieve ada@example.test")]
    Retrieve {
        /// The address
        email: Email,
    },
    /// Erase all data of an address, for good: contacts, users, conversations, messages
    Delete(DeleteArgs),
}

/// The address whose data is erased.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  drift privacy delete ada@example.test --yes\n\nTo take one contact out of view instead: drift contacts delete ID"
)]
pub struct DeleteArgs {
    /// The address
    email: Email,
    #[command(flatten)]
    confirm: ConfirmArgs,
}

/// Runs one of them.
pub async fn run(
    command: PrivacyCommand,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    match command {
        PrivacyCommand::Retrieve { email } => retrieve(&email, global, screen).await,
        PrivacyCommand::Delete(args) => delete(args, global, screen).await,
    }
}

async fn retrieve(email: &Email, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
    let sent_to = connected(global, async |connection| {
        let asked = connection.client.privacy().retrieve(email).await;
        asked.map_err(|error| Failure::of_writing(&error))
    })
    .await?;
    if screen.is_json() {
        screen.value(&json!({ "sentToEmail": sent_to }));
    } else {
        let to = sent_to.map_or_else(|| "an administrator".to_owned(), |to| harmless(&to));
        screen.line(&format!("The data will be mailed to {to}"));
    }
    Ok(())
}

async fn delete(args: DeleteArgs, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
    args.confirm.require(
        "erases every contact and user with the address, their conversations and messages",
    )?;
    connected(global, async |connection| {
        let asked = connection
            .client
            .privacy()
            .delete_everything_of(&args.email)
            .await;
        asked.map_err(|error| Failure::of_writing(&error))
    })
    .await?;
    screen.done("Drift was asked to erase all data of the address");
    Ok(())
}
