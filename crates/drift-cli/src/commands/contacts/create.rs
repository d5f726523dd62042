//! `drift contacts create`.

use clap::Args;

use super::new_contact::NewContactArgs;
use super::outcome;
use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::connected;

const EXAMPLES: &str = "\
Examples:
  drift contacts create --email ada@example.test
  drift contacts create --email ada@example.test --random-id \\
    --name 'Ada Lovelace' --set plan=pro --set seats=12 --set-text zip=01234
  drift contacts create --email ada@example.test --derive-id 'customer 7' \\
    --id-key-file id.key --json

Without an external id, Drift refuses an email that it already has. With one, it
checks only the external id: two contacts can then share an email, and nobody
can merge them later. To get the existing contact instead, use `ensure`.";

/// The contact to create.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct CreateArgs {
    #[command(flatten)]
    contact: NewContactArgs,
}

impl CreateArgs {
    /// Creates it.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        let creation = self.contact.prepare()?;
        connected(global, async |connection| {
            let contacts = connection.client.contacts();
            let outcome = creation
                .attempt(connection, contacts.create(creation.new.clone()))
                .await?;
            outcome::show_outcome(screen, connection, &outcome);
            Ok(())
        })
        .await
    }
}
