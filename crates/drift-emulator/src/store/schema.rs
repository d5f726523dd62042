//! Opens the database, with its tables and its way of writing.

use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::Location;

/// Written into `user_version`, so that a file of another layout is refused rather than misread.
const LAYOUT: i64 = 1;

const TABLES: &str = "
    CREATE TABLE contacts (
        id INTEGER PRIMARY KEY,
        organization INTEGER NOT NULL,
        created_at INTEGER NOT NULL,
        version INTEGER NOT NULL,
        deleted_at INTEGER,
        email TEXT,
        external_id TEXT,
        external_id_is_number INTEGER NOT NULL,
        attributes TEXT NOT NULL
    );
    CREATE INDEX contacts_by_email ON contacts (email, organization) WHERE email IS NOT NULL;
    CREATE INDEX contacts_by_external_id ON contacts (external_id, organization) WHERE external_id IS NOT NULL;
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

/// Opens the database and makes its tables if they are not there.
pub(super) fn open(location: &Location) -> rusqlite::Result<Connection> {
    let connection = match location {
        Location::Memory => Connection::open_in_memory()?,
        Location::File(path) => Connection::open_with_flags(path, file_flags())?,
    };
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(64);
    prepare(&connection, location)?;
    create_tables(&connection)?;
    Ok(connection)
}

fn file_flags() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn prepare(connection: &Connection, location: &Location) -> rusqlite::Result<()> {
    let pragmas = match location {
        Location::Memory => "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF;",
        Location::File(_) => "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;",
    };
    connection.execute_batch(pragmas)?;
    connection.execute_batch("PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;")
}

fn create_tables(connection: &Connection) -> rusqlite::Result<()> {
    let transaction =
        rusqlite::Transaction::new_unchecked(connection, rusqlite::TransactionBehavior::Immediate)?;
    let layout: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match layout {
        0 => {
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "user_version", LAYOUT)?;
            transaction.commit()
        }
        LAYOUT => transaction.commit(),
        _ => Err(rusqlite::Error::InvalidQuery),
    }
}
