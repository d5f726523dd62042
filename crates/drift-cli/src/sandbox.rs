//! `drift sandbox`: the file behind `--sandbox`.

use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use clap::Subcommand;
use drift::ExternalId;
use drift_emulator::StartError;
use serde_json::json;

use crate::confirm::ConfirmArgs;
use crate::connection;
use crate::data_folder;
use crate::failure::Failure;
use crate::screen::Screen;

/// The file with its name, as the end of the database's.
const NAME: &str = "-name";

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
            let linked = linked_database(&file);
            reset(&file)?;
            screen.done(&match linked {
                None => "The sandbox is empty".to_owned(),
                Some(target) => format!(
                    "The sandbox is empty. Its file was a link to {}: the link was removed, that database is unchanged",
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

/// The database, the two files that SQLite keeps beside it, and its name.
fn reset(file: &Path) -> Result<(), Failure> {
    for suffix in ["", "-wal", "-shm", NAME] {
        let mut path = file.as_os_str().to_owned();
        path.push(suffix);
        match std::fs::remove_file(&path) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
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

/// What this sandbox is called, once its database is there. It gets a new name when it is reset, and when its database
/// is made anew, so that a journal of an import knows that its contacts are gone.
pub fn name(file: &Path) -> Result<String, Failure> {
    let mut path = file.as_os_str().to_owned();
    path.push(NAME);
    let path = PathBuf::from(path);
    let random =
        random(&path).map_err(|cause| Failure::input(format!("{}: {cause}", path.display())))?;
    // Not every file system tells when a file was made.
    let made = std::fs::metadata(file).and_then(|file| file.created()).ok();
    let made = made.and_then(|made| made.duration_since(UNIX_EPOCH).ok());
    let made = made.map_or(0, |made| made.as_millis());
    Ok(format!("the sandbox {random}-{made:x}"))
}

/// What stands in a file, which is made if it is not there. Of two processes that begin at once both get the same.
fn random(path: &Path) -> io::Result<String> {
    if !path.exists() {
        let random = ExternalId::random().to_string();
        let whole = path.with_extension(&random);
        data_folder::write_private(&whole, &random.as_bytes()[random.len() - 8..])?;
        match std::fs::hard_link(&whole, path) {
            // A file system without links; the later of two would win there.
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => {
                std::fs::rename(&whole, path)?;
            }
            _ => std::fs::remove_file(&whole)?,
        }
    }
    std::fs::read_to_string(path)
}

/// The database of the sandbox, made so that nobody else can read it if it is not there; SQLite gives the files beside
/// it the same permissions.
pub fn made() -> Result<PathBuf, Failure> {
    let file = file()?;
    data_folder::make_file_private(&file).map_err(|cause| {
        Failure::input(format!("{} cannot be made: {cause}", file.display()))
            .next("check the folder and its permissions, or set XDG_DATA_HOME to another")
    })?;
    Ok(file)
}

/// A sandbox that cannot be opened has a way out that other files have not.
pub fn not_started(error: StartError) -> Failure {
    let damaged = matches!(error, StartError::Database(..));
    let failure = connection::not_started(error);
    match damaged {
        true => failure
            .advise("check its permissions and the room on the disk")
            .next("to begin with an empty one: drift sandbox reset --yes"),
        false => failure,
    }
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
