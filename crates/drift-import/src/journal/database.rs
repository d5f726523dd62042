//! The database of a journal: opened by one process at a time, with its notes and its commits.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};

use crate::error::{Error, at};
use crate::journal::file::{self, APPLICATION, Place};
use crate::journal::tables::{self, LAYOUT};

/// An open journal. Nobody else can open it until this is dropped, whatever ends the process.
pub(crate) struct Journal {
    // Closed before its place is free again.
    pub(super) db: Connection,
    path: PathBuf,
    place: Place,
    /// Whether SQLite writes to a log beside it; on some file systems it cannot.
    has_log: bool,
    is_new: bool,
}

const VANISHED: &str = "it was removed or replaced while it was in use";

impl Journal {
    /// Opens a journal, and creates it if nothing is in its place. Anything else there is refused, and not changed.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let is_new = !file::exists(path)?
            && file::create(path, |db| {
                tables::make(db, None)?;
                let id = format!("{:032x}", rand::random::<u128>());
                db.execute("INSERT INTO meta VALUES ('id', ?1)", [id])
                    .map(drop)
            })?;
        Ok(Self {
            is_new,
            ..Self::open_found(path)?
        })
    }

    /// Opens a journal that exists.
    pub(super) fn open_present(path: &Path) -> Result<Self, Error> {
        if !file::exists(path)? {
            return Err(at(path)(std::io::ErrorKind::NotFound.into()));
        }
        Self::open_found(path)
    }

    fn open_found(path: &Path) -> Result<Self, Error> {
        // SQLite follows no link anywhere in the path, and a folder may be one.
        let resolved = match cfg!(unix) {
            true => file::resolved(path)?,
            false => path.to_owned(),
        };
        let place = Place::take(path)?;
        let opened = || -> rusqlite::Result<(Connection, String)> {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NOFOLLOW;
            let db =
                Connection::open_with_flags(&resolved, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
            db.busy_timeout(std::time::Duration::ZERO)?;
            // Else statements are planned again for other bounds.
            db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
            // The rows are written and read in order, so little of them needs to be at hand; memory stays flat.
            db.pragma_update(None, "cache_size", -512)?;
            db.execute_batch("PRAGMA temp.cache_size = -512")?;
            db.pragma_update(None, "temp_store", "FILE")?;
            let mode = db.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
            // Survives a loss of power, not only of the process.
            db.pragma_update(None, "synchronous", "FULL")?;
            Ok((db, mode))
        };
        let (db, mode) = opened().map_err(|error| refused(path, error))?;
        let mut journal = Self {
            db,
            path: path.to_owned(),
            place,
            has_log: mode == "wal",
            is_new: false,
        };
        journal.check_layout()?;
        Ok(journal)
    }

    fn check_layout(&mut self) -> Result<(), Error> {
        let number = |name: &str| {
            self.db
                .pragma_query_value(None, name, |row| row.get::<_, i32>(0))
        };
        let found = || Ok((number("application_id")?, number("user_version")?));
        match found().map_err(|error| refused(&self.path, error))? {
            // Takes the lock now, not at the first write.
            (APPLICATION, found @ 1..=LAYOUT) => {
                self.write_unchecked(|db| tables::make(db, Some(found)))
            }
            _ => Err(Error::Input {
                place: self.path.display().to_string(),
                problem: "the file is not a journal of this version of the import".to_owned(),
            }),
        }
    }

    /// Makes sure that the journal is still in its place: what is written elsewhere is not found by a later run.
    pub(crate) fn check_kept(&self) -> Result<(), Error> {
        if self.place.is_kept(&self.path, self.has_log) {
            return Ok(());
        }
        Err(Error::Journal {
            path: self.path.clone(),
            source: VANISHED.into(),
        })
    }

    /// Whether this opened it first.
    pub(crate) fn is_new(&self) -> bool {
        self.is_new
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Names the journal in a database error.
    pub(super) fn error(&self, error: rusqlite::Error) -> Error {
        refused(&self.path, error)
    }

    /// Runs writes as one commit, in a journal that is still in its place.
    pub(super) fn write<T>(
        &mut self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        self.check_kept()?;
        self.write_unchecked(write)
    }

    fn write_unchecked<T>(
        &mut self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let run = |db: &mut Connection| {
            let transaction = db.transaction()?;
            let value = write(&transaction)?;
            transaction.commit()?;
            Ok(value)
        };
        run(&mut self.db).map_err(|error| refused(&self.path, error))
    }

    pub(crate) fn get(&self, key: &str) -> Result<Option<String>, Error> {
        self.db
            .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
                row.get(0)
            })
            .optional()
            .map_err(|error| self.error(error))
    }

    pub(crate) fn set(&mut self, key: &str, value: &str) -> Result<(), Error> {
        self.write(|db| {
            db.execute("INSERT OR REPLACE INTO meta VALUES (?1, ?2)", [key, value])
                .map(drop)
        })
    }

    /// 128 random bits that no other journal has.
    pub(crate) fn id(&self) -> Result<String, Error> {
        Ok(self.get("id")?.unwrap_or_default())
    }
}

fn refused(path: &Path, error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Locked(path.to_owned()),
        Some(ErrorCode::NotADatabase) => Error::Input {
            place: path.display().to_string(),
            problem: "the file is not a journal of an import".to_owned(),
        },
        _ if !path.exists() => at(path)(std::io::ErrorKind::NotFound.into()),
        _ => Error::Journal {
            path: path.to_owned(),
            source: Box::new(error),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_imports_on_one_journal_exclude_each_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let first = Journal::open(&path).expect("opened");
        assert!(matches!(Journal::open(&path), Err(Error::Locked(_))));
        let id = first.id().expect("an id");
        drop(first);
        assert_eq!(
            Journal::open(&path)
                .expect("opened again")
                .id()
                .expect("an id"),
            id
        );
    }

    #[test]
    fn another_file_is_not_taken_for_a_journal() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notes.txt");
        std::fs::write(
            &path,
            "these are notes, and they are longer than a header of SQLite is; really".repeat(20),
        )
        .expect("written");
        assert!(matches!(Journal::open(&path), Err(Error::Input { .. })));
    }
}
