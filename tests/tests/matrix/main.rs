//! Every fault × every call × (existed before or not) × (a rival or not), over real sockets: the number of contacts is
//! right, and what is reported to the caller is true. `cargo xtask matrix` prints the table and writes it to the docs.

mod calls;
mod cell;
mod faults;
mod table;

use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use calls::CALLS;
use cell::{Cell, Situation, Stage};
use faults::{Often, Row};
use table::Results;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/faults.md");

/// Cells that share a client: few enough for its budget of 100 retries.
const AT_ONE_STAGE: usize = 25;

/// What stands for a cell that panicked.
const WRONG: &str = "wrong";

/// Cells at a time.
const WORKERS: usize = 6;

#[test]
fn every_fault_with_every_call_in_every_situation() {
    let elsewhere = Elsewhere::new();
    let rows = faults::rows(&elsewhere.url());
    let results = play(&rows, cells(&rows));
    let wrong = results.values().filter(|text| *text == WRONG).count();
    assert_eq!(
        wrong, 0,
        "cells are wrong; what was said of them stands above"
    );
    assert!(elsewhere.is_unvisited(), "a redirect was followed");

    let page = table::markdown(&rows, &results);
    println!("{page}");
    if std::env::var_os("DRIFT_WRITE_FAULTS").is_some() {
        std::fs::write(PAGE, &page).expect("docs/faults.md can be written");
    }
    let kept = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        kept == page,
        "docs/faults.md is stale; run `cargo xtask matrix`"
    );
}

fn cells(rows: &[Row]) -> Vec<Cell> {
    let mut cells = Vec::new();
    let flags = [(false, false), (true, false), (false, true), (true, true)];
    for row in rows {
        for often in [Often::Once, Often::EachTime] {
            for (_, call) in CALLS {
                for (existed, raced) in flags {
                    if row.happens(often) {
                        cells.push(Cell {
                            number: cells.len(),
                            row: row.clone(),
                            often,
                            call,
                            situation: Situation { existed, raced },
                        });
                    }
                }
            }
        }
    }
    cells
}

/// Plays all cells, some at a time.
fn play(rows: &[Row], cells: Vec<Cell>) -> Results {
    let next = AtomicUsize::new(0);
    let played = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|_| scope.spawn(|| work(&cells, &next)))
            .collect();
        let ended = workers.into_iter().map(|worker| worker.join());
        let played = ended.flat_map(|cells| cells.expect("a worker ends"));
        played.collect::<Vec<_>>()
    });
    let result = |(at, text): (usize, String)| {
        let cell = &cells[at];
        let row = rows.iter().position(|row| row.name == cell.row.name);
        let row = row.expect("a row of the table");
        ((cell.situation, cell.often, row, cell.call), text)
    };
    played.into_iter().map(result).collect()
}

/// Plays cells until none is left, in a runtime whose clock stands still: time limits run out when a cell puts it
/// forward, however slow the machine is.
fn work(cells: &[Cell], next: &AtomicUsize) -> Vec<(usize, String)> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .expect("a runtime");
    // A clock that stands still jumps to the next time limit while nothing but sockets is waited for, unless a
    // blocking task is under way.
    let (end, ended) = std::sync::mpsc::channel::<()>();
    runtime.spawn_blocking(move || ended.recv().is_err());
    let played = runtime.block_on(take_turns(cells, next));
    drop(end);
    played
}

async fn take_turns(cells: &[Cell], next: &AtomicUsize) -> Vec<(usize, String)> {
    let mut results = Vec::new();
    let mut stage = Arc::new(Stage::new().await);
    loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(cell) = cells.get(at) else {
            return results;
        };
        let (cell, here) = (cell.clone(), stage.clone());
        // The client of the stage would make the calls of later cells wait, too.
        let pauses = cell.row.asks_for_a_pause();
        let played = tokio::spawn(async move { cell.play(&here).await }).await;
        results.push((at, played.unwrap_or_else(|_| WRONG.to_owned())));
        if results.len().is_multiple_of(AT_ONE_STAGE) || pauses {
            stage = Arc::new(Stage::new().await);
        }
    }
}

/// Another host, which nobody is to visit.
struct Elsewhere(TcpListener);

impl Elsewhere {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.set_nonblocking(true).expect("a socket");
        Self(listener)
    }

    fn url(&self) -> String {
        let address = self.0.local_addr().expect("an address");
        format!("http://localhost:{}/contacts", address.port())
    }

    fn is_unvisited(&self) -> bool {
        self.0.accept().is_err()
    }
}
