//! Opens the database, with its tables and its way of writing.

use std::fmt;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use super::Location;

/// How long to wait for another process that writes to the same file.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Between two attempts to open a file that another process is opening.
const PAUSE: Duration = Duration::from_millis(5);

/// Written into `user_version`, so that a file of another layout is refused rather than misread.
const LAYOUT: i64 = 2;

const TABLES: &str = "
    CREATE TABLE contacts (
        id INTEGER PRIMARY KEY,
        organization INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        version INTEGER NOT NULL,
        deleted_at INTEGER,
        erased INTEGER NOT NULL DEFAULT 0,
        email TEXT,
        external_id TEXT,
        external_id_is_number INTEGER NOT NULL,
        attributes TEXT NOT NULL
    );
    CREATE TABLE identity_moves (count INTEGER NOT NULL);
    INSERT INTO identity_moves VALUES (0);
    CREATE TABLE attribute_definitions (
        organization INTEGER NOT NULL,
        name TEXT NOT NULL,
        type TEXT NOT NULL,
        display_name TEXT NOT NULL,
        PRIMARY KEY (organization, name)
    ) WITHOUT ROWID;
    CREATE TABLE timeline_events (
        id INTEGER PRIMARY KEY,
        organization INTEGER NOT NULL,
        contact_id INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        event TEXT NOT NULL,
        attributes TEXT NOT NULL
    );
    CREATE INDEX timeline_events_by_contact ON timeline_events (contact_id, created_at);
    CREATE TABLE unsubscribed_emails (
        organization INTEGER NOT NULL,
        email TEXT NOT NULL,
        PRIMARY KEY (organization, email)
    ) WITHOUT ROWID;
";

/// From the layout with indexes in the database to the one without.
const FROM_LAYOUT_1: &str = "
    DROP INDEX contacts_by_email;
    DROP INDEX contacts_by_external_id;
    CREATE TABLE identity_moves (count INTEGER NOT NULL);
    INSERT INTO identity_moves VALUES (0);
";

/// Why a database cannot be used.
#[derive(Debug)]
pub(crate) enum OpenError {
    Database(rusqlite::Error),
    /// A database, but not one of this emulator.
    Layout(i64),
    /// The machine gives no thread.
    Thread(std::io::Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Database(cause) => cause.fmt(out),
            OpenError::Layout(found) => {
                write!(
                    out,
                    "it is no database of this version of the emulator (layout {found})"
                )
            }
            OpenError::Thread(cause) => write!(out, "no thread for it: {cause}"),
        }
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(cause: rusqlite::Error) -> Self {
        OpenError::Database(cause)
    }
}

impl From<std::io::Error> for OpenError {
    fn from(cause: std::io::Error) -> Self {
        OpenError::Thread(cause)
    }
}

/// Opens the database and makes its tables if they are not there.
pub(super) fn open(location: &Location) -> Result<Connection, OpenError> {
    let connection = match location {
        Location::Memory => Connection::open_in_memory()?,
        Location::File(path) => Connection::open_with_flags(path, file_flags())?,
    };
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    patiently(|| {
        prepare(&connection, location)?;
        create_tables(&connection)
    })?;
    Ok(connection)
}

/// Tries again while another process is in the way: SQLite itself does not wait where a file becomes one with a
/// write-ahead log, since two that wait there for each other would wait for ever.
fn patiently(work: impl Fn() -> Result<(), OpenError>) -> Result<(), OpenError> {
    let end = Instant::now() + PATIENCE;
    loop {
        match work() {
            Err(OpenError::Database(cause)) if is_busy(&cause) && Instant::now() < end => {
                std::thread::sleep(PAUSE);
            }
            done => return done,
        }
    }
}

fn is_busy(cause: &rusqlite::Error) -> bool {
    cause.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

fn file_flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn prepare(connection: &Connection, location: &Location) -> rusqlite::Result<()> {
    let pragmas = match location {
        Location::Memory => "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;",
        // Rows that are looked up are read where the system holds the file, up to the 2 GiB that SQLite maps.
        Location::File(_) => {
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;
             PRAGMA mmap_size = 2147418112;"
        }
    };
    connection.execute_batch(pragmas)?;
    connection.execute_batch("PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY;")
}

fn create_tables(connection: &Connection) -> Result<(), OpenError> {
    let transaction =
        rusqlite::Transaction::new_unchecked(connection, rusqlite::TransactionBehavior::Immediate)?;
    let layout: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let tables: i64 =
        transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (layout, tables) {
        (0, 0) => {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", LAYOUT)?;
        }
        (1, _) => {
            transaction.execute_batch(FROM_LAYOUT_1)?;
            transaction.pragma_update(None, "user_version", LAYOUT)?;
        }
        (LAYOUT, _) => {}
        _ => return Err(OpenError::Layout(layout)),
    }
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::{Location, open};

    #[test]
    fn a_new_file_can_be_opened_by_many_at_once() {
        for _ in 0..50 {
            let folder = tempfile::tempdir().expect("a folder");
            let location = Location::File(folder.path().join("drift.db"));
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| open(&location).map(drop).expect("it opens"));
                }
            });
        }
    }
}
