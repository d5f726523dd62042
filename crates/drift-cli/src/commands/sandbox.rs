//! `drift sandbox`: the file behind `--sandbox`.

use clap::Subcommand;

use crate::arguments::ConfirmArgs;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::sandbox;

/// What can be done with it.
#[derive(Subcommand)]
pub enum SandboxCommand {
    /// Print where its file is
    Path,
    /// Forget everything in it
    #[command(
        after_help = "Examples:\n  drift sandbox reset --yes\n\nTo look at what is in it: drift emulator --sandbox"
    )]
    Reset(ConfirmArgs),
}

/// Runs one of them.
pub fn run(command: &SandboxCommand, screen: &mut Screen) -> Result<(), Failure> {
    let file = sandbox::file()?;
    match command {
        SandboxCommand::Path => screen.fact("path", &file.display().to_string()),
        SandboxCommand::Reset(confirm) => {
            confirm.require("deletes every contact of the sandbox")?;
            sandbox::reset(&file)?;
            screen.done("The sandbox is empty");
        }
    }
    Ok(())
}
