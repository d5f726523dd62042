//! Deliveries: claimed by workers, and listed, retried or forgotten by people.

use deadpool_postgres::GenericClient;

use super::connection::{Connections, NOW, execute, failed, query, query_first};
use super::records::{NOW_AT, bytes, lease, lock, row};
use crate::store::lease::Asked;
use crate::store::lifecycle::{Grant, Stage, Time};
use crate::store::record::{AccountId, Filter, RecordId};
use crate::store::row::{COLUMNS, OPEN, REFUSED, Row, millis, takeover_at};
use crate::store::{Health, LeaseTerms, Record, StoreError, Taken};

/// Those that need a person: refused, or unresolved. `clock.now` is the time.
const FAILED: &str = "(state = 3 OR (NOT repeatable AND ((state = 0 AND in_doubt) OR (state = 1 AND takeover_at <= clock.now))))";

pub(super) async fn claim_due(
    connections: &Connections,
    account: &AccountId,
    limit: u32,
    (terms, asked): (LeaseTerms, Asked),
) -> Result<Vec<Taken>, StoreError> {
    let mut client = connections.get().await?;
    let all = client.transaction().await.map_err(failed)?;
    let sql = format!(
        "SELECT {COLUMNS}, clock.now FROM gateway_record AS record, (SELECT {NOW} AS now) AS clock
         WHERE account = $1 AND delivery AND state < 2 AND due_at <= clock.now
             AND (state = 0 OR takeover_at <= clock.now) AND (repeatable OR (state = 0 AND NOT in_doubt))
         ORDER BY due_at, record.seq LIMIT $2 FOR UPDATE OF record SKIP LOCKED"
    );
    let due = query(&all, &sql, &[&account.as_str(), &i64::from(limit)]).await?;
    let Some(now) = due.first().map(|found| found.get::<_, Time>(NOW_AT)) else {
        return Ok(Vec::new());
    };
    let mut taken = Vec::with_capacity(due.len());
    for found in &due {
        let found = row(found);
        let grant = found.lifecycle().take(now, takeover_at(now, terms));
        if let Grant::Leased { fence, in_doubt } = grant {
            taken.push(found.taken((fence, in_doubt), now, terms, asked));
        }
    }
    let ids: Vec<RecordId> = taken.iter().map(|taken| taken.lease.id).collect();
    lease(&all, now, &ids, terms).await?;
    all.commit().await.map_err(failed)?;
    Ok(taken)
}

pub(super) async fn list(
    connections: &Connections,
    filter: &Filter,
) -> Result<Vec<Record>, StoreError> {
    let client = connections.get().await?;
    let sql = format!(
        "SELECT {COLUMNS}, clock.now FROM gateway_record AS record, (SELECT {NOW} AS now) AS clock
         WHERE record.seq > $1 AND ($2::text IS NULL OR account = $2) AND ({FAILED} OR (delivery AND NOT $3))
         ORDER BY record.seq LIMIT $4"
    );
    let account = filter.account.as_ref().map(AccountId::as_str);
    let limit = i64::from(filter.limit);
    let found = query(
        &client,
        &sql,
        &[&filter.after, &account, &filter.failed, &limit],
    )
    .await?;
    let records = found
        .iter()
        .map(|found| row(found).record(found.get(NOW_AT)));
    Ok(records.collect())
}

pub(super) async fn retry(connections: &Connections, id: RecordId) -> Result<bool, StoreError> {
    let mut client = connections.get().await?;
    let all = client.transaction().await.map_err(failed)?;
    let Some((found, now)) = lock(&all, id).await? else {
        return Ok(false);
    };
    if found.state == REFUSED || found.lifecycle().is_unresolved(now) {
        reopen(&all, id, &found, now).await?;
    } else if found.delivery && found.state == OPEN {
        let sql = "UPDATE gateway_record SET due_at = $2 WHERE id = $1";
        execute(&all, sql, &[&bytes(&id), &now]).await?;
    } else {
        return Ok(false);
    }
    all.commit().await.map_err(failed)?;
    Ok(true)
}

async fn reopen(
    client: &impl GenericClient,
    id: RecordId,
    found: &Row,
    now: Time,
) -> Result<(), StoreError> {
    let mut lifecycle = found.lifecycle();
    lifecycle.reopen();
    let due_at = found.delivery.then_some(now);
    let sql = format!(
        "UPDATE gateway_record SET state = {OPEN}, in_doubt = $2, due_at = $3, changed_at = $4, revision = revision + 1,
             status = NULL, headers = NULL, body = NULL
         WHERE id = $1"
    );
    execute(
        client,
        &sql,
        &[&bytes(&id), &lifecycle.in_doubt, &due_at, &now],
    )
    .await?;
    Ok(())
}

pub(super) async fn forget(connections: &Connections, id: RecordId) -> Result<bool, StoreError> {
    let mut client = connections.get().await?;
    let all = client.transaction().await.map_err(failed)?;
    let Some((found, now)) = lock(&all, id).await? else {
        return Ok(false);
    };
    match found.lifecycle().stage {
        Stage::InFlight { takeover_at } if now < takeover_at => return Ok(false),
        _ => {
            execute(
                &all,
                "DELETE FROM gateway_record WHERE id = $1",
                &[&bytes(&id)],
            )
            .await?
        }
    };
    all.commit().await.map_err(failed)?;
    Ok(true)
}

pub(super) async fn health(connections: &Connections) -> Result<Health, StoreError> {
    let client = connections.get().await?;
    let sql = format!(
        "SELECT (SELECT count(*) FROM gateway_record WHERE delivery AND state < 2),
             (SELECT count(*) FROM gateway_record WHERE state = 3),
             (SELECT count(*) FROM gateway_record WHERE NOT repeatable AND state < 2 AND {FAILED}),
             (SELECT coalesce(max(clock.now - due_at), 0) FROM gateway_record
              WHERE delivery AND state < 2 AND state = 0 AND due_at <= clock.now),
             pg_is_in_recovery()
         FROM (SELECT {NOW} AS now) AS clock"
    );
    let found = query_first(&client, &sql, &[]).await?;
    let found =
        found.ok_or_else(|| StoreError::Unavailable("PostgreSQL said nothing".to_owned()))?;
    if found.get(4) {
        let sentence = "PostgreSQL is read-only; the URL must name the primary";
        return Err(StoreError::Unavailable(sentence.to_owned()));
    }
    let count = |at: usize| u64::try_from(found.get::<_, i64>(at)).unwrap_or_default();
    Ok(Health {
        pending: count(0),
        failed: count(1),
        unresolved: count(2),
        oldest_due: millis(found.get(3)),
    })
}
