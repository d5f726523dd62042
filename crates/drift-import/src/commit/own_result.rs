//! Whether a result file is still as the import wrote it. A person corrects rows in such a file; what was corrected is
//! never replaced.

use std::path::Path;

use crate::error::Error;
use crate::input::format::bytes::FileBytes;
use crate::input::source::opening::hash_of;
use crate::journal::database::Journal;

/// What the journal notes of a file that it wrote, before the hashes of what it may hold.
const OURS: &str = "ours";

/// What is in the place of a result file.
#[derive(PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// What the import wrote, with its hash.
    AsWritten(String),
    /// What the import wrote, changed since.
    Edited,
    /// A file that the import did not write.
    Foreign,
}

/// Looks at what is in the place of a result file.
pub(super) fn find(path: &Path, journal: &Journal) -> Result<Found, Error> {
    let Ok(found) = std::fs::symlink_metadata(path) else {
        return Ok(Found::Nothing);
    };
    let noted = journal.get(&key(path))?.filter(|_| found.is_file());
    let Some(noted) = noted else {
        return Ok(Found::Foreign);
    };
    Ok(compare(&noted, content_hash(path)?))
}

/// Notes what a file holds and what is about to replace it: after a crash in between, both are known as our own.
pub(super) fn note(
    path: &Path,
    before: &Found,
    content: &str,
    journal: &mut Journal,
) -> Result<(), Error> {
    let before = match before {
        Found::AsWritten(hash) => hash,
        _ => "",
    };
    journal.set(&key(path), &format!("{OURS} {content} {before}"))
}

/// A hash of what a file holds.
pub(super) fn content_hash(path: &Path) -> Result<String, Error> {
    hash_of(&FileBytes::Stored(path.to_owned()), path, |_| ())
}

fn compare(noted: &str, content: String) -> Found {
    let mut hashes = noted.split_whitespace().skip(1).peekable();
    // Earlier versions noted no hash.
    match hashes.peek().is_none() || hashes.any(|hash| hash == content) {
        true => Found::AsWritten(content),
        false => Found::Edited,
    }
}

fn key(path: &Path) -> String {
    format!(
        "result {}",
        path.file_name().unwrap_or_default().to_string_lossy()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_compared_with_all_that_the_import_may_have_left_there() {
        let written = Found::AsWritten("b".to_owned());
        for (noted, found) in [
            ("ours", &written),
            ("ours b ", &written),
            ("ours a b", &written),
            ("ours a ", &Found::Edited),
            ("ours a c", &Found::Edited),
        ] {
            assert!(compare(noted, "b".to_owned()) == *found, "{noted}");
        }
    }
}
