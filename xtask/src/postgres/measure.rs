//! What several gateways on one PostgreSQL cost: keyed creates per second by their number, transactions and bytes of WAL per
//! create. All of it shares one machine, so the ratios count.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use drift_emulator::Emulator;
use serde_json::json;

use super::chaos::{Gateways, Setup, first_line};
use super::server::Server;
use crate::generator::Failure;
use crate::util::tool;

/// Callers at a time.
const CALLERS: usize = 64;
/// The creates of each round, and the rounds, in turns.
const CREATES: usize = 4_000;
const ROUNDS: usize = 5;
/// The most gateways.
const MOST: usize = 3;

/// What the server has done so far.
#[derive(Clone, Copy)]
struct Work {
    transactions: f64,
    wal: f64,
}

/// What a round has shown.
struct Figures {
    rate: f64,
    transactions: f64,
    wal: f64,
}

pub fn run(server: &Server, program: PathBuf) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(2)
        .build()?;
    runtime.block_on(measure(server, program))
}

async fn measure(server: &Server, program: PathBuf) -> Result<(), Failure> {
    let emulator = Emulator::start().await?;
    let setup = Setup {
        program,
        older: None,
        home: tool::folder("measure")?,
        store: server.url(),
        drift: emulator.url().to_owned(),
        token: emulator.token().to_owned(),
        timeout: 60,
    };
    let mut add = setup.command();
    add.args(["keys", "add", "measure"]);
    let key = first_line(&mut add, &setup.program)?;
    let mut figures: Vec<Vec<Figures>> = (0..MOST).map(|_| Vec::new()).collect();
    for round in 0..ROUNDS {
        for number in 1..=MOST {
            let gateways = Gateways::start(setup.clone(), number)?;
            let name = format!("{round}-{number}");
            figures[number - 1].push(creates(server, gateways, &key, &name).await?);
        }
    }
    println!("| gateways | creates/s | of one | transactions | WAL, bytes |");
    println!("| --- | --- | --- | --- | --- |");
    let one = median(&figures[0], |it| it.rate);
    for (number, figures) in (1..).zip(&figures) {
        let rate = median(figures, |it| it.rate);
        println!(
            "| {number} | {rate:.0} | {:.2} | {:.1} | {:.0} |",
            rate / one,
            median(figures, |it| it.transactions),
            median(figures, |it| it.wal),
        );
    }
    Ok(())
}

fn median(figures: &[Figures], of: impl Fn(&Figures) -> f64) -> f64 {
    let mut values: Vec<f64> = figures.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Keyed creates through these gateways in turn.
async fn creates(
    server: &Server,
    gateways: Gateways,
    key: &str,
    name: &str,
) -> Result<Figures, Failure> {
    let urls = gateways.ports().iter();
    let urls = urls.map(|port| format!("http://127.0.0.1:{port}/contacts"));
    let urls: Arc<[String]> = urls.collect();
    let http = reqwest::Client::builder().no_proxy().build()?;
    for url in urls.iter() {
        until_it_serves(&http, url).await?;
    }
    let (before, begun) = (work(server)?, Instant::now());
    let next = Arc::new(AtomicUsize::new(0));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (http, urls, next) = (http.clone(), urls.clone(), next.clone());
            let (key, name) = (key.to_owned(), name.to_owned());
            tokio::spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= CREATES {
                        return Ok(());
                    }
                    let request = http
                        .post(&urls[number % urls.len()])
                        .bearer_auth(&key)
                        .header("Idempotency-Key", format!("{name}-{number}"))
                        .json(&json!({"attributes": {
                            "email": format!("caller-{name}-{number}@example.test"),
                            "externalId": format!("measure_{name}-{number}_9f3c1ad27b60e845"),
                        }}));
                    let response = request.send().await.map_err(|error| error.to_string())?;
                    let status = response.status();
                    let body = response.text().await.map_err(|error| error.to_string())?;
                    if !status.is_success() {
                        return Err(format!("create {number}: {status} {body}"));
                    }
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await??;
    }
    let elapsed = begun.elapsed().as_secs_f64();
    // What a connection did is counted when it ends.
    drop(gateways);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = work(server)?;
    let each = CREATES as f64;
    Ok(Figures {
        rate: each / elapsed,
        transactions: (after.transactions - before.transactions) / each,
        wal: (after.wal - before.wal) / each,
    })
}

async fn until_it_serves(http: &reqwest::Client, url: &str) -> Result<(), Failure> {
    let begun = Instant::now();
    while http.get(url).send().await.is_err() {
        if begun.elapsed() > Duration::from_secs(30) {
            return Err(format!("no gateway serves at {url}").into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

fn work(server: &Server) -> Result<Work, Failure> {
    let sql = "SELECT xact_commit, pg_current_wal_lsn() - '0/0' FROM pg_stat_database \
               WHERE datname = current_database()";
    let mut psql = Command::new("psql");
    psql.args([
        "--no-psqlrc",
        "--tuples-only",
        "--no-align",
        "--command",
        sql,
    ]);
    psql.arg(server.url());
    let output = tool::success(
        &mut psql,
        "install PostgreSQL's client: apt-get install postgresql",
    )?;
    let text = String::from_utf8(output.stdout)?;
    let mut numbers = text.trim().split('|').map(str::parse::<f64>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(transactions)), Some(Ok(wal))) => Ok(Work { transactions, wal }),
        _ => Err("the server's counters cannot be read".into()),
    }
}
