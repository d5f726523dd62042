//! Records by their key: begun, joined, renewed, settled, released and read.

use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};

use crate::store::lease::Asked;
use crate::store::lifecycle::{Grant, Time};
use crate::store::record::{Content, NewRecord, RecordId, Release, SettledResponse};
use crate::store::row::{
    self, COLUMNS, IN_FLIGHT, Joined, OPEN, REFUSED, Row, in_millis, settled_state,
};
use crate::store::{Begun, Enqueued, Fenced, Lease, LeaseTerms, Taken};

/// A new record as it is inserted.
struct Insert {
    state: i16,
    fence: i64,
    takeover_at: i64,
    delivery: bool,
    due_at: Option<i64>,
}

pub(super) fn begin(
    db: &Connection,
    now: Time,
    new: &NewRecord,
    terms: LeaseTerms,
    asked: Asked,
) -> rusqlite::Result<Begun> {
    let id = new.key.id();
    let Some(found) = find(db, id)? else {
        let record = Insert {
            state: IN_FLIGHT,
            fence: 1,
            takeover_at: row::takeover_at(now, terms),
            delivery: false,
            due_at: None,
        };
        insert(db, now, new, &record)?;
        return Ok(Begun::Started(Lease::new(id, 1, terms, asked)));
    };
    match found.join(new, now, terms) {
        Joined::Leased { fence, in_doubt } => {
            lease(db, now, &found, (fence, in_doubt), terms)?;
            let taken = found.taken((fence, in_doubt), now, terms, asked);
            Ok(Begun::Taken(taken))
        }
        Joined::Otherwise(begun) => Ok(*begun),
    }
}

pub(super) fn enqueue(db: &Connection, now: Time, new: &NewRecord) -> rusqlite::Result<Enqueued> {
    let Some(found) = find(db, new.key.id())? else {
        let record = Insert {
            state: OPEN,
            fence: 0,
            takeover_at: 0,
            delivery: true,
            due_at: Some(now),
        };
        insert(db, now, new, &record)?;
        return Ok(Enqueued::Accepted);
    };
    let enqueued = found.enqueue(new, now);
    if matches!(enqueued, Enqueued::Accepted) && !found.delivery {
        db.prepare_cached("UPDATE record SET delivery = 1, due_at = ?2 WHERE seq = ?1")?
            .execute([found.seq, now])?;
    }
    Ok(enqueued)
}

fn insert(db: &Connection, now: Time, new: &NewRecord, record: &Insert) -> rusqlite::Result<()> {
    let account = &new.key.account;
    db.prepare_cached(
        "INSERT INTO record (id, account, key, fingerprint, operation, repeatable, state, fence, takeover_at,
             delivery, attempts, due_at, created_at, changed_at, email, external_id, contact)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?8, ?11, ?12, ?12, ?13, ?14, ?15)",
    )?
    .execute(params![
        new.key.id().as_bytes(),
        account.as_str(),
        new.key.key,
        new.fingerprint,
        new.operation,
        new.is_repeatable(),
        record.state,
        record.fence,
        record.takeover_at,
        record.delivery,
        record.due_at,
        now,
        new.identity.email_hash(account),
        new.identity.external_id_hash(account),
        new.identity.contact,
    ])?;
    let content = &new.content;
    db.prepare_cached(
        "INSERT INTO content (seq, request, intent, ticket) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        db.last_insert_rowid(),
        content.request,
        content.intent,
        content.ticket
    ])?;
    Ok(())
}

/// Takes a record with a lease, for whoever asked by its key or for what is due.
pub(super) fn take(
    db: &Connection,
    now: Time,
    seq: i64,
    terms: LeaseTerms,
    asked: Asked,
) -> rusqlite::Result<Option<Taken>> {
    let found = by_seq(db, seq)?;
    let takeover_at = row::takeover_at(now, terms);
    match found.lifecycle().take(now, takeover_at) {
        Grant::Leased { fence, in_doubt } => {
            lease(db, now, &found, (fence, in_doubt), terms)?;
            Ok(Some(found.taken((fence, in_doubt), now, terms, asked)))
        }
        Grant::Busy { .. } | Grant::Unresolved | Grant::Settled => Ok(None),
    }
}

fn lease(
    db: &Connection,
    now: Time,
    found: &Row,
    (fence, in_doubt): (i64, bool),
    terms: LeaseTerms,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE record SET state = 1, fence = ?2, in_doubt = ?3, takeover_at = ?4, changed_at = ?5,
             attempts = attempts + 1, revision = revision + 1
         WHERE seq = ?1",
    )?
    .execute(params![
        found.seq,
        fence,
        in_doubt,
        row::takeover_at(now, terms),
        now
    ])?;
    Ok(())
}

/// Whether the lease is still the record's.
pub(super) fn renew(
    db: &Connection,
    now: Time,
    (id, fence): (RecordId, i64),
    terms: LeaseTerms,
) -> rusqlite::Result<bool> {
    let renewed = db
        .prepare_cached(
            "UPDATE record SET takeover_at = ?3 WHERE id = ?1 AND fence = ?2 AND state = 1",
        )?
        .execute(params![id.as_bytes(), fence, row::takeover_at(now, terms)])?;
    Ok(renewed > 0)
}

