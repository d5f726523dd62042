//! `drift contacts find`.

use clap::{ArgGroup, Args};
use drift::{Client, Contact, Email, Matches};
use serde_json::Value;

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::{Screen, list_contacts, show_as_text};
use crate::session::connected;

const EXAMPLES: &str = "\
Examples:
  drift contacts find --email ada+news@example.test
  drift contacts find --external-id u_9f3c1ad27b60e845
  drift contacts find --email ada@example.test --json | jq '.[].id'

With --json it prints an array. It exits with 1 if nothing is found. Drift shows
at most 100 contacts with an email; a note says so where there may be more.";

const MAY_BE_MORE: &str = "Drift shows at most 100 contacts with an email, so there may be more of them; find those by --external-id";

/// What to look for.
#[derive(Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("by").required(true))]
pub struct FindArgs {
    /// The email address; several contacts may have it
    #[arg(long, group = "by")]
    email: Option<Email>,
    /// The external id; may be given several times
    #[arg(long, value_name = "ID", group = "by")]
    external_id: Vec<String>,
}

impl FindArgs {
    /// Finds and shows them.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        let found = connected(global, async |connection| {
            let found = self.find(&connection.client).await;
            found.map_err(|error| Failure::of_reading(&error))
        })
        .await?;
        show(screen, &found);
        if found.may_be_more() {
            screen.note("more", MAY_BE_MORE);
        }
        if found.is_empty() {
            screen.finish()?;
            return Err(Failure::refused(
                "not_found",
                format!("no contact has this {}", self.what()),
            ));
        }
        Ok(())
    }

    async fn find(&self, client: &Client) -> Result<Matches, drift::Error> {
        let contacts = client.contacts();
        match &self.email {
            Some(email) => contacts.find_by_email(email).await,
            None => {
                let found = contacts.find_by_external_ids(&self.external_id).await;
                found.map(Matches::from)
            }
        }
    }

    fn what(&self) -> &'static str {
        if self.email.is_some() {
            "email"
        } else {
            "external id"
        }
    }
}

fn show(screen: &mut Screen, found: &[Contact]) {
    match found {
        _ if screen.is_json() => {
            screen.value(&found.iter().map(Contact::to_json).collect::<Value>())
        }
        [] => {}
        [contact] => show_as_text(screen, contact),
        several => list_contacts(screen, several),
    }
}
