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
    let unreadable = |cause: io::Error| {
        Failure::input(format!(
            "{what} cannot be read from {}: {cause}",
            path.display()
        ))
    };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    if is_open_to_others(&metadata) {
        return Err(Failure::input(format!(
            "{} holds {what}, and others can read it",
            path.display()
        ))
        .next(format!("chmod 600 {}", path.display())));
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    Ok(text.trim_end().to_owned())
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

/// Makes a new file that nobody else can read.
pub fn create(path: &Path) -> io::Result<fs::File> {
    private().create_new(true).open(path)
}

/// Writes a new file that nobody else can read.
pub fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    create(path)?.write_all(content)
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

fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
