//! The floor: axum, one JSON body in, one row into SQLite in grouped commits, one JSON body out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use axum::Json;
use axum::extract::State;
use axum::routing::post;
use rusqlite::{Connection, params};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;

use super::Fault;

#[derive(Deserialize)]
struct Body {
    attributes: Map<String, Value>,
}

struct Row {
    email: String,
    external_id: Option<String>,
    attributes: String,
    done: oneshot::Sender<i64>,
}

/// Starts the floor server; a path means a file with full synchronisation.
pub async fn start(path: Option<&str>) -> Result<SocketAddr, Fault> {
    let connection = match path {
        None => Connection::open_in_memory()?,
        Some(path) => Connection::open(path)?,
    };
    let way = if path.is_some() { "WAL" } else { "MEMORY" };
    connection.pragma_update(None, "journal_mode", way)?;
    connection.pragma_update(
        None,
        "synchronous",
        if path.is_some() { "FULL" } else { "OFF" },
    )?;
    connection.execute_batch(
        "CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT, external_id TEXT, attributes TEXT)",
    )?;
    let (rows, queue) = channel();
    std::thread::spawn(move || write(&connection, &queue));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = axum::Router::new()
        .route("/contacts", post(create))
        .with_state(Arc::new(rows));
    tokio::spawn(async move {
        let listener = axum::serve::ListenerExt::tap_io(listener, |socket| {
            let _set = socket.set_nodelay(true);
        });
        axum::serve(listener, router).await
    });
    Ok(address)
}

async fn create(State(rows): State<Arc<Sender<Row>>>, Json(body): Json<Body>) -> Json<Value> {
    let text = |name: &str| {
        body.attributes
            .get(name)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let (done, stored) = oneshot::channel();
    let (email, external_id) = (text("email").unwrap_or_default(), text("externalId"));
    let attributes = serde_json::to_string(&body.attributes).unwrap_or_default();
    let row = Row {
        email,
        external_id,
        attributes,
        done,
    };
    let id = match rows.send(row) {
        Ok(()) => stored.await.unwrap_or_default(),
        Err(_) => 0,
    };
    Json(json!({ "data": { "id": id, "createdAt": 1, "attributes": body.attributes } }))
}

fn write(connection: &Connection, queue: &Receiver<Row>) -> rusqlite::Result<()> {
    let mut insert = connection
        .prepare("INSERT INTO contacts (email, external_id, attributes) VALUES (?1, ?2, ?3)")?;
    let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
    let mut commit = connection.prepare("COMMIT")?;
    while let Ok(first) = queue.recv() {
        let mut done = Vec::new();
        begin.execute([])?;
        for row in std::iter::once(first).chain(queue.try_iter().take(1023)) {
            insert.execute(params![row.email, row.external_id, row.attributes])?;
            done.push((row.done, connection.last_insert_rowid()));
        }
        commit.execute([])?;
        for (done, id) in done {
            let _gone = done.send(id);
        }
    }
    Ok(())
}
