//! `drift contacts get`.

use clap::Args;
use drift::ContactId;

use crate::connection::Connection;
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
    id: ContactId,
}

impl GetArgs {
    /// Gets and shows it.
    pub async fn run(self, connection: &Connection, screen: &mut Screen) -> Result<(), Failure> {
        let found = connection.client.contacts().get(self.id).await;
        let contact = found.map_err(|error| Failure::of_reading(&error))?;
        if screen.is_json() {
            screen.value(&contact.to_json());
        } else {
            contact_view::show(screen, &contact);
        }
        Ok(())
    }
}
