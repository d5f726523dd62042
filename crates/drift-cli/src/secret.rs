//! Secrets: from the environment, or from a file that only its owner can read. Never from an argument list, which
//! every process of the machine can see.

use std::fs;
use std::path::Path;

use crate::failure::Failure;

/// Reads a secret from a file; white space at its end is dropped.
pub fn read(path: &Path, what: &str) -> Result<String, Failure> {
    let unreadable = |cause: std::io::Error| {
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
