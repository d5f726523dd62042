//! The database of a journal: opened by one process at a time, with its notes and its commits.

use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OptionalExtension};

use crate::error::{Error, at};
use crate::input::source::spool::private;
use crate::journal::tables::{self, LAYOUT};

/// Tells a journal from other SQLite files: "DrIm".
const APPLICATION: i32 = 0x4472_496D;

/// An open journal. Nobody else can open it until this is dropped, whatever ends the process.
pub(crate) struct Journal {
    pub(super) db: Connection,
    path: PathBuf,
}

impl Journal {
    /// Opens a journal, and creates it if it does not exist.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        create_private(path)?;
        let opened = || -> rusqlite::Result<Connection> {
            let db = Connection::open(path)?;
            db.busy_timeout(std::time::Duration::ZERO)?;
            // Else statements are planned again for other bounds.
            db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
            // The rows are written and read in order, so little of them needs to be at hand; memory stays flat.
            db.pragma_update(None, "cache_size", -512)?;
            db.execute_batch("PRAGMA temp.cache_size = -512")?;
            db.pragma_update(None, "temp_store", "FILE")?;
            db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
            // Survives a loss of power, not only of the process.
            db.pragma_update(None, "synchronous", "FULL")?;
            Ok(db)
        };
        let db = opened().map_err(|error| refused(path, error))?;
        let mut journal = Self {
            db,
            path: path.to_owned(),
        };
        journal.check_layout()?;
        Ok(journal)
    }

    fn check_layout(&mut self) -> Result<(), Error> {
        let number = |db: &Connection, name: &str| {
            db.pragma_query_value(None, name, |row| row.get::<_, i32>(0))
        };
        let read = |db: &Connection| -> rusqlite::Result<(i32, i32, i64)> {
            let tables =
                db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
            Ok((
                number(db, "application_id")?,
                number(db, "user_version")?,
                tables,
            ))
        };
        let found = read(&self.db).map_err(|error| refused(&self.path, error))?;
        match found {
            (0, 0, 0) => {
                self.write(|db| {
                    db.pragma_update(None, "application_id", APPLICATION)?;
                    tables::make(db, None)
                })?;
                self.set("id", &format!("{:032x}", rand::random::<u128>()))
            }
            // Takes the lock now, not at the first write.
            (APPLICATION, found @ 1..=LAYOUT, _) => self.write(|db| tables::make(db, Some(found))),
            _ => Err(Error::Input {
                place: self.path.display().to_string(),
                problem: "the file is no journal of this version of the import".to_owned(),
            }),
        }
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Names the journal in a database error.
    pub(super) fn error(&self, error: rusqlite::Error) -> Error {
        refused(&self.path, error)
    }

    /// Runs writes as one commit.
    pub(super) fn write<T>(
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

fn create_private(path: &Path) -> Result<(), Error> {
    match private(path) {
        Err(Error::File { source, .. }) if source.kind() == std::io::ErrorKind::AlreadyExists => {
            Ok(())
        }
        other => other.map(drop),
    }
}

fn refused(path: &Path, error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Locked(path.to_owned()),
        Some(ErrorCode::NotADatabase) => Error::Input {
            place: path.display().to_string(),
            problem: "the file is no journal of an import".to_owned(),
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
