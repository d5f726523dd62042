//! The options that describe a new contact: of `create`, `ensure` and `upsert`.

use clap::Args;
use drift::{Email, ErrorKind, NewContact, NextAction};

use crate::arguments::{AttributeArgs, ExternalIdArgs};
use crate::failure::{Failure, is_of_another_server};
use crate::output::shell_option;
use crate::session::Connection;
use crate::session::interrupt::unless_stopped;
use crate::session::ticket_file;

/// A contact, as the arguments describe it.
#[derive(Args)]
pub struct NewContactArgs {
    /// The email address
    #[arg(long, value_parser = drift_import::read_address)]
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

/// A contact whose input was checked.
pub struct Creation {
    pub new: NewContact,
    email: String,
    external_id: Option<String>,
}

impl NewContactArgs {
    /// The contact, checked as far as that goes without Drift.
    pub fn prepare(self) -> Result<Creation, Failure> {
        let email = self.email.to_string();
        let external_id = self.external_id.external_id()?;
        let external_text = external_id.as_ref().map(ToString::to_string);
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
        Ok(Creation {
            new,
            email,
            external_id: external_text,
        })
    }
}

/// A duplicate proves that a contact exists, and not who made it: a network may deliver a request twice.
const OTHER_WAYS: &str =
    "to take the contact that is there use ensure instead of create; to change it too, upsert";

impl Creation {
    /// Runs a call that may create it. A failure says how to look for the contact, and keeps the ticket if there is one.
    pub async fn attempt<T>(
        &self,
        connection: &Connection,
        call: impl Future<Output = Result<T, drift::Error>>,
    ) -> Result<T, Failure> {
        let call = async { call.await.map_err(|error| self.failed(&error, connection)) };
        unless_stopped(call, || self.stopped(connection)).await
    }

    /// A signal came, and with it the request was dropped: nobody knows whether it was executed.
    fn stopped(&self, connection: &Connection) -> Failure {
        let ticket = connection.client.contacts().ticket_of_dropped(&self.new);
        let failure = Failure::unknown(
            "interrupted",
            "stopped before the response came: the contact may have been created or not",
        );
        let look_up = self.look_up(connection);
        ticket_file::keep(failure, &ticket, &connection.command)
            .next(format!("look before you create it again: {look_up}"))
    }

    fn failed(&self, error: &drift::Error, connection: &Connection) -> Failure {
        let failure = Failure::of_writing(error);
        let failure = match error.kind() {
            ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId => failure
                .advise(format!("see it: {}", self.look_up(connection)))
                .next(OTHER_WAYS),
            ErrorKind::Ambiguous => failure.advise(format!("see it: {}", self.look_up(connection))),
            _ => failure,
        };
        let failure = match error.ticket() {
            Some(ticket) => ticket_file::keep(failure, ticket, &connection.command),
            None => failure,
        };
        match (error.ticket(), error.next_action()) {
            (Some(_), NextAction::LookUp) if is_of_another_server(error) => {
                failure.next(NextAction::CheckBaseUrl.to_string())
            }
            // What keeps the ticket from being resolved, such as a token that is refused.
            (Some(_), action) if action != NextAction::LookUp => failure.next(action.to_string()),
            _ => failure,
        }
    }

    /// The command line that looks for it.
    fn look_up(&self, connection: &Connection) -> String {
        let drift = &connection.command;
        match &self.external_id {
            Some(id) => format!(
                "{drift} contacts find {}",
                shell_option("--external-id", id)
            ),
            None => format!(
                "{drift} contacts find {}",
                shell_option("--email", &self.email)
            ),
        }
    }
}
