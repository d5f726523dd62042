//! Deliveries, and keys that need a person.

use clap::{Args, Subcommand};
use drift_gateway::store::{Filter, Record, State, Store};
use serde_json::{Value, json};

use super::store::{Place, failed};
use crate::failure::Failure;
use crate::output::{Screen, harmless};

/// How many records are read at a time.
const PAGE: u32 = 500;

/// Which deliveries, and what to do with one.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  drift gateway deliveries\n  drift gateway deliveries --failed --json\n  drift gateway deliveries retry 8e03978e-40d5-43e8-bc93-6894a57f9324\n  drift gateway deliveries drop 8e03978e-40d5-43e8-bc93-6894a57f9324\n\nA timeline post in doubt is never sent again by itself, since Drift shows no\ntimeline: look in Drift, then `retry` or `drop` its key."
)]
pub struct DeliveriesArgs {
    /// Only what needs a person: refused by Drift, or unresolved
    #[arg(long)]
    failed: bool,
    #[command(subcommand)]
    command: Option<DeliveriesCommand>,
}

/// What can be done with one of them.
#[derive(Subcommand)]
enum DeliveriesCommand {
    /// Send it again; what can be looked up is looked up first
    Retry(OneArgs),
    /// Forget it: it is not sent again, and its key is free
    Drop(OneArgs),
}

/// Which one.
#[derive(Args)]
struct OneArgs {
    /// Its Idempotency-Key
    key: String,
    /// Its account, where several have this key
    #[arg(long)]
    account: Option<String>,
}

/// Lists them, or does something with one.
pub async fn run(args: DeliveriesArgs, place: &Place, screen: &mut Screen) -> Result<(), Failure> {
    let store = place.open_as_tool()?;
    match args.command {
        None => list(&read(&*store, args.failed).await?, screen),
        Some(DeliveriesCommand::Retry(one)) => {
            let record = find(&*store, &one).await?;
            if !store.retry(&record.key).await.map_err(failed)? {
                return Err(Failure::refused(
                    "nothing_to_do",
                    "it waits for nobody: it was delivered, or is in flight",
                ));
            }
            screen.done("it is sent again");
        }
        Some(DeliveriesCommand::Drop(one)) => {
            let record = find(&*store, &one).await?;
            if !store.forget(&record.key).await.map_err(failed)? {
                return Err(Failure::refused(
                    "in_flight",
                    "it is in flight; try again in a moment",
                ));
            }
            screen.done("it is dropped");
        }
    }
    store.close().await.map_err(failed)
}

/// All of them.
async fn read(store: &dyn Store, is_failed: bool) -> Result<Vec<Record>, Failure> {
    let (mut records, mut after) = (Vec::new(), 0);
    loop {
        let filter = Filter {
            failed: is_failed,
            limit: PAGE,
            after,
            ..Filter::default()
        };
        let page = store.list(&filter).await.map_err(failed)?;
        let Some(last) = page.last() else {
            return Ok(records);
        };
        after = last.position;
        records.extend(page);
    }
}

async fn find(store: &dyn Store, one: &OneArgs) -> Result<Record, Failure> {
    let is_it = |record: &Record| {
        let account = one.account.as_deref();
        record.key.key == one.key && account.is_none_or(|it| it == record.key.account.as_str())
    };
    let mut found: Vec<Record> = read(store, false).await?;
    found.retain(is_it);
    match (found.pop(), found.is_empty()) {
        (Some(record), true) => Ok(record),
        (Some(_), false) => Err(Failure::input("several accounts have this key")
            .next("name one by --account; see them: drift gateway deliveries --json")),
        (None, _) => Err(Failure::refused("not_found", "there is no such delivery")
            .next("see them: drift gateway deliveries")),
    }
}

fn list(records: &[Record], screen: &mut Screen) {
    if screen.is_json() {
        screen.value(&records.iter().map(json_of).collect::<Value>());
        return;
    }
    let rows: Vec<_> = records.iter().map(row).collect();
    screen.table(&["key", "operation", "state", "attempts", "reason"], &rows);
}

fn row(record: &Record) -> Vec<String> {
    vec![
        harmless(&record.key.key),
        record.operation.clone(),
        state(&record.state).to_owned(),
        record.attempts.to_string(),
        harmless(&reason(record).unwrap_or_default()),
    ]
}

fn json_of(record: &Record) -> Value {
    let mut shown = json!({
        "account": record.key.account.as_str(),
        "key": record.key.key,
        "operation": record.operation,
        "state": state(&record.state),
        "attempts": record.attempts,
        "created_at": record.created_at,
        "changed_at": record.changed_at,
    });
    if let Some(due_at) = record.due_at {
        shown["due_at"] = due_at.into();
    }
    if let Some(reason) = reason(record) {
        shown["reason"] = reason.into();
    }
    shown
}

fn state(state: &State) -> &'static str {
    match state {
        State::InFlight => "in_flight",
        State::Open { .. } => "waiting",
        State::Unresolved => "unresolved",
        State::Settled(response) if response.failed => "failed",
        State::Settled(_) => "delivered",
    }
}

/// Why it was not delivered: the status and Drift's type, and no sentence of Drift's, which may be personal.
fn reason(record: &Record) -> Option<String> {
    match &record.state {
        State::Settled(response) if response.failed => {
            let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
            let kind = body["error"]["type"].as_str().unwrap_or("refused");
            Some(format!("{} {kind}", response.status))
        }
        State::Settled(_) => None,
        _ => record.reason.clone(),
    }
}
