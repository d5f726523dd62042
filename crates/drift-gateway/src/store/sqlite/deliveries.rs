//! Deliveries: claimed by workers, and listed, retried or forgotten by people.

use rusqlite::{Connection, named_params, params};

use super::records::{self, find, remove};
use crate::store::lease::Asked;
use crate::store::lifecycle::{Stage, Time};
use crate::store::record::{AccountId, Filter, RecordId};
use crate::store::row::{COLUMNS, OPEN, REFUSED, Row};
use crate::store::{Health, LeaseTerms, Record, Taken};

/// Those that need a person: refused, or unresolved. `:now` is the time.
const FAILED: &str = "(state = 3 OR (NOT repeatable AND ((state = 0 AND in_doubt) OR (state = 1 AND takeover_at <= :now))))";

pub(super) fn claim_due(
    db: &Connection,
    now: Time,
    account: &AccountId,
    limit: u32,
    (terms, asked): (LeaseTerms, Asked),
) -> rusqlite::Result<Vec<Taken>> {
    let mut statement = db.prepare_cached(
        "SELECT seq FROM record
         WHERE account = ?1 AND delivery AND state < 2 AND due_at <= ?2
             AND (state = 0 OR takeover_at <= ?2) AND (repeatable OR (state = 0 AND NOT in_doubt))
         ORDER BY due_at, seq LIMIT ?3",
    )?;
    let due = statement.query_map(params![account.as_str(), now, limit], |row| row.get(0))?;
    let due = due.collect::<rusqlite::Result<Vec<i64>>>()?;
    let taken = due
        .into_iter()
        .map(|seq| records::take(db, now, seq, terms, asked));
    taken.filter_map(Result::transpose).collect()
}

pub(super) fn list(db: &Connection, now: Time, filter: &Filter) -> rusqlite::Result<Vec<Record>> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM record JOIN content ON content.seq = record.seq
         WHERE record.seq > :after AND (:account IS NULL OR account = :account)
             AND ({FAILED} OR (delivery AND NOT :failed))
         ORDER BY record.seq LIMIT :limit"
    ))?;
    let rows = statement.query_map(
        named_params! {
            ":after": filter.after,
            ":account": filter.account.as_ref().map(AccountId::as_str),
            ":failed": filter.failed,
            ":limit": filter.limit,
            ":now": now,
        },
        records::row,
    )?;
    rows.map(|row| row.map(|row| row.record(now))).collect()
}

pub(super) fn retry(db: &Connection, now: Time, id: RecordId) -> rusqlite::Result<bool> {
    let Some(found) = find(db, id)? else {
        return Ok(false);
    };
    if found.is_for_a_person(now) {
        reopen(db, now, &found)?;
        return Ok(true);
    }
    if !found.delivery || found.state != OPEN {
        return Ok(false);
    }
    db.prepare_cached("UPDATE record SET due_at = ?2 WHERE seq = ?1")?
        .execute([found.seq, now])?;
    Ok(true)
}

fn reopen(db: &Connection, now: Time, found: &Row) -> rusqlite::Result<()> {
    let mut lifecycle = found.lifecycle();
    lifecycle.reopen();
    let due_at = found.delivery.then_some(now);
    db.prepare_cached(
        "UPDATE record SET state = 0, in_doubt = ?2, due_at = ?3, changed_at = ?4, revision = revision + 1
         WHERE seq = ?1",
    )?
    .execute(params![found.seq, lifecycle.in_doubt, due_at, now])?;
    db.prepare_cached(
        "UPDATE content SET status = NULL, headers = NULL, body = NULL WHERE seq = ?1",
    )?
    .execute([found.seq])?;
    Ok(())
}

pub(super) fn forget(db: &Connection, now: Time, id: RecordId) -> rusqlite::Result<bool> {
    let Some(found) = find(db, id)? else {
        return Ok(false);
    };
    match found.lifecycle().stage {
        Stage::InFlight { takeover_at } if now < takeover_at => Ok(false),
        _ => remove(db, found.seq).map(|()| true),
    }
}

pub(super) fn health(db: &Connection, now: Time) -> rusqlite::Result<Health> {
    let count = |sql: &str| -> rusqlite::Result<u64> {
        db.prepare_cached(sql)?
            .query_row(named_params! {":now": now}, |row| row.get::<_, i64>(0))
            .map(|count| u64::try_from(count).unwrap_or_default())
    };
    let pending = count("SELECT count(*) FROM record WHERE delivery AND state < 2 AND :now >= 0")?;
    let failed = count("SELECT count(*) FROM record WHERE state = 3 AND :now >= 0")?;
    let unresolved = count(&format!(
        "SELECT count(*) FROM record WHERE NOT repeatable AND state < 2 AND {FAILED}"
    ))?;
    let oldest = count(
        "SELECT coalesce(max(:now - due_at), 0) FROM record WHERE delivery AND state = 0 AND state < 2 AND due_at <= :now",
    )?;
    Ok(Health {
        pending,
        failed,
        unresolved,
        oldest_due: std::time::Duration::from_millis(oldest),
    })
}

impl Row {
    fn is_for_a_person(&self, now: Time) -> bool {
        self.state == REFUSED || self.lifecycle().is_unresolved(now)
    }
}
