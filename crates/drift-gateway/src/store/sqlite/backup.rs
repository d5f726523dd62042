//! A copy of the store while it is in use, by SQLite's own backup.

use std::path::Path;

use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::file;
use super::schema::failed;
use crate::store::StoreError;

/// Copies the store into a new file that only its owner may read; whole or not at all.
pub(super) fn backup(from: &Path, to: &Path) -> Result<(), StoreError> {
    let folder = match to.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let new = tempfile::Builder::new()
        .prefix(".drift-gateway-")
        .tempfile_in(folder)
        .map_err(|error| file::failed(to, &error))?;
    copy(from, new.path()).map_err(|error| failed(&error))?;
    let kept = new
        .as_file()
        .sync_all()
        .map_err(|error| file::failed(to, &error));
    kept?;
    match new.persist_noclobber(to) {
        Ok(_) => Ok(()),
        Err(error) => Err(file::failed(to, &error.error)),
    }
}

/// A connection of its own reads one state of the store, and holds up no writer.
fn copy(from: &Path, to: &Path) -> rusqlite::Result<()> {
    const ALL: i32 = -1;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let source = Connection::open_with_flags(from, flags)?;
    let mut copy = Connection::open(to)?;
    Backup::new(&source, &mut copy)?.step(ALL)?;
    // One file, with nothing beside it.
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))
}
