//! `drift contacts update`.

use clap::{ArgGroup, Args};
use drift::{Client, Contact, ContactChanges, ContactId, Email};
use serde_json::Value;

use crate::arguments::{AttributeArgs, ExternalIdArgs, GlobalArgs, contact_id};
use crate::failure::Failure;
use crate::output::{Screen, show_contact};
use crate::session::connected;

const EXAMPLES: &str = "\
Examples:
  drift contacts update 24100000017 --set plan=team --set seats=40
  drift contacts update --by-external-id u_9f3c1ad27b60e845 --name Ada
  drift contacts update 24100000017 --clear phone --clear plan

Attributes that are not named stay unchanged. --clear sends null; Drift does not
document what null does.";

/// The contact, and what to change.
#[derive(Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("which").required(true))]
pub struct UpdateArgs {
    /// The contact's id in Drift
    #[arg(group = "which", value_parser = contact_id)]
    id: Option<ContactId>,
    /// Its external id, instead
    #[arg(long, value_name = "ID", group = "which")]
    by_external_id: Option<String>,
    /// Set the email address
    #[arg(long)]
    email: Option<Email>,
    /// Set the full name
    #[arg(long)]
    name: Option<String>,
    /// Set the phone number
    #[arg(long)]
    phone: Option<String>,
    /// Clear an attribute
    #[arg(long, value_name = "KEY")]
    clear: Vec<String>,
    #[command(flatten)]
    external_id: ExternalIdArgs,
    #[command(flatten)]
    attributes: AttributeArgs,
}

impl UpdateArgs {
    /// Changes it, and shows it as it is then.
    pub async fn run(mut self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        let changes = self.changes()?;
        let contact = connected(global, async |connection| {
            let updated = self.update(&connection.client, changes).await;
            updated.map_err(|error| Failure::of_writing(&error))
        })
        .await?;
        screen.did(format!("Updated contact {}", contact.id()));
        show_contact(screen, &contact);
        Ok(())
    }

    async fn update(
        &self,
        client: &Client,
        changes: ContactChanges,
    ) -> Result<Contact, drift::Error> {
        match (self.id, &self.by_external_id) {
            (Some(id), _) => client.contacts().update(id, changes).await,
            (None, id) => {
                client
                    .contacts()
                    .update_by_external_id(id.as_deref().unwrap_or_default(), changes)
                    .await
            }
        }
    }

    fn changes(&mut self) -> Result<ContactChanges, Failure> {
        let mut changes = ContactChanges::new();
        if let Some(email) = self.email.take() {
            changes = changes.email(email);
        }
        if let Some(name) = self.name.take() {
            changes = changes.name(name);
        }
        if let Some(phone) = self.phone.take() {
            changes = changes.phone(phone);
        }
        if let Some(id) = self.external_id.external_id()? {
            changes = changes.external_id(id);
        }
        for (key, value) in std::mem::take(&mut self.attributes).pairs()? {
            changes = changes.attribute(key, value);
        }
        let changes = self
            .clear
            .iter()
            .try_fold(changes, |changes, key| clear(changes, key))?;
        if changes.is_empty() {
            return Err(Failure::input("there is nothing to change")
                .next("name a change: --set KEY=VALUE, --name, --email, --phone, --clear KEY"));
        }
        Ok(changes)
    }
}

fn clear(changes: ContactChanges, key: &str) -> Result<ContactChanges, Failure> {
    match key {
        "name" => Ok(changes.clear_name()),
        "phone" => Ok(changes.clear_phone()),
        "email" | "externalId" | "external_id" => Err(Failure::input(format!(
            "{key} cannot be cleared, only changed"
        ))),
        _ => Ok(changes.attribute(key, Value::Null)),
    }
}
