//! Files that only their owner can read: secrets that are read, and what the command writes for the person alone.
//!
//! Secrets come from the environment or from such a file, never from an argument list, which every process of the
//! machine can see.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::failure::Failure;

/// Reads a secret from a file; white space at its end is dropped.
pub fn read_secret(path: &Path, what: &str) -> Result<String, Failure> {
    require_private(path, what)?;
    let text = fs::read_to_string(path).map_err(|cause| unreadable(path, what, &cause))?;
    Ok(text.trim_end().to_owned())
}

/// Fails where others can read a file with a secret.
pub fn require_private(path: &Path, what: &str) -> Result<(), Failure> {
    let metadata = fs::metadata(path).map_err(|cause| unreadable(path, what, &cause))?;
    if !is_open_to_others(&metadata) {
        return Ok(());
    }
    Err(Failure::input(format!(
        "{} holds {what}, and others can read it",
        path.display()
    ))
    .next(format!("chmod 600 {}", path.display())))
}

fn unreadable(path: &Path, what: &str, cause: &io::Error) -> Failure {
    Failure::input(format!(
        "{what} cannot be read from {}: {cause}",
        path.display()
    ))
}

#[cfg(unix)]
fn is_open_to_others(metadata: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077 != 0
}

/// Elsewhere a file in the person's own profile is theirs alone by default.
#[cfg(not(unix))]
fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}

/// Makes a folder, and those above it, that nobody else can look into. Existing ones stay as they are.
pub fn ensure_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes a new file that nobody else can read. One that cannot be written as a whole is removed.
pub fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private().create_new(true).open(path)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.inspect_err(|_| {
        let _ = fs::remove_file(path);
    })
}

/// Lets its owner read and write a file, and nobody else, whatever the umask.
pub fn only_for_owner(_file: &fs::File) -> io::Result<()> {
    #[cfg(unix)]
    _file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(())
}

/// Replaces a file at once, by one that nobody else can read: whoever reads it meanwhile sees the old content or the new
/// one, and a full disk leaves the old one. Of a link the file that it leads to is replaced.
pub fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    new.write_all(content)?;
    new.as_file().sync_all()?;
    only_for_owner(new.as_file())?;
    new.persist(&path)?;
    Ok(())
}

/// Whether others than its owner may write to a file.
pub fn others_may_write(_metadata: &fs::Metadata) -> bool {
    #[cfg(unix)]
    return std::os::unix::fs::PermissionsExt::mode(&_metadata.permissions()) & 0o022 != 0;
    #[cfg(not(unix))]
    false
}

/// Replaces the content of a file. A new file is made so that nobody else can read it; an existing one keeps its
/// permissions.
pub fn rewrite(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = private().create(true).truncate(true).open(path)?;
    file.write_all(content)
}

/// Makes an empty file that nobody else can read. An existing file stays as it is.
pub fn ensure(path: &Path) -> io::Result<()> {
    private().create(true).truncate(false).open(path).map(drop)
}

/// Waits until no other process holds the lock on a file, which is made if it does not exist. The lock is held until the
/// file is closed.
pub fn lock(path: &Path) -> io::Result<fs::File> {
    let file = private().create(true).truncate(false).open(path)?;
    file.lock()?;
    Ok(file)
}

fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
