//! `drift contacts delete`.

use clap::Args;
use drift::ContactId;

use crate::arguments::{GlobalArgs, contact_id};
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::connected;

/// The contact to delete.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  drift contacts delete 24100000017\n\nTo erase all data of a person instead: drift privacy delete EMAIL"
)]
pub struct DeleteArgs {
    /// The id that Drift gave it
    #[arg(value_parser = contact_id)]
    id: ContactId,
}

impl DeleteArgs {
    /// Deletes it.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        connected(global, async |connection| {
            let deleted = connection.client.contacts().delete(self.id).await;
            deleted.map_err(|error| Failure::of_writing(&error))
        })
        .await?;
        screen.done(&format!("Deleted contact {}", self.id));
        Ok(())
    }
}
