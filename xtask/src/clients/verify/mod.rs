//! `--verify`: builds each client, runs the scenario through it, and reports what came of it. Nothing here generates a
//! client.

use std::path::Path;

use self::accounts::Accounts;
use self::build::Built;
use self::drive::Driven;
use self::scenario::Scenario;
use self::table::{Cell, Row};
use crate::clients::language::Language;
use crate::clients::program;
use crate::generator::Failure;
use crate::util::workspace;

pub mod accounts;
mod build;
mod drive;
pub mod judge;
mod scenario;
mod table;
pub mod workbench;

/// The head of the first column.
const EXAMPLE: &str = "README's example";

/// The head of the last column.
const DECISIONS: &str = "decision tables";

/// The account that the example is run on.
const EXAMPLE_ACCOUNT: &str = "readme";

/// Prints the table, and fails when a cell of it does. The table of all languages must be the one in the docs, or is
/// written there.
pub fn run(languages: &[Language], clients: &Path, write: bool) -> Result<(), Failure> {
    let scenario = scenario::read()?;
    let mut steps = vec![EXAMPLE];
    steps.extend(scenario.names());
    steps.push(DECISIONS);
    let mut rows = Vec::new();
    for language in languages {
        eprintln!("verifying {}", language.title());
        let client = clients.join(language.name());
        let cells = cells(*language, &scenario, &client)
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

fn cells(language: Language, scenario: &Scenario, client: &Path) -> Result<Vec<Cell>, Failure> {
    let built = build::build(language, client)?;
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

fn example(built: &Built, accounts: &Accounts) -> Result<Option<String>, Failure> {
    let urls = accounts.urls();
    let url = urls
        .get(EXAMPLE_ACCOUNT)
        .ok_or("the scenario has no account for the example")?;
    let run = || -> Result<String, Failure> {
        let mut example = built.example();
        example
            .env("DRIFT_BASE_URL", url)
            .env("DRIFT_TOKEN", accounts.token());
        let output = program::run(&mut example)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    Ok(judge::example_fault(&run()?, &run()?))
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
