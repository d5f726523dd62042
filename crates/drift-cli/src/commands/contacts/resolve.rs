//! `drift contacts resolve`.

use std::path::PathBuf;

use clap::Args;
use drift::{Resolution, Ticket};

use super::outcome;
use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::{Screen, shell_option};
use crate::session::connected;
use crate::session::ticket_file;

const EXAMPLES: &str = "\
Examples:
  drift contacts resolve ~/.local/state/drift/tickets/5d0c2a9e7b13.json
  drift contacts create --email ada@example.test --json 2> error.json ||
    drift contacts resolve error.json

It sends look-ups only. It exits with 0 if the contact exists, with 1 if it does
not (then it is safe to create it again with the same external id), and with 3
if that is still unknown. A ticket that this command stored is deleted once it
is resolved.";

/// The ticket of the create.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct ResolveArgs {
    /// The ticket file that the failed create named, or its JSON error; `-` for standard input
    ticket: PathBuf,
}

impl ResolveArgs {
    /// Looks the contact up, and removes the ticket once it is resolved.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        let ticket = ticket_file::read(&self.ticket)?;
        let resolution = connected(global, async |connection| {
            let resolved = connection.client.contacts().resolve(&ticket).await;
            let resolution = resolved.map_err(|error| {
                Failure::of_writing(&error).advise("try again later with the same ticket")
            })?;
            if let Resolution::Found(outcome) = &resolution {
                outcome::show_outcome(screen, connection, outcome);
            }
            Ok(resolution)
        })
        .await?;
        ticket_file::forget(&self.ticket);
        match resolution {
            Resolution::Found(_) => Ok(()),
            Resolution::Absent => {
                Err(Failure::refused("absent", "the contact does not exist").next(advice(&ticket)))
            }
        }
    }
}

/// How to create it again: Drift refuses the second of two only where their external ids are equal.
fn advice(ticket: &Ticket) -> String {
    let with = ticket.external_id().map_or(String::new(), |id| {
        format!(" with {}", shell_option("--external-id", id.as_str()))
    });
    format!(
        "create it again{with}: if the first request still arrives, Drift refuses one of the two"
    )
}
