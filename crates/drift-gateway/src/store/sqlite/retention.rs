//! Records are removed: of a person who is to be forgotten, and of keys that were kept for long enough.

use rusqlite::{Connection, params};

use super::records::remove;
use crate::store::lifecycle::Time;
use crate::store::record::{AccountId, Identity, Retention};
use crate::store::row::in_millis;

/// Records that are removed in one go, so that other calls do not wait for long.
const SLICE: u32 = 500;

/// Removes the records of a person; one that a replica works on is marked, and removed when that work ends.
pub(super) fn erase(
    db: &Connection,
    now: Time,
    account: &AccountId,
    person: &Identity,
) -> rusqlite::Result<u64> {
    let mut statement = db.prepare_cached(
        "SELECT seq, state = 1 AND takeover_at > ?5 FROM record
         WHERE (email = ?1 OR external_id = ?2 OR contact = ?3) AND account = ?4",
    )?;
    let found = statement.query_map(
        params![
            person.email_hash(account),
            person.external_id_hash(account),
            person.contact,
            account.as_str(),
            now
        ],
        |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)),
    )?;
    let found = found.collect::<rusqlite::Result<Vec<(i64, bool)>>>()?;
    for (seq, is_in_flight) in &found {
        if *is_in_flight {
            db.prepare_cached("UPDATE record SET erase = 1 WHERE seq = ?1")?
                .execute([seq])?;
        } else {
            remove(db, *seq)?;
        }
    }
    Ok(found.len() as u64)
}

/// Removes some of what was kept for long enough. A delivery that waits is never too old.
pub(super) fn expire(db: &Connection, now: Time, retention: Retention) -> rusqlite::Result<u64> {
    let settled = now.saturating_sub(in_millis(retention.settled));
    let failed = now.saturating_sub(in_millis(retention.failed));
    let mut statement = db.prepare_cached(
        "SELECT seq FROM record WHERE state = 2 AND changed_at <= ?1
         UNION ALL SELECT seq FROM record WHERE state = 3 AND changed_at <= ?2
         UNION ALL SELECT seq FROM record
             WHERE state = 0 AND changed_at <= ?2 AND (NOT delivery OR (in_doubt AND NOT repeatable))
         UNION ALL SELECT seq FROM record
             WHERE state = 1 AND changed_at <= ?2 AND takeover_at <= ?2 AND (NOT delivery OR NOT repeatable)
         UNION ALL SELECT seq FROM record WHERE state = 1 AND takeover_at <= ?4 AND erase
         LIMIT ?3",
    )?;
    let old = statement.query_map(params![settled, failed, SLICE, now], |row| row.get(0))?;
    let old = old.collect::<rusqlite::Result<Vec<i64>>>()?;
    old.iter().try_for_each(|seq| remove(db, *seq))?;
    Ok(old.len() as u64)
}
