//! The cost of a create, by client: CPU time and latency in turns, instructions by cachegrind, allocations counted.

use std::path::Path;
use std::process::Command;

use super::blocking;
use super::clients::{self, Client};
use super::program;
use super::stats::Sample;
use super::table::Table;
use crate::generator::Failure;
use crate::util::server::Server;
use crate::util::tool;

/// What all others are compared with.
const REFERENCE: &str = "reqwest";

/// One client's rounds.
struct Rounds {
    name: String,
    cpu_us: Vec<f64>,
    latency_us: Vec<f64>,
}

/// Measures and reports.
pub fn measure(quick: bool) -> Result<String, Failure> {
    let programs = program::built("drift-bench")?;
    let server = program::answering(&programs, &[])?;
    let ours = ["hyper", REFERENCE, "drift-sdk", "drift"].map(|name| Client::ours(&programs, name));
    let others = clients::others();
    let mut text = String::new();
    for in_flight in [1, 64] {
        let mut table = times();
        let rounds = if quick { 2 } else { 20 };
        let all: Vec<&Client> = ours.iter().collect();
        let measured = in_turns(&all, &server, in_flight, (rounds, quick))?;
        add(&mut table, &measured, |_| true);
        // The others are so much slower that few rounds show it.
        let reference = ours.iter().filter(|client| client.name == REFERENCE);
        let all: Vec<&Client> = reference.chain(&others).collect();
        let measured = in_turns(&all, &server, in_flight, (2, quick))?;
        add(&mut table, &measured, |name| name != REFERENCE);
        text += &format!("### {in_flight} in flight\n\n{table}\n");
        let counted = counts(&programs, &server, in_flight, quick)?;
        text += &format!("{counted}\n");
    }
    text += &blocking::measure(&programs, &server, quick)?;
    text += &each(&programs, &server)?;
    Ok(text)
}

/// Every client in each round, so that what disturbs one disturbs all.
fn in_turns(
    clients: &[&Client],
    server: &Server,
    in_flight: usize,
    (rounds, quick): (usize, bool),
) -> Result<Vec<Rounds>, Failure> {
    let share = if quick { 10 } else { 1 };
    let mut all: Vec<Rounds> = clients.iter().map(|client| Rounds::of(client)).collect();
    for _ in 0..rounds {
        for (client, rounds) in clients.iter().zip(&mut all) {
            let count = client.count / share;
            match client.numbers(&server.url, in_flight, count)?.as_slice() {
                [count, cpu, _, median] => {
                    rounds.cpu_us.push(cpu / count / 1e3);
                    rounds.latency_us.push(median / 1e3);
                }
                _ => return Err(format!("{} printed something else", client.name).into()),
            }
        }
    }
    Ok(all)
}

impl Rounds {
    fn of(client: &Client) -> Self {
        Self {
            name: client.name.clone(),
            cpu_us: Vec::new(),
            latency_us: Vec::new(),
        }
    }
}

fn times() -> Table {
    Table::new([
        "client",
        "CPU, µs",
        "of reqwest (quarters)",
        "latency, µs",
        "of reqwest (quarters)",
    ])
}

/// Adds the clients that are to be shown, each beside the reference of its own rounds.
fn add(table: &mut Table, all: &[Rounds], is_shown: impl Fn(&str) -> bool) {
    let Some(reference) = all.iter().find(|rounds| rounds.name == REFERENCE) else {
        return;
    };
    for rounds in all.iter().filter(|rounds| is_shown(&rounds.name)) {
        table.row([
            rounds.name.clone(),
            format!("{:.1}", Sample::new(rounds.cpu_us.clone()).median()),
            Sample::ratios(&rounds.cpu_us, &reference.cpu_us).shown(2),
            format!("{:.0}", Sample::new(rounds.latency_us.clone()).median()),
            Sample::ratios(&rounds.latency_us, &reference.latency_us).shown(2),
        ]);
    }
}

/// Instructions and allocations of one create: what a longer run has more than a shorter one.
fn counts(
    programs: &Path,
    server: &Server,
    in_flight: usize,
    quick: bool,
) -> Result<Table, Failure> {
    let (few, many) = if quick { (100, 300) } else { (200, 1_200) };
    let create = programs.join("create");
    let allocations = programs.join("allocations");
    let mut table = Table::new([
        "client",
        "instructions",
        "of reqwest",
        "allocations",
        "bytes allocated",
    ]);
    let mut rows = Vec::new();
    for name in ["hyper", REFERENCE, "drift-sdk", "drift"] {
        let instructions = |count| instructions(&create, name, server, in_flight, count);
        let allocated = |count: usize| {
            let arguments = [
                name,
                &server.url,
                &in_flight.to_string(),
                &count.to_string(),
            ];
            program::numbers(Command::new(&allocations).args(arguments))
        };
        let each = |more: f64, less: f64| (more - less) / (many - few) as f64;
        let instructions = each(instructions(many)?, instructions(few)?);
        let (more, less) = (allocated(many)?, allocated(few)?);
        let number = |numbers: &[f64], at: usize| numbers.get(at).copied().unwrap_or(f64::NAN);
        let [calls, bytes] = [0, 1].map(|at| each(number(&more, at), number(&less, at)));
        rows.push((name, instructions, calls, bytes));
    }
    let reference = rows
        .iter()
        .find(|row| row.0 == REFERENCE)
        .map_or(f64::NAN, |row| row.1);
    for (name, instructions, calls, bytes) in rows {
        table.row([
            name.to_owned(),
            format!("{instructions:.0}"),
            format!("{:.3}", instructions / reference),
            format!("{calls:.1}"),
            format!("{bytes:.0}"),
        ]);
    }
    Ok(table)
}

/// Instructions of a whole run in user space.
fn instructions(
    create: &Path,
    name: &str,
    server: &Server,
    in_flight: usize,
    count: usize,
) -> Result<f64, Failure> {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=cachegrind", "--cache-sim=no"])
        .arg("--cachegrind-out-file=/dev/null")
        .arg(create)
        .args([
            name,
            &server.url,
            &in_flight.to_string(),
            &count.to_string(),
        ]);
    let output = tool::output(&mut command, "install valgrind, which counts instructions")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = said.lines().find_map(|line| line.split_once("refs:"));
    let (_, number) = line.ok_or_else(|| format!("valgrind counted nothing: {said}"))?;
    Ok(number.replace(',', "").trim().parse()?)
}

/// The mistake that costs most.
fn each(programs: &Path, server: &Server) -> Result<String, Failure> {
    let one = Client::ours(programs, "reqwest-each");
    let printed = one.numbers(&server.url, 1, 100)?;
    let cpu = printed.get(1).copied().unwrap_or(f64::NAN) / 100.0 / 1e3;
    Ok(format!(
        "A new reqwest client for each create takes {cpu:.0} µs of CPU: make one client and clone it.\n"
    ))
}
