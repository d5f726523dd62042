//! `drift sandbox`: the file behind `--sandbox`.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use serde_json::json;

use crate::confirm::ConfirmArgs;
use crate::data_folder;
use crate::failure::Failure;
use crate::screen::Screen;

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
    let file = file()?;
    match command {
        SandboxCommand::Path if screen.is_json() => {
            screen.value(&json!({ "path": file.display().to_string() }))
        }
        SandboxCommand::Path => screen.line(&file.display().to_string()),
        SandboxCommand::Reset(confirm) => {
            confirm.demand("deletes every contact of the sandbox")?;
            reset(&file)?;
            screen.done("The sandbox is empty");
        }
    }
    Ok(())
}

/// The database and the two files that SQLite keeps beside it.
fn reset(file: &Path) -> Result<(), Failure> {
    for suffix in ["", "-wal", "-shm"] {
        let mut path = file.as_os_str().to_owned();
        path.push(suffix);
        match std::fs::remove_file(&path) {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::input(format!(
                    "{} cannot be deleted: {cause}",
                    Path::new(&path).display()
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The database of the sandbox, in a folder that is made for it.
pub fn file() -> Result<PathBuf, Failure> {
    let folder = data_folder::data().ok_or_else(|| {
        Failure::input("there is no home folder to keep the sandbox in")
            .next("set XDG_DATA_HOME to a folder of yours")
    })?;
    data_folder::make_private(&folder).map_err(|cause| {
        Failure::input(format!(
            "the folder {} cannot be made: {cause}",
            folder.display()
        ))
    })?;
    Ok(folder.join("sandbox.db"))
}
