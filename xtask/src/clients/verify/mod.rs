//! `--verify`: installs each client from its package, runs the scenario through it, and reports what came of it.
//! Nothing here generates or packs a client.

use std::path::Path;

use self::accounts::Accounts;
use self::build::Built;
use self::drive::Driven;
use self::scenario::Scenario;
use self::table::{Cell, Row};
use crate::clients::language::Language;
use crate::clients::{pack, program};
use crate::generator::Failure;
use crate::util::workspace;

pub mod accounts;
mod build;
mod drive;
pub mod gateway;
pub mod judge;
mod scenario;
mod table;

/// The head of the first column.
const EXAMPLE: &str = "README's example";

/// The head of the last column.
const DECISIONS: &str = "decision tables";

/// The account that the example is run on, and the one that loses the response to its first create.
const EXAMPLE_ACCOUNT: &str = "readme";
const LOSING_ACCOUNT: &str = "readme, response lost";

/// What the example sends in each run, as a program would that has stored it.
const EXAMPLE_EXTERNAL_ID: &str = "u_9f3c1ad27b60e845";

/// Prints the table, and fails when a cell of it does. The table of all languages must be the one in the docs, or is
/// written there.
pub fn run(languages: &[Language], packages: &Path, write: bool) -> Result<(), Failure> {
    let scenario = scenario::read()?;
    let mut steps = vec![EXAMPLE];
    steps.extend(scenario.names());
    steps.push(DECISIONS);
    let mut rows = Vec::new();
    for language in languages {
        eprintln!("verifying {}", language.title());
        let cells = cells(*language, &scenario, packages)
            .unwrap_or_else(|failure| vec![Cell::Fault(failure.to_string()); steps.len()]);
        rows.push(Row {
            language: *language,
            cells,
        });
    }
    let table = table::markdown(&steps, &rows);
    println!("\n{table}");
    if !rows.iter().all(Row::is_good) {
        return Err(table::faults(&steps, &rows).join("\n").into());
    }
    match languages == Language::ALL {
        true if write => table::write(&table),
        true => table::check(&table),
        false => Ok(()),
    }
}

fn cells(language: Language, scenario: &Scenario, packages: &Path) -> Result<Vec<Cell>, Failure> {
    let built = build::build(language, &pack::find(language, packages)?)?;
    let accounts = Accounts::start(scenario)?;
    let mut cells = vec![Cell::from(example(&built, &accounts)?)];
    let calls = scenario.for_driver(accounts.token(), &accounts.urls());
    let driven = drive::drive(&mut built.driver(), &calls)?;
    let faults = judged(scenario, &accounts, &driven);
    cells.extend(faults.into_iter().map(Cell::from));
    cells.push(decisions(&built));
    Ok(cells)
}

/// Whether the language's decisions are those of the published tables.
fn decisions(built: &Built) -> Cell {
    match built.decisions(&workspace::root().join("tests/vectors")) {
        Some(mut runner) => Cell::from(
            program::run(&mut runner)
                .err()
                .map(|fault| fault.to_string()),
        ),
        None => Cell::Nothing,
    }
}

/// Runs the program that the README shows through a gateway: twice, and once where the first response is lost on both
/// sides of the gateway.
fn example(built: &Built, accounts: &Accounts) -> Result<Option<String>, Failure> {
    let gateway = gateway::start("readme", accounts.url(EXAMPLE_ACCOUNT)?)?;
    let losing_gateway = gateway::start("readme-lost", accounts.url(LOSING_ACCOUNT)?)?;
    let losing_network = gateway::losing_network(&losing_gateway)?;
    let run = |url: &str| -> Result<String, Failure> {
        let mut example = built.example();
        example
            .env("DRIFT_BASE_URL", url)
            .env("DRIFT_TOKEN", accounts.token())
            .env("DRIFT_EXTERNAL_ID", EXAMPLE_EXTERNAL_ID);
        let output = program::run(&mut example)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let first = run(&gateway.url)?;
    let second = run(&gateway.url)?;
    let lost = run(&losing_network)?;
    let made = accounts.count(LOSING_ACCOUNT)?;
    Ok(judge::example_fault(&first, &second, &lost, made))
}

/// The first fault of each step.
fn judged(scenario: &Scenario, accounts: &Accounts, driven: &Driven) -> Vec<Option<String>> {
    let mut results = driven.results.iter();
    let mut faults = Vec::new();
    for step in &scenario.steps {
        let mut fault = None;
        for call in &step.calls {
            let found = match results.next() {
                Some(result) => judge::fault(&call.expect, result, accounts.seeds(&call.account)),
                None => Some(format!("the driver ended before it: {}", driven.complaint)),
            };
            fault = fault.or(found);
        }
        faults.push(fault);
    }
    faults
}
