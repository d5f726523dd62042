//! Records by their key: begun, joined, renewed, settled, released and read.

use deadpool_postgres::GenericClient;
use tokio_postgres::Row as SqlRow;

use super::connection::{Connections, NOW, execute, failed, query_first};
use crate::store::lease::Asked;
use crate::store::lifecycle::Time;
use crate::store::record::{Content, NewRecord, RecordId, Release, SettledResponse};
use crate::store::row::{self, COLUMNS, IN_FLIGHT, Joined, OPEN, REFUSED, Row, SETTLED, in_millis};
use crate::store::{Begun, Enqueued, Fenced, Lease, LeaseTerms, StoreError};

/// How often to begin anew where the record was removed just now.
const ATTEMPTS: usize = 3;

/// What became of a write, and whether somebody in another process waits for it.
pub(super) struct Written {
    pub(super) fenced: Fenced,
    pub(super) is_awaited: bool,
}

pub(super) async fn begin(
    connections: &Connections,
    new: &NewRecord,
    terms: LeaseTerms,
    asked: Asked,
) -> Result<Begun, StoreError> {
    let id = new.key.id();
    for _ in 0..ATTEMPTS {
        let mut client = connections.get().await?;
        if insert(&client, new, (IN_FLIGHT, 1), terms).await? {
            return Ok(Begun::Started(Lease::new(id, 1, terms, asked)));
        }
        let all = client.transaction().await.map_err(failed)?;
        let Some((found, now)) = lock(&all, id).await? else {
            continue;
        };
        let begun = match found.join(new, now, terms) {
            Joined::Leased { fence, in_doubt } => {
                lease(&all, now, &[id], terms).await?;
                Begun::Taken(found.taken((fence, in_doubt), now, terms, asked))
            }
            Joined::Otherwise(begun) => {
                if matches!(*begun, Begun::InFlight { .. }) {
                    let sql =
                        "UPDATE gateway_record SET joined = true WHERE id = $1 AND NOT joined";
                    execute(&all, sql, &[&bytes(&id)]).await?;
                }
                *begun
            }
        };
        all.commit().await.map_err(failed)?;
        return Ok(begun);
    }
    Err(comes_and_goes())
}

pub(super) async fn enqueue(
    connections: &Connections,
    new: &NewRecord,
) -> Result<Enqueued, StoreError> {
    for _ in 0..ATTEMPTS {
        let mut client = connections.get().await?;
        if insert(&client, new, (OPEN, 0), LeaseTerms::default()).await? {
            return Ok(Enqueued::Accepted);
        }
        let all = client.transaction().await.map_err(failed)?;
        let Some((found, now)) = lock(&all, new.key.id()).await? else {
            continue;
        };
        let enqueued = found.enqueue(new, now);
        if matches!(enqueued, Enqueued::Accepted) && !found.delivery {
            let sql = "UPDATE gateway_record SET delivery = true, due_at = $2 WHERE id = $1";
            execute(&all, sql, &[&bytes(&new.key.id()), &now]).await?;
        }
        all.commit().await.map_err(failed)?;
        return Ok(enqueued);
    }
    Err(comes_and_goes())
}

fn comes_and_goes() -> StoreError {
    StoreError::Unavailable("the record comes and goes".to_owned())
}

/// Stores a new record, in flight or to be delivered; false where its key is there. The unique key decides between
/// replicas.
async fn insert(
    client: &impl GenericClient,
    new: &NewRecord,
    (state, fence): (i16, i64),
    terms: LeaseTerms,
) -> Result<bool, StoreError> {
    let sql = format!(
        "INSERT INTO gateway_record (id, account, key, fingerprint, operation, repeatable, state, fence, attempts,
             takeover_at, delivery, due_at, created_at, changed_at, email, external_id, contact, request, intent, ticket)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $8::bigint::integer,
             now + $9, $7::smallint = {OPEN}, CASE $7::smallint WHEN {OPEN} THEN now END, now, now,
             $10, $11, $12, $13, $14, $15
         FROM (SELECT {NOW} AS now) AS clock
         ON CONFLICT (id) DO NOTHING"
    );
    let account = &new.key.account;
    let hash = |hash: Option<[u8; 16]>| hash.map(|bytes| bytes.to_vec());
    let inserted = execute(
        client,
        &sql,
        &[
            &bytes(&new.key.id()),
            &account.as_str(),
            &new.key.key,
            &new.fingerprint.as_slice(),
            &new.operation,
            &new.is_repeatable(),
            &state,
            &fence,
            &row::takeover_at(0, terms),
            &hash(new.identity.email_hash(account)),
            &hash(new.identity.external_id_hash(account)),
            &new.identity.contact,
            &new.content.request,
            &new.content.intent,
            &new.content.ticket,
        ],
    )
    .await?;
    Ok(inserted > 0)
}

/// Stores the leases of records that were locked and asked: as [`Lifecycle::take`](crate::store::lifecycle::Lifecycle::take).
pub(super) async fn lease(
    client: &impl GenericClient,
    now: Time,
    ids: &[RecordId],
    terms: LeaseTerms,
) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE gateway_record SET fence = fence + 1, in_doubt = in_doubt OR state = {IN_FLIGHT}, state = {IN_FLIGHT},
             takeover_at = $2, changed_at = $3, attempts = attempts + 1, revision = revision + 1, joined = false
         WHERE id = ANY($1)"
    );
    let ids: Vec<&[u8]> = ids.iter().map(bytes).collect();
    execute(client, &sql, &[&ids, &row::takeover_at(now, terms), &now]).await?;
    Ok(())
}

