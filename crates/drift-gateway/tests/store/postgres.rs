//! The suite on PostgreSQL, where `DRIFT_TEST_POSTGRES` is the URL of a server on which schemas may be made.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use drift_gateway::store::{PostgresStore, Store};
use tokio_postgres::{Client, NoTls};

use crate::suite::{Subject, conformance};

conformance!(Postgres);

/// A schema of its own on the server.
pub struct Postgres {
    pub url: String,
    pub client: Client,
}

/// The URL of the server, if there is one.
pub fn server() -> Option<String> {
    std::env::var("DRIFT_TEST_POSTGRES").ok()
}

pub async fn connect(url: &str) -> Client {
    let connected = tokio_postgres::connect(url, NoTls).await;
    let (client, connection) = connected.expect("connected");
    tokio::spawn(connection);
    client
}

impl Subject for Postgres {
    async fn empty() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let url = server()?;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("test_{}_{count}", std::process::id());
        let client = connect(&url).await;
        let make = format!("CREATE SCHEMA {schema}; SET search_path = {schema}");
        client.batch_execute(&make).await.expect("made");
        Some(Self {
            url: format!("{url}?options=-csearch_path%3D{schema}"),
            client,
        })
    }

    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(PostgresStore::new(&self.url).expect("a store"))
    }

    async fn pass(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).expect("short");
        let sql = "UPDATE gateway_record SET takeover_at = takeover_at - $1, due_at = due_at - $1,
            created_at = created_at - $1, changed_at = changed_at - $1";
        self.client.execute(sql, &[&millis]).await.expect("moved");
    }
}
