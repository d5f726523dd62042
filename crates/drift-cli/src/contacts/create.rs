//! `drift contacts create`.

use clap::Args;
use drift::{Email, ErrorKind, NewContact, Outcome};

use crate::attribute_arg::AttributeArgs;
use crate::connection::Connection;
use crate::external_id_args::ExternalIdArgs;
use crate::failure::Failure;
use crate::screen::Screen;
use crate::ticket_file;

const EXAMPLES: &str = "\
Examples:
  drift contacts create --email ada@example.test
  drift contacts create --email ada@example.test --random-id --name 'Ada Lovelace' --set plan=pro --set seats=12
  DRIFT_ID_KEY=2026:… drift contacts create --email ada@example.test --derive-id 'customer 7' --json

Without an external id Drift refuses an email that it knows. With one it checks the external id alone, so two
contacts may come to share an email; nobody can merge them later.";

/// The contact to create.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct CreateArgs {
    #[command(flatten)]
    contact: NewContactArgs,
}

/// A contact, as it is typed.
#[derive(Args)]
pub struct NewContactArgs {
    /// The email address
    #[arg(long)]
    email: Email,
    #[command(flatten)]
    external_id: ExternalIdArgs,
    /// The full name
    #[arg(long)]
    name: Option<String>,
    /// The phone number, in any form
    #[arg(long)]
    phone: Option<String>,
    #[command(flatten)]
    attributes: AttributeArgs,
}

impl NewContactArgs {
    /// The contact, checked as far as that goes without Drift.
    pub fn prepare(self) -> Result<Creation, Failure> {
        let external_id = self.external_id.external_id()?;
        let identity = Identity {
            email: self.email.to_string(),
            external_id: external_id
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        };
        let mut new = NewContact::with_email(self.email);
        if let Some(id) = external_id {
            new = new.external_id(id);
        }
        if let Some(name) = self.name {
            new = new.name(name);
        }
        if let Some(phone) = self.phone {
            new = new.phone(phone);
        }
        for (key, value) in self.attributes.pairs()? {
            new = new.attribute(key, value);
        }
        new.check().map_err(|error| Failure::of_reading(&error))?;
        Ok(Creation { new, identity })
    }
}

/// A create whose input was found good.
pub struct Creation {
    new: NewContact,
    identity: Identity,
}

/// What the contact is looked for by.
struct Identity {
    email: String,
    external_id: String,
}

impl CreateArgs {
    /// Checks the input.
    pub fn prepare(self) -> Result<Creation, Failure> {
        self.contact.prepare()
    }
}

impl Creation {
    /// Creates the contact.
    pub async fn run(self, connection: &Connection, screen: &mut Screen) -> Result<(), Failure> {
        let created = connection.client.contacts().create(self.new).await;
        let outcome = created.map_err(|error| not_created(&error, connection, &self.identity))?;
        show(screen, connection, &outcome);
        Ok(())
    }
}

fn not_created(error: &drift::Error, connection: &Connection, identity: &Identity) -> Failure {
    let failure = Failure::of_writing(error);
    let drift = connection.command();
    let failure = match error.kind() {
        ErrorKind::DuplicateEmail => failure
            .advise(format!(
                "see it: {drift} contacts find --email {}",
                identity.email
            ))
            .next("an external id makes a second contact with this email: add --random-id"),
        ErrorKind::DuplicateExternalId => failure.advise(format!(
            "see it: {drift} contacts find --external-id {}",
            identity.external_id
        )),
        _ => failure,
    };
    match error.ticket() {
        Some(ticket) => ticket_file::keep(failure, ticket, drift),
        None => failure,
    }
}

/// Says how it ended, which contact it is, and where to look at it.
pub fn show(screen: &mut Screen, connection: &Connection, outcome: &Outcome) {
    let contact = outcome.contact();
    if screen.is_json() {
        screen.value(&contact.to_json());
    } else {
        screen.headline(&format!("{} contact {}", word(outcome), contact.id()));
        if let Some(id) = contact.external_id() {
            screen.line(&format!("  external id: {}", crate::screen::harmless(&id)));
        }
        screen.line(&format!(
            "  see it: {}",
            connection.see(contact.id(), &contact.ui_url())
        ));
    }
    match outcome {
        Outcome::Created(_) => {}
        Outcome::Recovered(_) => screen.note(
            "recovered",
            "An answer was lost; the contact was found, and this command made it.",
        ),
        Outcome::Existed(_) => screen.note(
            "existed",
            "The contact is there; nothing proves that this command made it.",
        ),
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Created(_) => "Created",
        Outcome::Recovered(_) => "Created",
        Outcome::Existed(_) => "Found",
    }
}
