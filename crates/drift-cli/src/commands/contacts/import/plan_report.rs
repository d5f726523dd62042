//! Shows a plan: some rows of each kind, or all of them.

use std::collections::HashMap;
use std::io::{BufWriter, Write};

use drift_import::{Plan, PlanSummary, PlannedRow, Verdict};
use serde_json::json;

use super::{next_command, reading};
use crate::commands::contacts::file_failure::file_failure;
use crate::failure::Failure;
use crate::output::{Screen, counted};

/// Rows that are read from the plan at a time.
const PAGE: usize = 1_000;
/// Rows of each kind that are shown.
const EXAMPLES: u64 = 3;
/// Kinds that are counted apart; further ones are counted together.
const KINDS: usize = 40;

/// Writes how the file was understood, the plan with some rows of each kind, or all of them, and how many there are. A program
/// is given all.
pub fn show_plan(plan: &Plan, all: bool, screen: &mut Screen) -> Result<(), Failure> {
    let reading = plan.reading().map_err(|error| file_failure(&error))?;
    let mut out = BufWriter::new(screen.stream()?);
    if screen.is_json() {
        writeln!(out, "{}", json!({ "reading": reading }))?;
    } else {
        for line in reading::lines(plan.file_name(), &reading) {
            writeln!(out, "{line}")?;
        }
    }
    let (mut from, mut kinds) = (0, Kinds::default());
    loop {
        let rows = plan
            .rows(from, PAGE)
            .map_err(|error| file_failure(&error))?;
        if rows.is_empty() {
            break;
        }
        from += rows.len() as u64;
        for row in &rows {
            if screen.is_json() {
                writeln!(out, "{}", row_json(row))?;
            } else if kinds.is_example(row) || all {
                writeln!(out, "{}:{}", plan.file_name(), row_line(row))?;
            }
        }
    }
    if !screen.is_json() && !all {
        for line in kinds.rest() {
            writeln!(out, "{line}")?;
        }
    }
    let summary = plan.summary().map_err(|error| file_failure(&error))?;
    if screen.is_json() {
        writeln!(out, "{}", json!({ "plan": summary }))?;
    } else {
        writeln!(out, "{}", plan_line(&summary))?;
        writeln!(out, "{}", next_line(&summary))?;
    }
    out.flush()?;
    Ok(())
}

fn next_line(summary: &PlanSummary) -> String {
    if summary.create + summary.update > 0 {
        return format!("to import it: {}", next_command::same());
    }
    match summary.refuse {
        0 => "there is nothing to import".to_owned(),
        _ => format!(
            "there is nothing to import; to write the refused rows into a file: {}",
            next_command::same()
        ),
    }
}

fn plan_line(summary: &PlanSummary) -> String {
    format!(
        "{}: {} to create, {} to update, {} existing, {} refused, {} already done. Nothing was written to Drift.",
        counted(summary.rows, "row"),
        summary.create,
        summary.update,
        summary.skip,
        summary.refuse,
        summary.settled
    )
}

/// Rows that have the same outcome for the same reason, and how many there are.
#[derive(Default)]
struct Kinds {
    rows: HashMap<String, u64>,
    /// The kinds in the order in which they came.
    order: Vec<String>,
}

impl Kinds {
    /// Counts a row, and says whether it is one of the first of its kind.
    fn is_example(&mut self, row: &PlannedRow) -> bool {
        let mut kind = kind_of(row);
        if !self.rows.contains_key(&kind) {
            if self.order.len() >= KINDS {
                kind = OTHER.to_owned();
            }
            if !self.rows.contains_key(&kind) {
                self.order.push(kind.clone());
            }
        }
        let count = self.rows.entry(kind).or_default();
        *count += 1;
        *count <= EXAMPLES
    }

    /// What is said of those that were not shown.
    fn rest(&self) -> Vec<String> {
        let more = |kind: &String| {
            let rest = self
                .rows
                .get(kind)
                .copied()
                .unwrap_or_default()
                .saturating_sub(EXAMPLES);
            (rest > 0).then(|| format!("  and {}: {kind}", counted(rest, "row")))
        };
        let mut lines: Vec<String> = self.order.iter().filter_map(more).collect();
        if !lines.is_empty() {
            lines.push("  show all rows with --list".to_owned());
        }
        lines
    }
}

const OTHER: &str = "of other kinds";

/// The outcome and the reason of a row, without the numbers of lines in it.
fn kind_of(row: &PlannedRow) -> String {
    let word = verdict_word(row);
    if row.reason.is_empty() {
        return word.to_owned();
    }
    let mut reason = String::with_capacity(row.reason.len());
    for part in row.reason.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let plain = part.trim_start_matches(|c: char| c.is_ascii_digit());
        if plain.len() < part.len() {
            reason.push('…');
        }
        reason.push_str(plain);
    }
    format!("{word}: {reason}")
}

fn verdict_word(row: &PlannedRow) -> &'static str {
    match row.verdict {
        Verdict::Create | Verdict::Update(_) if row.settled => "done",
        Verdict::Create => "create",
        Verdict::Update(_) => "update",
        Verdict::Skip(_) => "exists",
        Verdict::Refuse => "refuse",
    }
}

fn row_line(row: &PlannedRow) -> String {
    let contact = match row.verdict {
        Verdict::Update(id) | Verdict::Skip(Some(id)) => format!(" {id}"),
        _ => String::new(),
    };
    let reason = if row.reason.is_empty() {
        String::new()
    } else {
        format!(": {}", row.reason)
    };
    format!("{}: {}{contact}{reason}", row.line, verdict_word(row))
}

fn row_json(row: &PlannedRow) -> serde_json::Value {
    let contact = match row.verdict {
        Verdict::Update(id) | Verdict::Skip(Some(id)) => Some(id),
        _ => None,
    };
    json!({ "line": row.line, "verdict": verdict_word(row), "contact": contact, "reason": row.reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_rows_of_each_kind_are_shown_and_the_others_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("leads.csv");
        let rows: String = (0..9)
            .map(|n| format!("lead{}@example.test\n", n % 5))
            .collect();
        std::fs::write(&file, format!("email\n{rows}nobody\n")).expect("written");
        let source = drift_import::Source::scan(&file, &drift_import::InputOptions::default());
        let import = drift_import::Import::offline(
            source.expect("a file"),
            drift_import::Options::default(),
        );
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        let plan = runtime
            .block_on(import.plan(drift_import::Purpose::DryRun))
            .expect("a plan");
        let mut kinds = Kinds::default();
        let rows = plan.rows(0, 100).expect("rows");
        let shown: Vec<u64> = rows
            .iter()
            .filter(|row| kinds.is_example(row))
            .map(|row| row.line)
            .collect();
        assert_eq!(shown, [2, 3, 4, 7, 8, 9, 11]);
        assert_eq!(
            kinds.rest(),
            [
                "  and 2 rows: create: not looked up: the email may be known to Drift",
                "  and 1 row: refuse: the same email as line …",
                "  show all rows with --list"
            ]
        );
    }
}
