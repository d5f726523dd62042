//! `drift contacts timeline`.

use std::time::SystemTime;

use clap::{ArgGroup, Args};
use drift::{ContactId, TimelineEvent};
use jiff::Timestamp;

use crate::arguments::{GlobalArgs, contact_id};
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::connected;

const EXAMPLES: &str = "\
Examples:
  drift contacts timeline 24100000017 --event 'Moved to plan team'
  drift contacts timeline --external-id u_9f3c1ad27b60e845 --event Paid \\
    --at 2026-11-23T10:00:00Z";

/// The contact, and what happened.
#[derive(Args)]
#[command(after_help = EXAMPLES, group = ArgGroup::new("which").required(true))]
pub struct TimelineArgs {
    /// The contact's id in Drift
    #[arg(group = "which", value_parser = contact_id)]
    id: Option<ContactId>,
    /// Its external id, instead
    #[arg(long, value_name = "ID", group = "which")]
    external_id: Option<String>,
    /// What happened
    #[arg(long, value_name = "TEXT")]
    event: String,
    /// When it happened, as 2026-11-23T10:00:00Z [default: now]
    #[arg(long, value_name = "TIME")]
    at: Option<Timestamp>,
}

impl TimelineArgs {
    /// Posts it.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        if self.event.trim().is_empty() {
            return Err(Failure::input("--event has no text"));
        }
        let event = self.event();
        connected(global, async |connection| {
            let posted = connection.client.contacts().timeline().post(event).await;
            posted.map_err(|error| Failure::of_writing(&error))
        })
        .await?;
        screen.done("Posted the event");
        Ok(())
    }

    fn event(self) -> TimelineEvent {
        let event = match (self.id, self.external_id) {
            (Some(id), _) => TimelineEvent::of(id, self.event),
            (None, id) => TimelineEvent::of_external_id(id.unwrap_or_default(), self.event),
        };
        match self.at {
            Some(time) => event.at(SystemTime::from(time)),
            None => event,
        }
    }
}
