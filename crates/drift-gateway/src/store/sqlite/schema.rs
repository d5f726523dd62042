//! Opens the database, with its tables and its way of writing; and the texts of its errors.

use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::file::{Place, Role};
use crate::store::StoreError;

/// How long to wait for a tool that writes to the same file.
const PATIENCE: Duration = Duration::from_secs(5);

/// Each layout from the one before; their number is the newest layout. What is here never changes: files have it.
const MIGRATIONS: [&str; 1] = [include_str!("layout_1.sql")];

/// Opens a store whose file was checked.
pub(super) fn open(place: &Place, role: Role) -> Result<Connection, StoreError> {
    let opened = || -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_NOFOLLOW
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(place.path(), flags)?;
        db.busy_timeout(PATIENCE)?;
        db.set_prepared_statement_cache_capacity(64);
        // FULL: survives a loss of power, not only of the process.
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;
             PRAGMA wal_autocheckpoint = 8000; PRAGMA secure_delete = ON;",
        )?;
        Ok(db)
    };
    let mut db = opened().map_err(|error| failed(&error))?;
    check_layout(layout(&db).map_err(|error| failed(&error))?)?;
    prepare(&mut db, role).map_err(|error| failed(&error))?;
    Ok(db)
}

fn prepare(db: &mut Connection, role: Role) -> rusqlite::Result<()> {
    let all = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    migrate(&all)?;
    if role == Role::Gateway {
        // Their holders are dead, since the file is locked: what they sent is in doubt.
        all.execute(
            "UPDATE record SET state = 0, in_doubt = 1, revision = revision + 1 WHERE state = 1",
            [],
        )?;
    }
    all.commit()
}

/// Brings the tables to the newest layout.
pub(super) fn migrate(db: &Connection) -> rusqlite::Result<()> {
    let done = layout(db)?;
    for (layout, migration) in (1..).zip(MIGRATIONS).filter(|(layout, _)| *layout > done) {
        db.execute_batch(migration)?;
        db.pragma_update(None, "user_version", layout)?;
    }
    Ok(())
}

fn layout(db: &Connection) -> rusqlite::Result<i32> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Refuses a layout that a newer version made.
pub(super) fn check_layout(layout: i32) -> Result<(), StoreError> {
    let newest = MIGRATIONS.len();
    match usize::try_from(layout) {
        Ok(layout) if (1..=newest).contains(&layout) => Ok(()),
        _ => Err(StoreError::Unusable(format!(
            "it has layout {layout}, and this version knows 1 to {newest}; use a newer version"
        ))),
    }
}

/// What SQLite could not do, without anything of the values.
pub(super) fn failed(error: &rusqlite::Error) -> StoreError {
    let cause = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "its disk is full".to_owned(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process writes to it".to_owned()
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            return StoreError::Unusable("the file is damaged; use a backup".to_owned());
        }
        Some(code) => format!("SQLite failed ({code:?})"),
        None => "SQLite failed".to_owned(),
    };
    StoreError::Unavailable(cause)
}
