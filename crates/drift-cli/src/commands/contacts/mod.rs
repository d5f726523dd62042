//! `drift contacts`: a file for each command, a folder for `import`. To add one: its file, a variant here with its
//! arguments, and a line in `run`.
//!
//! What several commands of this folder share is here too: `new_contact`, `outcome`, `piped` and `file_failure`.
//! They know no command.

mod attributes;
mod create;
mod delete;
mod ensure;
mod export;
mod file_failure;
mod find;
mod get;
mod import;
mod new_contact;
mod outcome;
mod piped;
mod resolve;
mod timeline;
mod update;

use clap::Subcommand;

use crate::arguments::GlobalArgs;
use crate::failure::Failure;
use crate::output::Screen;

/// What can be done with contacts.
#[derive(Subcommand)]
pub enum ContactsCommand {
    /// Create a contact; retries never create a second one
    Create(create::CreateArgs),
    /// Show a contact by its id in Drift
    Get(get::GetArgs),
    /// Find contacts by email or by your own ids
    Find(find::FindArgs),
    /// Update attributes of a contact
    Update(update::UpdateArgs),
    /// Delete a contact
    Delete(delete::DeleteArgs),
    /// Create a contact, or show the one that exists
    Ensure(ensure::EnsureArgs),
    /// Create a contact, or update the one that exists
    Upsert(ensure::UpsertArgs),
    /// Find out what became of a create whose response was lost
    Resolve(resolve::ResolveArgs),
    /// Import a file of contacts; can be planned, resumed and undone
    Import(Box<import::ImportArgs>),
    /// Export the contacts of a list of ids or emails to CSV or JSON Lines
    Export(export::ExportArgs),
    /// List the custom attributes
    #[command(
        after_help = "Examples:\n  drift contacts attributes\n  drift contacts attributes --json | jq -r '.[].name'"
    )]
    Attributes,
    /// Post an event to the timeline of a contact
    Timeline(timeline::TimelineArgs),
}

/// Runs one of them.
pub async fn run(
    command: ContactsCommand,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    match command {
        ContactsCommand::Create(args) => args.run(global, screen).await,
        ContactsCommand::Get(args) => args.run(global, screen).await,
        ContactsCommand::Find(args) => args.run(global, screen).await,
        ContactsCommand::Update(args) => args.run(global, screen).await,
        ContactsCommand::Delete(args) => args.run(global, screen).await,
        ContactsCommand::Ensure(args) => args.run(global, screen).await,
        ContactsCommand::Upsert(args) => args.run(global, screen).await,
        ContactsCommand::Resolve(args) => args.run(global, screen).await,
        ContactsCommand::Import(args) => args.run(global, screen).await,
        ContactsCommand::Export(args) => args.run(global, screen).await,
        ContactsCommand::Attributes => attributes::run(global, screen).await,
        ContactsCommand::Timeline(args) => args.run(global, screen).await,
    }
}