/// Whether the lease is still the record's.
pub(super) async fn renew(
    connections: &Connections,
    (id, fence): (RecordId, i64),
    terms: LeaseTerms,
) -> Result<bool, StoreError> {
    let client = connections.get().await?;
    let sql = format!(
        "UPDATE gateway_record SET takeover_at = {NOW} + $3 WHERE id = $1 AND fence = $2 AND state = {IN_FLIGHT}"
    );
    let renewed = execute(
        &client,
        &sql,
        &[&bytes(&id), &fence, &row::takeover_at(0, terms)],
    )
    .await?;
    Ok(renewed > 0)
}

pub(super) async fn settle(
    connections: &Connections,
    (id, fence): (RecordId, i64),
    response: &SettledResponse,
    contact: Option<i64>,
) -> Result<Written, StoreError> {
    let client = connections.get().await?;
    // A refused delivery can be sent again; of what is settled otherwise the response is enough.
    let sql = format!(
        "UPDATE gateway_record SET state = CASE WHEN delivery AND $7 THEN {REFUSED} ELSE {SETTLED} END,
             request = CASE WHEN delivery AND $7 THEN request ELSE '' END,
             intent = CASE WHEN delivery AND $7 THEN intent ELSE '' END,
             in_doubt = false, due_at = NULL, reason = NULL, ticket = NULL, changed_at = {NOW}, revision = revision + 1,
             status = $3, headers = $4, body = $5, contact = coalesce($6, contact)
         WHERE id = $1 AND fence = $2 AND state < {SETTLED}
         RETURNING erase, joined"
    );
    let found = query_first(
        &client,
        &sql,
        &[
            &bytes(&id),
            &fence,
            &i32::from(response.status),
            &row::headers_text(response),
            &response.body,
            &contact,
            &response.failed,
        ],
    )
    .await?;
    written(&client, id, found).await
}

pub(super) async fn release(
    connections: &Connections,
    (id, fence): (RecordId, i64),
    release: &Release,
) -> Result<Written, StoreError> {
    let client = connections.get().await?;
    let sql = format!(
        "UPDATE gateway_record SET state = {OPEN}, in_doubt = in_doubt OR $3, reason = $4, changed_at = {NOW},
             due_at = CASE WHEN delivery THEN {NOW} + $5 END, ticket = coalesce($6, ticket), revision = revision + 1
         WHERE id = $1 AND fence = $2 AND state = {IN_FLIGHT}
         RETURNING erase, joined"
    );
    let found = query_first(
        &client,
        &sql,
        &[
            &bytes(&id),
            &fence,
            &release.may_be_executed,
            &release.reason,
            &in_millis(release.retry_in),
            &release.ticket,
        ],
    )
    .await?;
    written(&client, id, found).await
}

/// What became of a write, from the row that it returned. A record that is to be erased is.
async fn written(
    client: &impl GenericClient,
    id: RecordId,
    found: Option<SqlRow>,
) -> Result<Written, StoreError> {
    let Some(found) = found else {
        return Ok(Written {
            fenced: Fenced::Lost,
            is_awaited: false,
        });
    };
    if found.get(0) {
        let sql =
            format!("DELETE FROM gateway_record WHERE id = $1 AND erase AND state <> {IN_FLIGHT}");
        execute(client, &sql, &[&bytes(&id)]).await?;
    }
    Ok(Written {
        fenced: Fenced::Written,
        is_awaited: found.get(1),
    })
}

/// A record that no other transaction changes until the end of this one, and the time.
pub(super) async fn lock(
    client: &impl GenericClient,
    id: RecordId,
) -> Result<Option<(Row, Time)>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS}, {NOW} FROM gateway_record AS record WHERE id = $1 FOR UPDATE");
    let found = query_first(client, &sql, &[&bytes(&id)]).await?;
    Ok(found.map(|found| (row(&found), found.get(NOW_AT))))
}

pub(super) async fn find(
    client: &impl GenericClient,
    id: RecordId,
) -> Result<Option<(Row, Time)>, StoreError> {
    let sql = format!("SELECT {COLUMNS}, {NOW} FROM gateway_record AS record WHERE id = $1");
    let found = query_first(client, &sql, &[&bytes(&id)]).await?;
    Ok(found.map(|found| (row(&found), found.get(NOW_AT))))
}

pub(super) async fn revision(
    client: &impl GenericClient,
    id: RecordId,
) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT revision FROM gateway_record WHERE id = $1";
    let found = query_first(client, sql, &[&bytes(&id)]).await?;
    Ok(found.map(|found| found.get(0)))
}

pub(super) fn bytes(id: &RecordId) -> &[u8] {
    id.as_bytes()
}

/// Where the time stands after [`COLUMNS`].
pub(super) const NOW_AT: usize = 23;

/// Reads [`COLUMNS`].
pub(super) fn row(row: &SqlRow) -> Row {
    Row {
        seq: row.get(0),
        account: row.get(1),
        key: row.get(2),
        fingerprint: row.get(3),
        operation: row.get(4),
        repeatable: row.get(5),
        state: row.get(6),
        fence: row.get(7),
        revision: row.get(8),
        in_doubt: row.get(9),
        takeover_at: row.get(10),
        delivery: row.get(11),
        attempts: row.get(12),
        due_at: row.get(13),
        reason: row.get(14),
        created_at: row.get(15),
        changed_at: row.get(16),
        content: Content {
            request: row.get(17),
            intent: row.get(18),
            ticket: row.get(19),
        },
        status: row.get(20),
        headers: row.get(21),
        body: row.get(22),
    }
}
