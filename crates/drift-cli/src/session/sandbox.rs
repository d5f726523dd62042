//! The database behind `--sandbox`: where it is, its name, and how it is emptied.

use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use drift::ExternalId;
use drift_emulator::StartError;

use super::data_folder;
use super::start_failure;
use crate::failure::Failure;
use crate::private_file;

/// The end of the name of the file that holds the sandbox's own name; the beginning is the database's.
const NAME_SUFFIX: &str = "-name";

/// The database of the sandbox. If it does not exist, an empty one is made that nobody else can read; SQLite gives the
/// files beside it the same permissions.
pub fn ensure_file() -> Result<PathBuf, Failure> {
    let file = file()?;
    private_file::ensure(&file).map_err(|cause| {
        Failure::input(format!("{} cannot be made: {cause}", file.display()))
            .next("check the folder and its permissions, or set XDG_DATA_HOME to another")
    })?;
    Ok(file)
}

/// Why the sandbox does not start. Other than another file it can be emptied, which helps where it is damaged.
pub fn start_failure(error: StartError) -> Failure {
    let damaged = matches!(error, StartError::Database(..));
    let failure = start_failure::of_emulator(error);
    if damaged {
        return failure
            .advise("check its permissions and the room on the disk")
            .next("to begin with an empty one: drift sandbox reset --yes");
    }
    failure
}

/// The path of the sandbox's database, in a folder that is made for it.
pub fn file() -> Result<PathBuf, Failure> {
    let folder = data_folder::data().ok_or_else(|| {
        Failure::input("there is no home folder to keep the sandbox in")
            .next("set XDG_DATA_HOME to a folder of yours")
    })?;
    private_file::ensure_folder(&folder).map_err(|cause| {
        Failure::input(format!(
            "the folder {} cannot be made: {cause}",
            folder.display()
        ))
    })?;
    Ok(folder.join("sandbox.db"))
}

/// The name of this sandbox, once its database exists. It gets a new one when it is reset, and when its database is made
/// anew, so that a journal of an import knows that its contacts are gone.
pub fn name(file: &Path) -> Result<String, Failure> {
    let path = beside(file, NAME_SUFFIX);
    let random = ensure_random_name(&path)
        .map_err(|cause| Failure::input(format!("{}: {cause}", path.display())))?;
    // Some file systems do not record when a file was created.
    let created = std::fs::metadata(file).and_then(|file| file.created()).ok();
    let created = created.and_then(|created| created.duration_since(UNIX_EPOCH).ok());
    let created = created.map_or(0, |created| created.as_millis());
    Ok(format!("the sandbox {random}-{created:x}"))
}

/// Reads the random part of the name, which is made first if it is not there. Two processes that start at the same time
/// read the same one: a hard link fails where the other process was faster.
fn ensure_random_name(path: &Path) -> io::Result<String> {
    if !path.exists() {
        let random = ExternalId::random().to_string();
        let complete = path.with_extension(&random);
        private_file::write_new(&complete, &random.as_bytes()[random.len() - 8..])?;
        match std::fs::hard_link(&complete, path) {
            // A file system without hard links: there the later of two processes wins.
            Err(cause) if cause.kind() != io::ErrorKind::AlreadyExists => {
                std::fs::rename(&complete, path)?;
            }
            _ => std::fs::remove_file(&complete)?,
        }
    }
    std::fs::read_to_string(path)
}

/// Removes the database, the two files that SQLite keeps beside it, and its name.
pub fn reset(file: &Path) -> Result<(), Failure> {
    for suffix in ["", "-wal", "-shm", NAME_SUFFIX] {
        let path = beside(file, suffix);
        if let Err(cause) = std::fs::remove_file(&path)
            && cause.kind() != io::ErrorKind::NotFound
        {
            let sentence = format!("{} cannot be deleted: {cause}", path.display());
            return Err(Failure::input(sentence));
        }
    }
    Ok(())
}

/// A file whose name begins as the database's does.
fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(suffix);
    PathBuf::from(path)
}
