//! What a store keeps besides records: the pace of accounts, tokens, and the gateway's keys.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use crate::store::lifecycle::Time;
use crate::store::pace::SharedPace;
use crate::store::row::millis;
use crate::store::{AccountId, GatewayKey, PaceRequest, PaceShare};

pub(super) fn share_pace(
    db: &Connection,
    now: Time,
    account: &AccountId,
    replica: &str,
    request: &PaceRequest,
) -> rusqlite::Result<Option<PaceShare>> {
    let stored: Option<String> = db
        .prepare_cached("SELECT document FROM pace WHERE account = ?1")?
        .query_row([account.as_str()], |row| row.get(0))
        .optional()?;
    if stored.is_none() && request.troubles.is_empty() {
        return Ok(None);
    }
    let mut pace = SharedPace::stored(stored.as_deref(), request.most);
    let now: Duration = millis(now);
    let share = pace.share(replica, now, request);
    db.prepare_cached("INSERT OR REPLACE INTO pace (account, document) VALUES (?1, ?2)")?
        .execute([account.as_str(), &pace.document()])?;
    Ok(Some(share))
}

pub(super) fn token(db: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    db.prepare_cached("SELECT value FROM token WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

pub(super) fn set_token(db: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT OR REPLACE INTO token (name, value) VALUES (?1, ?2)")?
        .execute([name, value])
        .map(drop)
}

pub(super) fn add_key(
    db: &Connection,
    now: Time,
    name: &str,
    hash: [u8; 32],
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO gateway_key (name, hash, created_at) VALUES (?1, ?2, ?3)",
    )?
    .execute(params![name, hash, now])
    .map(drop)
}

pub(super) fn remove_key(db: &Connection, name: &str) -> rusqlite::Result<bool> {
    db.prepare_cached("DELETE FROM gateway_key WHERE name = ?1")?
        .execute([name])
        .map(|removed| removed > 0)
}

pub(super) fn keys(db: &Connection) -> rusqlite::Result<Vec<GatewayKey>> {
    let mut statement =
        db.prepare_cached("SELECT name, hash, created_at FROM gateway_key ORDER BY name")?;
    let keys = statement.query_map([], |row| {
        Ok(GatewayKey {
            name: row.get(0)?,
            hash: row.get(1)?,
            created_at: row.get(2)?,
        })
    })?;
    keys.collect()
}
