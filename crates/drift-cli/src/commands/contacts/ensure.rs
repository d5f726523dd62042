//! `drift contacts ensure` and `drift contacts upsert`.

use clap::Args;
use drift::{Outcome, Upserted};

use super::new_contact::NewContactArgs;
use super::outcome;
use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::{Connection, connected};

const ENSURE: &str = "\
Examples:
  drift contacts ensure --email ada@example.test
  drift contacts ensure --email ada@example.test --random-id --email-first

An existing contact is not changed. With --json a note on standard error says
whether the contact was created, recovered or existed.";

const UPSERT: &str = "\
Examples:
  drift contacts upsert --email ada@example.test --name Ada --set plan=pro

With --json a note on standard error says whether the contact was created or
updated.";

/// The contact that must exist afterwards.
#[derive(Args)]
#[command(after_help = ENSURE)]
pub struct EnsureArgs {
    #[command(flatten)]
    wanted: WantedArgs,
}

/// The contact that must exist afterwards, with these attributes.
#[derive(Args)]
#[command(after_help = UPSERT)]
pub struct UpsertArgs {
    #[command(flatten)]
    wanted: WantedArgs,
}

#[derive(Args)]
struct WantedArgs {
    #[command(flatten)]
    contact: NewContactArgs,
    /// Look for the email first and use the contact that has it; with an external id Drift does not check the email
    #[arg(long)]
    email_first: bool,
}

fn contacts(connection: &Connection, email_first: bool) -> drift::Contacts {
    let contacts = connection.client.contacts();
    if email_first {
        return contacts.with_options(connection.client.options().clone().check_email_first());
    }
    contacts
}

impl EnsureArgs {
    /// Creates or gets it.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        let creation = self.wanted.contact.prepare()?;
        connected(global, async |connection| {
            let contacts = contacts(connection, self.wanted.email_first);
            let ended = creation
                .attempt(connection, contacts.ensure(creation.new.clone()))
                .await?;
            match &ended {
                Outcome::Existed(contact) => outcome::show(screen, connection, "Found", contact),
                Outcome::Created(contact) | Outcome::Recovered(contact) => {
                    outcome::show(screen, connection, "Created", contact)
                }
            }
            let sentence = match ended {
                Outcome::Created(_) => "The contact is new.",
                Outcome::Recovered(_) => "The contact is new. A response was lost on the way.",
                Outcome::Existed(_) => "The contact existed. It was not changed.",
            };
            note(screen, ended.as_str(), sentence);
            Ok(())
        })
        .await
    }
}

impl UpsertArgs {
    /// Creates or changes it.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        let creation = self.wanted.contact.prepare()?;
        connected(global, async |connection| {
            let contacts = contacts(connection, self.wanted.email_first);
            let ended = creation
                .attempt(connection, contacts.upsert(creation.new.clone()))
                .await?;
            let (word, sentence) = match ended {
                Upserted::Created(_) => ("Created", "The contact is new."),
                Upserted::Updated(_) => ("Updated", "The contact existed. It was updated."),
            };
            outcome::show(screen, connection, word, ended.contact());
            note(screen, ended.as_str(), sentence);
            Ok(())
        })
        .await
    }
}

/// Only with `--json`: as text, the headline says it already.
fn note(screen: &Screen, word: &str, sentence: &str) {
    if screen.is_json() {
        screen.note(word, sentence);
    }
}
