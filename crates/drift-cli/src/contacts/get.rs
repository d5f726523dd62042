//! `drift contacts get`.

use clap::Args;
use drift::ContactId;

use super::contact_id_arg::contact_id;
use crate::args::GlobalArgs;
use crate::connection::connected;
use crate::contact_view;
use crate::failure::Failure;
use crate::screen::Screen;

/// The contact to show.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  drift contacts get 24100000017\n  drift contacts get 24100000017 --json | jq .attributes.plan"
)]
pub struct GetArgs {
    /// The id that Drift gave it, as `create` and `find` print it
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
        contact_view::show_or_json(screen, &contact);
        Ok(())
    }
}
