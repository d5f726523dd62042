//! `drift contacts`: each command opens the connection, does one thing, and closes it in order.

mod create;
mod find;
mod get;

use clap::Subcommand;

use crate::args::GlobalArgs;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::screen::Screen;

/// What can be done with contacts.
#[derive(Subcommand)]
pub enum ContactsCommand {
    /// Create a contact: never twice, and never without telling
    Create(create::CreateArgs),
    /// Show the contact with an id of Drift's
    Get(get::GetArgs),
    /// Find contacts by email or by your own ids
    Find(find::FindArgs),
}

/// Runs one of them.
pub async fn run(
    command: ContactsCommand,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    // What can be told from the arguments alone is told before anything is opened.
    let task = Task::prepare(command)?;
    let connection = Connection::open(global).await?;
    let ended = task.run(&connection, screen).await;
    connection.close().await;
    ended
}

/// A command whose input was found good.
enum Task {
    Create(Box<create::Creation>),
    Get(get::GetArgs),
    Find(find::FindArgs),
}

impl Task {
    fn prepare(command: ContactsCommand) -> Result<Self, Failure> {
        Ok(match command {
            ContactsCommand::Create(args) => Self::Create(Box::new(args.prepare()?)),
            ContactsCommand::Get(args) => Self::Get(args),
            ContactsCommand::Find(args) => Self::Find(args),
        })
    }

    async fn run(self, connection: &Connection, screen: &mut Screen) -> Result<(), Failure> {
        match self {
            Self::Create(creation) => creation.run(connection, screen).await,
            Self::Get(args) => args.run(connection, screen).await,
            Self::Find(args) => args.run(connection, screen).await,
        }
    }
}
