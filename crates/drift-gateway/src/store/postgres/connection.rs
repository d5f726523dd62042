//! Connections to the database: a pool of them, the tables in place, and the texts of errors.

use std::error::Error as _;
use std::future::Future;
use std::time::Duration;

use deadpool_postgres::{
    GenericClient, Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError,
    RecyclingMethod, Runtime,
};
use tokio::sync::OnceCell;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{NoTls, Row};

use super::config::Location;
use super::{migrations, tls};
use crate::store::StoreError;

/// Connections of one gateway.
const CONNECTIONS: usize = 16;

/// How long a call may take, so that a database that hangs is one that is away.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long somebody may wait for another replica that refreshes a token.
pub(super) const TOKEN_PATIENCE: Duration = Duration::from_secs(40);

/// Set on each connection. What is committed is durable, whatever the server's default.
const SESSION: &str =
    "SET synchronous_commit = on; SET statement_timeout = '10s'; SET lock_timeout = '8s';
    SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning";

/// The time by the database's clock, in milliseconds since 1970. Not that of the transaction's start.
pub(super) const NOW: &str = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

/// The pool, and whether the tables are known to be there.
#[derive(Debug)]
pub(super) struct Connections {
    pool: Pool,
    migrated: OnceCell<()>,
}

impl Connections {
    /// A pool that connects when it is used.
    pub(super) fn new(location: &Location) -> Result<Self, StoreError> {
        let config = location.config.clone();
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = match &location.tls {
            Some(trust) => Manager::from_config(config, tls::connector(trust)?, recycling),
            None => Manager::from_config(config, NoTls, recycling),
        };
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .recycle_timeout(Some(PATIENCE))
            .post_create(Hook::async_fn(|client, _| {
                Box::pin(async move {
                    let set = client.batch_execute(SESSION).await;
                    set.map_err(HookError::Backend)
                })
            }))
            .build()
            .map_err(|_| StoreError::Unusable("no pool of connections".to_owned()))?;
        Ok(Self {
            pool,
            migrated: OnceCell::new(),
        })
    }

    /// A connection to a database whose tables are there.
    pub(super) async fn get(&self) -> Result<Object, StoreError> {
        let migrate = async || {
            let mut client = self.pool.get().await.map_err(unreachable)?;
            migrations::migrate(&mut client).await
        };
        self.migrated.get_or_try_init(migrate).await?;
        self.pool.get().await.map_err(unreachable)
    }

    pub(super) fn close(&self) {
        self.pool.close();
    }
}

/// The values of a statement.
pub(super) type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

/// Executes a statement, which each connection prepares once.
pub(super) async fn execute(
    client: &impl GenericClient,
    sql: &str,
    values: Values<'_>,
) -> Result<u64, StoreError> {
    let statement = client.prepare_cached(sql).await.map_err(failed)?;
    client.execute(&statement, values).await.map_err(failed)
}

/// The rows of a statement, which each connection prepares once.
pub(super) async fn query(
    client: &impl GenericClient,
    sql: &str,
    values: Values<'_>,
) -> Result<Vec<Row>, StoreError> {
    let statement = client.prepare_cached(sql).await.map_err(failed)?;
    client.query(&statement, values).await.map_err(failed)
}

/// The first row of a statement, if there is one.
pub(super) async fn query_first(
    client: &impl GenericClient,
    sql: &str,
    values: Values<'_>,
) -> Result<Option<Row>, StoreError> {
    Ok(query(client, sql, values).await?.into_iter().next())
}

/// Does something with the database, for at most 10 s.
pub(super) async fn in_time<T>(
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    in_time_of(PATIENCE, work).await
}

pub(super) async fn in_time_of<T>(
    patience: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let late = || StoreError::Unavailable(format!("PostgreSQL took longer than {patience:?}"));
    let done = tokio::time::timeout(patience, work).await;
    done.map_err(|_| late())?
}

fn unreachable(error: PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
            failed(error)
        }
        PoolError::Timeout(_) => {
            StoreError::Unavailable("no connection to PostgreSQL within 10 s".to_owned())
        }
        PoolError::Closed => StoreError::Unavailable("it is closed".to_owned()),
        _ => StoreError::Unavailable("no connection to PostgreSQL".to_owned()),
    }
}

/// What PostgreSQL could not do. Its own sentences may hold values, so only those of a connection are shown.
pub(super) fn failed(error: tokio_postgres::Error) -> StoreError {
    let Some(code) = error.code() else {
        let cause = error.source().map(|cause| format!(": {cause}"));
        let cause = cause.unwrap_or_default();
        return StoreError::Unavailable(format!("PostgreSQL: {error}{cause}"));
    };
    let text = match code {
        &SqlState::DISK_FULL => "the disk of PostgreSQL is full",
        &SqlState::READ_ONLY_SQL_TRANSACTION => {
            "PostgreSQL is read-only; the URL must name the primary"
        }
        &SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            "PostgreSQL refuses this user or password"
        }
        &SqlState::INVALID_CATALOG_NAME => "PostgreSQL has no database of this name",
        &SqlState::INSUFFICIENT_PRIVILEGE => {
            "the user may not do that in PostgreSQL; it needs to create and use tables"
        }
        &SqlState::TOO_MANY_CONNECTIONS => "PostgreSQL has no connection left",
        &SqlState::ADMIN_SHUTDOWN | &SqlState::CRASH_SHUTDOWN | &SqlState::CANNOT_CONNECT_NOW => {
            "PostgreSQL is shut down or starts"
        }
        _ => return StoreError::Unavailable(format!("PostgreSQL failed ({})", code.code())),
    };
    StoreError::Unavailable(text.to_owned())
}
