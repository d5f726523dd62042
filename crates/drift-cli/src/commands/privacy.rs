//! `drift privacy`.

use clap::{Args, Subcommand};
use drift::Email;
use serde_json::json;

use crate::arguments::{ConfirmArgs, GlobalArgs};
use crate::commands::confirm::confirm;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::connected;

/// The requests that the GDPR gives a person a right to make.
#[derive(Subcommand)]
pub enum PrivacyCommand {
    /// Have Drift mail all data of an address to an administrator of your organization
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
    after_help = "Examples:\n  drift privacy delete ada@example.test --yes\n\nTo delete one contact instead, see: drift contacts delete --help"
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
        let to = sent_to.unwrap_or_else(|| "an administrator".to_owned());
        screen.line(&format!("Drift will mail the data to {to}"));
    }
    Ok(())
}

async fn delete(args: DeleteArgs, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
    confirm(
        &args.confirm,
        "erase every contact and user with this address, their conversations and messages",
        screen,
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
    screen.done("Drift accepted the request to erase all data of this address");
    Ok(())
}
