//! Imports contacts from a database: rows are written as JSON Lines first, so that the import can resume without it.
//!
//! ```console
//! DRIFT_TOKEN=… cargo run -p drift-import --example from_database -- crm.sqlite
//! ```

use std::path::Path;

use drift_import::{Error, Event, Import, InputOptions, Options, Purpose, Source, Unmapped};
use futures::StreamExt;
use rusqlite::{Connection, Row};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let database = std::env::args()
        .nth(1)
        .ok_or("name a SQLite database with a table `leads`")?;
    let rows = Path::new("leads.jsonl");
    if !rows.exists() {
        export(&database, rows)?;
    }
    let source = Source::scan(rows, &InputOptions::default())?;
    let mut options = Options::default();
    options.unmapped = Unmapped::Attribute;
    let import = Import::new(drift::Client::from_env()?, source, options);

    let plan = import.plan(Purpose::Commit).await?;
    let planned = plan.summary()?;
    println!("{} to create, {} refused", planned.create, planned.refuse);

    let mut run = plan.commit()?;
    let cancel = run.canceller();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            cancel.cancel();
        }
    });
    while let Some(event) = run.next().await {
        match event? {
            Event::Row {
                line,
                outcome,
                reason,
                ..
            } => println!("line {line}: {outcome} {reason}"),
            Event::Finished(summary) => {
                println!("{} created, {} left", summary.created, summary.left)
            }
            _ => {}
        }
    }
    Ok(())
}

/// Writes the table, a row at a time.
fn export(database: &str, to: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let connection = Connection::open(database)?;
    let mut statement = connection.prepare("SELECT email, name, plan FROM leads ORDER BY id")?;
    let mut failed = None;
    let rows = statement
        .query_map([], lead)?
        .map_while(|row| row.map_err(|error| failed = Some(error)).ok());
    let written: Result<(), Error> = drift_import::spool_records(rows, to);
    written?;
    failed.map_or(Ok(()), |error| Err(error.into()))
}

fn lead(row: &Row) -> rusqlite::Result<Value> {
    let text = |column: usize| row.get::<_, Option<String>>(column);
    Ok(json!({ "email": text(0)?, "name": text(1)?, "plan": text(2)? }))
}
