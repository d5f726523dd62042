//! Records are removed: of a person who is to be forgotten, and of keys that were kept for long enough.

use super::connection::{Connections, NOW, execute, query_first};
use crate::store::StoreError;
use crate::store::record::{AccountId, Identity, Retention};
use crate::store::row::in_millis;

/// Records that are removed in one go.
const SLICE: i64 = 500;

/// Removes the records of a person; one that a replica works on is marked, and removed when that work ends.
pub(super) async fn erase(
    connections: &Connections,
    account: &AccountId,
    person: &Identity,
) -> Result<u64, StoreError> {
    let client = connections.get().await?;
    let sql = format!(
        "WITH found AS (
             SELECT id, state = 1 AND takeover_at > {NOW} AS is_at_work FROM gateway_record
             WHERE (email = $2 OR external_id = $3 OR contact = $4) AND account = $1 FOR UPDATE
         ), removed AS (
             DELETE FROM gateway_record AS record USING found
             WHERE record.id = found.id AND NOT is_at_work RETURNING 1
         ), marked AS (
             UPDATE gateway_record AS record SET erase = true FROM found
             WHERE record.id = found.id AND is_at_work RETURNING 1
         )
         SELECT (SELECT count(*) FROM removed) + (SELECT count(*) FROM marked)"
    );
    let hash = |hash: Option<[u8; 16]>| hash.map(|bytes| bytes.to_vec());
    let removed = query_first(
        &client,
        &sql,
        &[
            &account.as_str(),
            &hash(person.email_hash(account)),
            &hash(person.external_id_hash(account)),
            &person.contact,
        ],
    )
    .await?;
    let removed = removed.map(|found| found.get::<_, i64>(0));
    Ok(removed
        .and_then(|count| u64::try_from(count).ok())
        .unwrap_or_default())
}

/// Removes some of what was kept for long enough. A delivery that waits is never too old.
pub(super) async fn expire(
    connections: &Connections,
    retention: Retention,
) -> Result<u64, StoreError> {
    let client = connections.get().await?;
    let sql = format!(
        "WITH clock AS MATERIALIZED (SELECT {NOW} - $1::bigint AS settled, {NOW} - $2::bigint AS failed, {NOW} AS now)
         DELETE FROM gateway_record WHERE id IN (
             SELECT id FROM gateway_record, clock
             WHERE (state = 2 AND changed_at <= settled)
                 OR (state = 3 AND changed_at <= failed)
                 OR (state = 0 AND changed_at <= failed AND (NOT delivery OR (in_doubt AND NOT repeatable)))
                 OR (state = 1 AND changed_at <= failed AND takeover_at <= failed AND (NOT delivery OR NOT repeatable))
                 OR (state = 1 AND takeover_at <= now AND erase)
             LIMIT $3 FOR UPDATE OF gateway_record SKIP LOCKED)"
    );
    let values: [i64; 3] = [
        in_millis(retention.settled),
        in_millis(retention.failed),
        SLICE,
    ];
    execute(&client, &sql, &[&values[0], &values[1], &values[2]]).await
}
