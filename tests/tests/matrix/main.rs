//! Every fault × every call × (existed before or not) × (a rival or not), over real sockets: the number of contacts is
//! right, and what the caller is told is true. `cargo xtask matrix` prints the table and writes it to the docs.

mod calls;
mod cell;
mod faults;
mod table;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use calls::CALLS;
use cell::{Cell, Situation, Stage};
use faults::{Often, Row};
use table::Results;
use tokio::net::TcpListener;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/faults.md");

/// Cells that share a client: few enough for its budget of 100 repeats.
const AT_ONE_STAGE: usize = 25;

/// What stands for a cell that panicked.
const WRONG: &str = "wrong";

/// Cells at a time: those that wait for a time limit need no processor meanwhile.
const QUICK: usize = 4;
const SLOW: usize = 64;

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_with_every_call_in_every_situation() {
    let elsewhere = Elsewhere::start().await;
    let rows = faults::rows(&elsewhere.url);
    let (slow, quick): (Vec<Cell>, Vec<Cell>) = cells(&rows)
        .into_iter()
        .partition(|cell| cell.row.is_slow());
    let (mut results, slow) = tokio::join!(play(&rows, quick, QUICK), play(&rows, slow, SLOW));
    results.extend(slow);
    let wrong = results.values().filter(|text| *text == WRONG).count();
    assert_eq!(
        wrong, 0,
        "cells are wrong; what was said of them stands above"
    );
    assert_eq!(elsewhere.visits(), 0, "a redirect was followed");

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

/// Plays cells, so many at a time, each group in an emulator of its own.
async fn play(rows: &[Row], cells: Vec<Cell>, at_a_time: usize) -> Results {
    let cells = Arc::new(cells);
    let next = Arc::new(AtomicUsize::new(0));
    let workers: Vec<_> = (0..at_a_time)
        .map(|_| tokio::spawn(work(cells.clone(), next.clone())))
        .collect();
    let mut results = Results::new();
    for worker in workers {
        for (at, text) in worker.await.expect("a worker ends") {
            let cell = &cells[at];
            let row = rows.iter().position(|row| row.name == cell.row.name);
            let row = row.expect("a row of the table");
            results.insert((cell.situation, cell.often, row, cell.call), text);
        }
    }
    results
}

async fn work(cells: Arc<Vec<Cell>>, next: Arc<AtomicUsize>) -> Vec<(usize, String)> {
    let mut results = Vec::new();
    let mut stage = Arc::new(Stage::new().await);
    loop {
        let at = next.fetch_add(1, Ordering::Relaxed);
        let Some(cell) = cells.get(at) else {
            return results;
        };
        let (cell, here) = (cell.clone(), stage.clone());
        let played = tokio::spawn(async move { cell.play(&here).await }).await;
        results.push((at, played.unwrap_or_else(|_| WRONG.to_owned())));
        if results.len().is_multiple_of(AT_ONE_STAGE) {
            stage = Arc::new(Stage::new().await);
        }
    }
}

/// Another host, which nobody is to visit.
struct Elsewhere {
    url: String,
    visits: Arc<AtomicUsize>,
}

impl Elsewhere {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let visits = Arc::new(AtomicUsize::new(0));
        let count = visits.clone();
        tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self {
            url: format!("http://localhost:{port}/contacts"),
            visits,
        }
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::Relaxed)
    }
}