pub(super) fn settle(
    db: &Connection,
    now: Time,
    (id, fence): (RecordId, i64),
    response: &SettledResponse,
    contact: Option<i64>,
) -> rusqlite::Result<Fenced> {
    let Some(held) = held(db, (id, fence), "state < 2")? else {
        return Ok(Fenced::Lost);
    };
    if held.is_to_be_erased {
        remove(db, held.seq)?;
        return Ok(Fenced::Written);
    }
    let (seq, state) = (held.seq, settled_state(held.is_delivery, response));
    db.prepare_cached(
        "UPDATE record SET state = ?2, in_doubt = 0, due_at = NULL, changed_at = ?3, reason = NULL,
             contact = coalesce(?4, contact), revision = revision + 1
         WHERE seq = ?1",
    )?
    .execute(params![seq, state, now, contact])?;
    // A refused delivery can be sent again; of what is settled otherwise the response is enough.
    db.prepare_cached(
        "UPDATE content SET status = ?2, headers = ?3, body = ?4, ticket = NULL,
             request = CASE WHEN ?5 THEN request ELSE x'' END, intent = CASE WHEN ?5 THEN intent ELSE '' END
         WHERE seq = ?1",
    )?
    .execute(params![
        seq,
        response.status,
        row::headers_text(response),
        response.body,
        state == REFUSED
    ])?;
    Ok(Fenced::Written)
}

pub(super) fn release(
    db: &Connection,
    now: Time,
    (id, fence): (RecordId, i64),
    release: &Release,
) -> rusqlite::Result<Fenced> {
    let Some(held) = held(db, (id, fence), "state = 1")? else {
        return Ok(Fenced::Lost);
    };
    if held.is_to_be_erased {
        remove(db, held.seq)?;
        return Ok(Fenced::Written);
    }
    let seq = held.seq;
    let due_at = held
        .is_delivery
        .then(|| now.saturating_add(in_millis(release.retry_in)));
    db.prepare_cached(
        "UPDATE record SET state = 0, in_doubt = in_doubt OR ?2, reason = ?3, due_at = ?4, changed_at = ?5,
             revision = revision + 1
         WHERE seq = ?1",
    )?
    .execute(params![seq, release.may_be_executed, release.reason, due_at, now])?;
    if let Some(ticket) = &release.ticket {
        db.prepare_cached("UPDATE content SET ticket = ?2 WHERE seq = ?1")?
            .execute(params![seq, ticket])?;
    }
    Ok(Fenced::Written)
}

/// The record of a lease.
struct Held {
    seq: i64,
    is_delivery: bool,
    is_to_be_erased: bool,
}

fn held(
    db: &Connection,
    (id, fence): (RecordId, i64),
    states: &str,
) -> rusqlite::Result<Option<Held>> {
    db.prepare_cached(&format!(
        "SELECT seq, delivery, erase FROM record WHERE id = ?1 AND fence = ?2 AND {states}"
    ))?
    .query_row(params![id.as_bytes(), fence], |row| {
        Ok(Held {
            seq: row.get(0)?,
            is_delivery: row.get(1)?,
            is_to_be_erased: row.get(2)?,
        })
    })
    .optional()
}

pub(super) fn remove(db: &Connection, seq: i64) -> rusqlite::Result<()> {
    for statement in [
        "DELETE FROM content WHERE seq = ?1",
        "DELETE FROM record WHERE seq = ?1",
    ] {
        db.prepare_cached(statement)?.execute([seq])?;
    }
    Ok(())
}

pub(super) fn find(db: &Connection, id: RecordId) -> rusqlite::Result<Option<Row>> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM record JOIN content ON content.seq = record.seq WHERE id = ?1"
    ))?
    .query_row([id.as_bytes()], row)
    .optional()
}

fn by_seq(db: &Connection, seq: i64) -> rusqlite::Result<Row> {
    db.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM record JOIN content ON content.seq = record.seq WHERE record.seq = ?1"
    ))?
    .query_row([seq], row)
}

pub(super) fn revision(db: &Connection, id: RecordId) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT revision FROM record WHERE id = ?1")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()
}

/// Reads [`COLUMNS`].
pub(super) fn row(row: &SqlRow<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        seq: row.get(0)?,
        account: row.get(1)?,
        key: row.get(2)?,
        fingerprint: row.get(3)?,
        operation: row.get(4)?,
        repeatable: row.get(5)?,
        state: row.get(6)?,
        fence: row.get(7)?,
        revision: row.get(8)?,
        in_doubt: row.get(9)?,
        takeover_at: row.get(10)?,
        delivery: row.get(11)?,
        attempts: row.get(12)?,
        due_at: row.get(13)?,
        reason: row.get(14)?,
        created_at: row.get(15)?,
        changed_at: row.get(16)?,
        content: Content {
            request: row.get(17)?,
            intent: row.get(18)?,
            ticket: row.get(19)?,
        },
        status: row.get(20)?,
        headers: row.get(21)?,
        body: row.get(22)?,
    })
}
