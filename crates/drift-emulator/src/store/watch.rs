//! Notices that the database's files are no longer the ones that were opened: deleted, replaced, or moved away.
//!
//! The system lets a program write on to a deleted file, so SQLite would report commits that nobody can ever read.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

/// The database file and its log, by their identity when the database was opened.
pub(super) struct OpenFiles(Vec<(PathBuf, Identity)>);

/// What tells a file from another one of the same name.
#[cfg(unix)]
type Identity = (u64, u64);
#[cfg(not(unix))]
type Identity = Option<std::time::SystemTime>;

impl OpenFiles {
    /// No files: the database is in memory.
    pub(super) fn none() -> Self {
        OpenFiles(Vec::new())
    }

    /// The files of a database that has just been opened. Its log stands beside the file itself, not beside a link to it.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        let mut log = path.canonicalize()?.into_os_string();
        log.push("-wal");
        [path.to_owned(), log.into()]
            .into_iter()
            .filter(|path| path.exists())
            .map(|path| Ok((path.clone(), identity(&std::fs::metadata(&path)?))))
            .collect::<io::Result<_>>()
            .map(OpenFiles)
    }

    /// Whether each file is still found under its name.
    pub(super) fn are_in_place(&self) -> bool {
        self.0.iter().all(|(path, opened)| {
            std::fs::metadata(path).is_ok_and(|metadata| identity(&metadata) == *opened)
        })
    }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> Identity {
    metadata.created().ok()
}
