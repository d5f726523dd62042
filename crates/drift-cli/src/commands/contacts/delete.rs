//! `drift contacts delete`.

use clap::Args;
use drift::ContactId;

use crate::arguments::{ConfirmArgs, GlobalArgs, contact_id};
use crate::commands::confirm::confirm;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::connected;

/// The contact to delete.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  drift contacts delete 24100000017\n  drift contacts delete 24100000017 --yes\n\nTo erase all data of a person instead, see: drift privacy delete --help"
)]
pub struct DeleteArgs {
    /// The contact's id in Drift, as `create` and `find` print it
    #[arg(value_parser = contact_id)]
    id: ContactId,
    #[command(flatten)]
    confirm: ConfirmArgs,
}

impl DeleteArgs {
    /// Deletes it.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        confirm(
            &self.confirm,
            &format!("delete contact {}", self.id),
            screen,
        )?;
        connected(global, async |connection| {
            let deleted = connection.client.contacts().delete(self.id).await;
            deleted.map_err(|error| Failure::of_writing(&error))
        })
        .await?;
        screen.done(&format!("Deleted contact {}", self.id));
        Ok(())
    }
}
