//! `drift contacts get`.

use clap::Args;
use drift::ContactId;

use crate::arguments::{GlobalArgs, contact_id};
use crate::failure::Failure;
use crate::output::{Screen, show_contact};
use crate::session::connected;

/// The contact to show.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  drift contacts get 24100000017\n  drift contacts get 24100000017 --json | jq .attributes.plan"
)]
pub struct GetArgs {
    /// The contact's id in Drift, as `create` and `find` print it
    #[arg(value_parser = contact_id)]
    id: ContactId,
}

impl GetArgs {
    /// Gets and shows it.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        let contact = connected(global, async |connection| {
            let found = connection.client.contacts().get(self.id).await;
            found.map_err(|error| Failure::of_reading(&error))
        })
        .await?;
        show_contact(screen, &contact);
        Ok(())
    }
}
