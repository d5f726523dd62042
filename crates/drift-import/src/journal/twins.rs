//! Rows of a plan with the same email or external id, found by sorting on disk.

use rusqlite::{Connection, params};

use crate::input::hash::Hash;

/// Walks over the keys in order; SQLite sorts them on disk. The first row of a key has no twin.
pub(super) fn find_twins(db: &Connection) -> rusqlite::Result<()> {
    let mut keys =
        db.prepare("SELECT kind, key, seq, line, email FROM temp.key ORDER BY kind, key, seq")?;
    let mut email = db.prepare(
        "INSERT INTO twin (seq, email_line) VALUES (?1, ?2) ON CONFLICT (seq) DO UPDATE SET email_line = ?2",
    )?;
    let mut id = db.prepare(
        "INSERT INTO twin (seq, id_line) VALUES (?1, ?2) ON CONFLICT (seq) DO UPDATE SET id_line = ?2",
    )?;
    let mut shared = db.prepare("INSERT OR IGNORE INTO temp.shared VALUES (?1)")?;
    let mut first: Option<FirstRow> = None;
    let mut rows = keys.query([])?;
    while let Some(row) = rows.next()? {
        let (kind, key, seq): (i64, Hash, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        match &first {
            Some(first) if (first.kind, first.key) == (kind, key) => {
                let statement = if kind == 0 { &mut email } else { &mut id };
                statement.execute(params![seq, first.line])?;
                if first.email != row.get(4)? {
                    shared.execute([first.seq])?;
                    shared.execute([seq])?;
                }
            }
            _ => {
                first = Some(FirstRow {
                    kind,
                    key,
                    seq,
                    line: row.get(3)?,
                    email: row.get(4)?,
                });
            }
        }
    }
    Ok(())
}

/// The first row of a key.
struct FirstRow {
    kind: i64,
    key: Hash,
    seq: i64,
    line: u64,
    /// Of an external id: the row's email.
    email: Option<Hash>,
}
