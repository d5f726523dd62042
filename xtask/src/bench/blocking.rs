//! `blocking` beside async, for one caller: creates that follow each other, and creates after a pause.

use std::path::Path;

use super::clients::Client;
use super::stats::Sample;
use super::table::Table;
use crate::generator::Failure;
use crate::util::server::Server;

/// Pauses before each create, in milliseconds, and how many creates give a steady median. Above a quarter of a second the
/// client looks whether its connections are still alive.
const PAUSES: [(u32, usize); 3] = [(0, 5_000), (50, 20), (300, 10)];

/// Measures and reports.
pub fn measure(programs: &Path, server: &Server, quick: bool) -> Result<String, Failure> {
    let clients = ["drift", "drift-blocking"].map(|name| Client::ours(programs, name));
    let rounds = if quick { 2 } else { 5 };
    let mut table = Table::new([
        "pause, ms",
        "async, µs",
        "blocking, µs",
        "of async (quarters)",
    ]);
    for (pause, count) in PAUSES {
        let mut latencies = [Vec::new(), Vec::new()];
        for _ in 0..rounds {
            for (client, latencies) in clients.iter().zip(&mut latencies) {
                let printed = client.after_pauses(&server.url, count, pause)?;
                latencies.push(printed.get(3).copied().unwrap_or(f64::NAN) / 1e3);
            }
        }
        let [asynchronous, blocking] = latencies;
        let ratios = Sample::ratios(&blocking, &asynchronous);
        let median = |times| format!("{:.0}", Sample::new(times).median());
        table.row([
            pause.to_string(),
            median(asynchronous),
            median(blocking),
            ratios.shown(2),
        ]);
    }
    Ok(format!("### One caller, blocking\n\n{table}\n"))
}
