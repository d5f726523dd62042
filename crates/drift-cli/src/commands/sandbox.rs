//! `drift sandbox`: the file behind `--sandbox`.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::arguments::ConfirmArgs;
use crate::commands::confirm::confirm;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::sandbox;

/// What can be done with it.
#[derive(Subcommand)]
pub enum SandboxCommand {
    /// Print the path of its file
    Path,
    /// Delete everything in it
    #[command(
        after_help = "Examples:\n  drift sandbox reset --yes\n\nSee what is in it: drift emulator --sandbox"
    )]
    Reset(ConfirmArgs),
}

/// Runs one of them.
pub fn run(command: &SandboxCommand, screen: &mut Screen) -> Result<(), Failure> {
    let file = sandbox::file()?;
    match command {
        SandboxCommand::Path => screen.fact("path", &file.display().to_string()),
        SandboxCommand::Reset(args) => {
            confirm(args, "delete every contact in the sandbox", screen)?;
            let linked = linked_database(&file);
            sandbox::reset(&file)?;
            screen.done(&match linked {
                None => "The sandbox is empty".to_owned(),
                Some(target) => format!(
                    "The sandbox is empty. Its file was a symbolic link to {}: only the link was removed",
                    target.display()
                ),
            });
        }
    }
    Ok(())
}

/// The database that the sandbox's file is a symbolic link to, if it is one.
fn linked_database(file: &Path) -> Option<PathBuf> {
    file.symlink_metadata()
        .is_ok_and(|metadata| metadata.is_symlink())
        .then(|| file.canonicalize().or_else(|_| file.read_link()).ok())?
}
