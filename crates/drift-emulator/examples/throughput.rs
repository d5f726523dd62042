//! What the emulator costs beside the least that a server with the same storage can do.
//!
//! `cargo run --release -p drift-emulator --example throughput [-- SECONDS [ROUNDS]]` prints ratios, measured side
//! by side in one run: creates per second at 64 connections, CPU per request, and growth from 1,000 to 1,000,000
//! contacts (with 0 rounds only that), with the time to open the largest file after a kill and to search it for what is
//! not there. The floor is a bare axum handler that parses the JSON and writes one row through the same SQLite in
//! grouped commits. Where `taskset` is at hand, server and load get a core each.

#[path = "throughput/floor.rs"]
mod floor;
#[path = "throughput/load.rs"]
mod load;
#[path = "throughput/server.rs"]
mod server;

use load::{Kind, Report};
use server::Server;

type Fault = Box<dyn std::error::Error + Send + Sync>;

const CONNECTIONS: usize = 64;

fn main() -> Result<(), Fault> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["serve", server, path] => serve(server, path),
        ["load", address, kind, seconds, from, known] => {
            let report = load::run(
                address,
                kind.parse()?,
                seconds.parse()?,
                from.parse()?,
                known.parse()?,
            )?;
            println!("{report}");
            Ok(())
        }
        rest => {
            let seconds = rest.first().map_or(Ok(3.0), |text| text.parse())?;
            let rounds = rest.get(1).map_or(Ok(5), |text| text.parse())?;
            if rounds > 0 {
                compare(seconds, rounds)?;
            }
            growth(seconds)
        }
    }
}

/// Serves until standard input ends; the address is the first line of standard output.
fn serve(server: &str, path: &str) -> Result<(), Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let path = (path != "memory").then_some(path);
    runtime.block_on(async {
        let _emulator;
        let address = match server {
            "floor" => floor::start(path).await?,
            _ => {
                let builder = drift_emulator::Emulator::builder();
                let builder = path.map_or_else(drift_emulator::Emulator::builder, |path| {
                    builder.database(path)
                });
                let emulator = builder.start().await?;
                let address = emulator.address();
                _emulator = emulator;
                address
            }
        };
        println!("{address}");
        tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await??;
        Ok(())
    })
}

/// Creates per second beside the floor, round by round, so that a disturbance meets both.
fn compare(seconds: f64, rounds: usize) -> Result<(), Fault> {
    println!("creates at {CONNECTIONS} connections, {rounds} rounds of {seconds} s, medians");
    println!("storage   server     req/s   of floor   cpu us/req   of floor   p50 us   p99 us");
    for on_file in [false, true] {
        let mut reports: [Vec<Report>; 2] = Default::default();
        for _ in 0..rounds {
            for (index, name) in ["floor", "emulator"].into_iter().enumerate() {
                let mut server = Server::start(name, on_file)?;
                server.load(Kind::Create, 0.3)?;
                reports[index].push(server.load(Kind::Create, seconds)?);
            }
        }
        let [floor, emulator] = reports;
        let pairs = || floor.iter().zip(&emulator);
        let rates = median(pairs().map(|(floor, emulator)| emulator.rate / floor.rate));
        let cpu = median(pairs().map(|(floor, emulator)| emulator.cpu_us / floor.cpu_us));
        let storage = if on_file { "file" } else { "memory" };
        for (name, reports, rates, cpu) in [
            ("floor", &floor, 1.0, 1.0),
            ("emulator", &emulator, rates, cpu),
        ] {
            println!(
                "{storage:<9} {name:<8} {:>7.0} {rates:>10.3} {:>12.1} {cpu:>10.3} {:>8.0} {:>8.0}",
                median(reports.iter().map(|report| report.rate)),
                median(reports.iter().map(|report| report.cpu_us)),
                median(reports.iter().map(|report| report.p50_us)),
                median(reports.iter().map(|report| report.p99_us)),
            );
        }
    }
    Ok(())
}

/// Cost per request while the contacts grow: CPU, which other programs disturb least.
fn growth(seconds: f64) -> Result<(), Fault> {
    const KINDS: [Kind; 4] = [Kind::FindEmail, Kind::FindExternal, Kind::Get, Kind::Create];
    for on_file in [false, true] {
        let storage = if on_file { "file" } else { "memory" };
        println!("\n{storage}: CPU us per request as contacts grow, medians of 5 runs");
        println!(" contacts  find by email  find by id     get  create   MiB");
        let mut server = Server::start("emulator", on_file)?;
        let mut first = None;
        for size in [1_000, 10_000, 100_000, 1_000_000] {
            while server.created < size {
                server.load(Kind::Create, (size - server.created) as f64 / 100_000.0)?;
            }
            print!("{:>9}", server.created);
            let mut costs = [0.0; 4];
            for (kind, cost) in KINDS.into_iter().zip(&mut costs) {
                // Creates make the contacts more; too short a run is below what the clock of the CPU shows.
                let seconds = match kind {
                    Kind::Create => seconds.min(size as f64 / 50_000.0).max(0.5),
                    _ => seconds,
                };
                let runs: Result<Vec<Report>, Fault> =
                    (0..5).map(|_| server.load(kind, seconds / 5.0)).collect();
                *cost = median(runs?.iter().map(|report| report.cpu_us));
            }
            let [email, external_id, get, create] = costs;
            println!(
                "{email:>15.1}{external_id:>12.1}{get:>8.1}{create:>8.1}{:>6}",
                server.memory_mib()
            );
            let [email, external_id, get, create] = {
                let first = *first.get_or_insert(costs);
                std::array::from_fn(|index| costs[index] / first[index])
            };
            println!("  times 1,000 {email:>10.2}{external_id:>12.2}{get:>8.2}{create:>8.2}");
        }
        if on_file {
            reopen(&mut server)?;
        }
    }
    Ok(())
}

/// What a kill and a search cost when there are many contacts.
fn reopen(server: &mut Server) -> Result<(), Fault> {
    let contacts = server.created;
    let opened = median_of_3(|| server.restart())?;
    let searched = median_of_3(|| server.page("/?q=nobody"))?;
    println!(
        "{contacts} contacts on a file: {opened:.2} s to open it after a kill, {searched:.2} s to search it in vain"
    );
    Ok(())
}

fn median_of_3(mut seconds: impl FnMut() -> Result<f64, Fault>) -> Result<f64, Fault> {
    let runs: Result<Vec<f64>, Fault> = (0..3).map(|_| seconds()).collect();
    Ok(median(runs?.into_iter()))
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
