//! What replicas share besides records: the pace of accounts, tokens, and the gateway's keys.

use deadpool_postgres::Object;

use super::connection::{
    Connections, NOW, TOKEN_PATIENCE, execute, failed, in_time, query, query_first,
};
use crate::store::pace::SharedPace;
use crate::store::row::millis;
use crate::store::{AccountId, GatewayKey, PaceRequest, PaceShare, Reply, StoreError, TokenLock};

pub(super) async fn share_pace(
    connections: &Connections,
    account: &AccountId,
    replica: &str,
    request: &PaceRequest,
) -> Result<Option<PaceShare>, StoreError> {
    let mut client = connections.get().await?;
    if request.troubles.is_empty() {
        let sql = "SELECT 1 FROM gateway_pace WHERE account = $1";
        if query_first(&client, sql, &[&account.as_str()])
            .await?
            .is_none()
        {
            return Ok(None);
        }
    }
    let all = client.transaction().await.map_err(failed)?;
    // A pace that is lost with the power is measured anew, so nobody waits for a disk.
    all.batch_execute("SET LOCAL synchronous_commit = off")
        .await
        .map_err(failed)?;
    let sql = format!(
        "INSERT INTO gateway_pace AS pace (account, document) VALUES ($1, '')
         ON CONFLICT (account) DO UPDATE SET document = pace.document RETURNING document, {NOW}"
    );
    let found = query_first(&all, &sql, &[&account.as_str()]).await?;
    let found = found.ok_or_else(|| StoreError::Unavailable("no pace".to_owned()))?;
    let mut pace = SharedPace::stored(Some(found.get(0)), request.most);
    let share = pace.share(replica, millis(found.get(1)), request);
    let sql = "UPDATE gateway_pace SET document = $2 WHERE account = $1";
    execute(&all, sql, &[&account.as_str(), &pace.document()]).await?;
    all.commit().await.map_err(failed)?;
    Ok(Some(share))
}

pub(super) async fn token(
    connections: &Connections,
    name: &str,
) -> Result<Option<String>, StoreError> {
    let client = connections.get().await?;
    let sql = "SELECT value FROM gateway_token WHERE name = $1";
    let found = query_first(&client, sql, &[&name]).await?;
    Ok(found.and_then(|found| found.get(0)))
}

/// Locks the row of a token; other replicas wait for it.
pub(super) async fn lock_token(
    connections: &Connections,
    name: &str,
) -> Result<Box<dyn TokenLock>, StoreError> {
    let mut lock = LockedToken {
        name: name.to_owned(),
        current: None,
        client: Some(connections.get().await?),
    };
    let client = lock.client()?;
    let patience = TOKEN_PATIENCE.as_millis();
    let begin = format!(
        "BEGIN; SET LOCAL lock_timeout = {patience}; SET LOCAL statement_timeout = {patience}"
    );
    client.batch_execute(&begin).await.map_err(failed)?;
    let sql = "INSERT INTO gateway_token (name) VALUES ($1)
        ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING value";
    let found = query_first(client, sql, &[&name]).await?;
    lock.current = found.and_then(|found| found.get(0));
    Ok(Box::new(lock))
}

/// The transaction that holds the row.
struct LockedToken {
    name: String,
    current: Option<String>,
    /// Gone once the transaction ended.
    client: Option<Object>,
}

impl LockedToken {
    fn client(&self) -> Result<&Object, StoreError> {
        let ended = || StoreError::Unavailable("the lock of the token is gone".to_owned());
        self.client.as_ref().ok_or_else(ended)
    }

    async fn commit(&mut self, token: &str) -> Result<(), StoreError> {
        let client = self.client()?;
        let sql = "UPDATE gateway_token SET value = $2 WHERE name = $1";
        execute(client, sql, &[&self.name, &token]).await?;
        client.batch_execute("COMMIT").await.map_err(failed)?;
        self.client = None;
        Ok(())
    }
}

impl TokenLock for LockedToken {
    fn current(&self) -> Option<&str> {
        self.current.as_deref()
    }

    fn store(mut self: Box<Self>, token: String) -> Reply<'static, ()> {
        Box::pin(async move { in_time(self.commit(&token)).await })
    }
}

impl Drop for LockedToken {
    /// The server ends the transaction with its connection, which no one else may get.
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}

pub(super) async fn add_key(
    connections: &Connections,
    name: &str,
    hash: [u8; 32],
) -> Result<(), StoreError> {
    let client = connections.get().await?;
    let sql = format!(
        "INSERT INTO gateway_key (name, hash, created_at) VALUES ($1, $2, {NOW})
         ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, created_at = excluded.created_at"
    );
    execute(&client, &sql, &[&name, &hash.as_slice()]).await?;
    Ok(())
}

pub(super) async fn remove_key(connections: &Connections, name: &str) -> Result<bool, StoreError> {
    let client = connections.get().await?;
    let removed = execute(&client, "DELETE FROM gateway_key WHERE name = $1", &[&name]).await?;
    Ok(removed > 0)
}

pub(super) async fn keys(connections: &Connections) -> Result<Vec<GatewayKey>, StoreError> {
    let client = connections.get().await?;
    let sql = "SELECT name, hash, created_at FROM gateway_key ORDER BY name";
    let found = query(&client, sql, &[]).await?;
    let key = |row: &tokio_postgres::Row| {
        let hash: Vec<u8> = row.get(1);
        Some(GatewayKey {
            name: row.get(0),
            hash: hash.try_into().ok()?,
            created_at: row.get(2),
        })
    };
    Ok(found.iter().filter_map(key).collect())
}
