//! Shows the result of an import: the plan row by row, and the summary.

use std::io::{BufWriter, Write};
use std::path::Path;

use drift_import::{Plan, PlanSummary, PlannedRow, Reading, Stop, Summary, Verdict};
use serde_json::json;

use super::reading;
use crate::commands::contacts::file_failure::file_failure;
use crate::failure::Failure;
use crate::output::{Screen, moment};

/// Rows that are read from the plan at a time.
const PAGE: usize = 1_000;

/// Writes how the file was understood, the plan, a line for each row, and how many there are of each kind.
pub fn show_plan(plan: &Plan, screen: &mut Screen) -> Result<(), Failure> {
    let reading = plan.reading().map_err(|error| file_failure(&error))?;
    let mut out = BufWriter::new(screen.stream()?);
    if screen.is_json() {
        writeln!(out, "{}", json!({ "reading": reading }))?;
    } else {
        for line in reading::lines(plan.file_name(), &reading) {
            writeln!(out, "{line}")?;
        }
    }
    let mut from = 0;
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
            } else {
                writeln!(out, "{}:{}", plan.file_name(), row_line(row))?;
            }
        }
    }
    let summary = plan.summary().map_err(|error| file_failure(&error))?;
    if screen.is_json() {
        writeln!(out, "{}", json!({ "plan": summary }))?;
    } else {
        writeln!(out, "{}", plan_line(&summary))?;
    }
    out.flush()?;
    Ok(())
}

fn plan_line(summary: &PlanSummary) -> String {
    format!(
        "{}: {} to create, {} to update, {} exist, {} refused, {} done before; nothing was written to Drift",
        counted(summary.rows, "row"),
        summary.create,
        summary.update,
        summary.skip,
        summary.refuse,
        summary.settled
    )
}

/// `1 row`, `2 rows`.
pub(super) fn counted(count: u64, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
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

/// Says how the file was understood before an import sends anything; with `--json` the summary does.
pub fn show_reading(plan: &Plan, screen: &Screen) -> Result<Reading, Failure> {
    let reading = plan.reading().map_err(|error| file_failure(&error))?;
    if !screen.is_json() {
        for line in reading::lines(plan.file_name(), &reading) {
            screen.note("reading", &line);
        }
    }
    Ok(reading)
}

/// Lines of warnings that are shown.
const WARNINGS: usize = 20;

/// Says which rows are sent although something about them is doubtful.
pub fn show_warnings(plan: &Plan, screen: &Screen) -> Result<(), Failure> {
    let (mut from, mut found) = (0, 0);
    loop {
        let rows = plan
            .rows(from, PAGE)
            .map_err(|error| file_failure(&error))?;
        if rows.is_empty() {
            break;
        }
        from += rows.len() as u64;
        for row in rows.iter().filter(|row| is_warned(row)) {
            found += 1;
            if found <= WARNINGS {
                let line = format!("{}:{}: {}", plan.file_name(), row.line, row.reason);
                screen.note("warning", &line);
            }
        }
    }
    if found > WARNINGS {
        let more = format!(
            "{} more rows have warnings; the results say which",
            found - WARNINGS
        );
        screen.note("warning", &more);
    }
    Ok(())
}

fn is_warned(row: &PlannedRow) -> bool {
    let is_sent = matches!(row.verdict, Verdict::Create | Verdict::Update(_));
    is_sent && !row.settled && row.reason.contains("warning: ")
}

/// Writes the summary; an exit code other than 0 comes as the failure. `command_line` goes on with the import.
pub fn show_summary(
    summary: &Summary,
    reading: &Reading,
    journal: &Path,
    command_line: &str,
    screen: &mut Screen,
) -> Result<(), Failure> {
    if screen.is_json() {
        screen.value(&json!({ "reading": reading, "summary": summary, "journal": journal }));
    } else {
        if let Some(done) = summary.done_before {
            let (rows, when) = (counted(summary.rows, "row"), moment(done));
            screen.line(&format!("nothing to do: all {rows} were done on {when}"));
        }
        screen.rows(&summary_rows(summary, journal));
    }
    screen.finish()?;
    exit_of(summary, command_line)
}

fn summary_rows(summary: &Summary, journal: &Path) -> Vec<(String, String)> {
    let counts = [
        ("created", summary.created),
        ("existed", summary.existed),
        ("updated", summary.updated),
        ("refused", summary.refused),
        ("unknown", summary.unknown),
        ("not reached", summary.left),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    let counts = counts.map(|(name, count)| (name, count.to_string()));
    let path = |path: &Path| path.display().to_string();
    let results = summary.results.iter().map(|file| ("results", path(file)));
    std::iter::once(("rows", summary.rows.to_string()))
        .chain(counts)
        .chain([("journal", path(journal))])
        .chain(results)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn exit_of(summary: &Summary, command_line: &str) -> Result<(), Failure> {
    let stopped = summary
        .stopped
        .as_ref()
        .map_or_else(String::new, |stop| format!("{stop}: "));
    let go_on = format!("to go on: {command_line}");
    match summary.exit_code() {
        0 => Ok(()),
        1 => Err(Failure::refused(
            "rows_refused",
            format!("{} refused", counted(summary.refused, "row")),
        )
        .next("the reasons are in the result file; fix it and import it as it is")),
        2 => Err(nothing_done(summary, &stopped).next(go_on)),
        _ => Err(rows_open(summary, &stopped).next(go_on)),
    }
}

fn rows_open(summary: &Summary, stopped: &str) -> Failure {
    let unknown = counted(summary.unknown, "row");
    let sentence = format!(
        "{stopped}{unknown} unknown, and {} not reached",
        summary.left
    );
    let failure = Failure::unknown("rows_open", sentence);
    match &summary.stopped {
        Some(Stop::TooManyErrors(_)) => failure.next("the reasons are in the result files"),
        Some(Stop::NotAllowed(error) | Stop::NotDrift(error)) => {
            failure.next(error.next_action().to_string())
        }
        _ => failure,
    }
}

fn nothing_done(summary: &Summary, stopped: &str) -> Failure {
    let failure = Failure::input(format!("{stopped}nothing could be done"));
    match &summary.stopped {
        Some(Stop::NotAllowed(error) | Stop::Unreachable(error) | Stop::NotDrift(error)) => {
            failure.next(error.next_action().to_string())
        }
        _ => failure,
    }
}
