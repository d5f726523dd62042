//! The tables, as numbered files that are applied in order under an advisory lock.
//!
//! Two versions of the gateway run side by side during an upgrade. So each layout says which is the oldest layout whose
//! programs can still use it, and a program older than that refuses to start.

use deadpool_postgres::{GenericClient, Object};

use super::connection::failed;
use crate::store::StoreError;

/// A layout, from the one before.
struct Migration {
    sql: &'static str,
    /// Programs that know this layout, or a later one, can use it.
    compatible: i32,
}

/// What is here never changes: databases have it. The number of the last one is the newest layout.
const MIGRATIONS: [Migration; 1] = [Migration {
    sql: include_str!("layout_1.sql"),
    compatible: 1,
}];

/// The advisory lock of whoever changes the tables: "DrGw".
const LOCK: i64 = 0x4472_4777;

/// Brings the tables to the newest layout, unless somebody else does.
pub(super) async fn migrate(client: &mut Object) -> Result<(), StoreError> {
    if let Some(found) = layout(client).await?
        && is_usable(found)?
    {
        return Ok(());
    }
    let all = client.transaction().await.map_err(failed)?;
    all.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])
        .await
        .map_err(failed)?;
    all.batch_execute("CREATE TABLE IF NOT EXISTS gateway_layout (layout integer NOT NULL, compatible integer NOT NULL)")
        .await
        .map_err(failed)?;
    // Somebody else may have done it meanwhile.
    let (done, _) = layout(&all).await?.unwrap_or_default();
    for (layout, migration) in (1..).zip(MIGRATIONS).filter(|(layout, _)| *layout > done) {
        all.batch_execute(migration.sql).await.map_err(failed)?;
        all.execute("DELETE FROM gateway_layout", &[])
            .await
            .map_err(failed)?;
        let sql = "INSERT INTO gateway_layout (layout, compatible) VALUES ($1, $2)";
        all.execute(sql, &[&layout, &migration.compatible])
            .await
            .map_err(failed)?;
    }
    all.commit().await.map_err(failed)
}

/// Whether nothing is to be done; an error where this version is too old.
fn is_usable((layout, compatible): (i32, i32)) -> Result<bool, StoreError> {
    let newest = i32::try_from(MIGRATIONS.len()).unwrap_or(i32::MAX);
    if newest < compatible {
        return Err(StoreError::Unusable(format!(
            "its tables have layout {layout}, and this version knows 1 to {newest}; use a newer version"
        )));
    }
    Ok(layout >= newest)
}

/// The layout and the oldest compatible one; none where there are no tables yet.
async fn layout(client: &impl GenericClient) -> Result<Option<(i32, i32)>, StoreError> {
    let sql = "SELECT to_regclass('gateway_layout') IS NOT NULL";
    let is_there = client.query_one(sql, &[]).await.map_err(failed)?;
    if !is_there.get::<_, bool>(0) {
        return Ok(None);
    }
    let sql = "SELECT layout, compatible FROM gateway_layout";
    let found = client.query_opt(sql, &[]).await.map_err(failed)?;
    Ok(found.map(|row| (row.get(0), row.get(1))))
}
