//! Shows the result of an import: the plan row by row, the summary, and what an undo did.

use std::io::{BufWriter, Write};
use std::path::Path;

use drift_import::{Plan, PlanSummary, PlannedRow, Stop, Summary, Undoable, Undone, Verdict};
use serde_json::json;

use crate::commands::contacts::file_failure::file_failure;
use crate::failure::Failure;
use crate::output::Screen;

/// Rows that are read from the plan at a time.
const PAGE: usize = 1_000;

/// Writes the plan, a line for each row, and how many there are of each kind.
pub fn show_plan(plan: &Plan, screen: &mut Screen) -> Result<(), Failure> {
    let mut out = BufWriter::new(screen.stream()?);
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
fn counted(count: u64, thing: &str) -> String {
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

/// Writes the summary; an exit code other than 0 comes as the failure. `command_line` goes on with the import.
pub fn show_summary(
    summary: &Summary,
    journal: &Path,
    command_line: &str,
    screen: &mut Screen,
) -> Result<(), Failure> {
    if screen.is_json() {
        screen.value(&json!({ "summary": summary, "journal": journal }));
    } else {
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
        _ => Err(Failure::unknown(
            "rows_open",
            format!(
                "{stopped}{} unknown, and {} not reached",
                counted(summary.unknown, "row"),
                summary.left
            ),
        )
        .next(go_on)),
    }
}

fn nothing_done(summary: &Summary, stopped: &str) -> Failure {
    let failure = Failure::input(format!("{stopped}nothing could be done"));
    match &summary.stopped {
        Some(Stop::NotAllowed(error) | Stop::Unreachable(error)) => {
            failure.next(error.next_action().to_string())
        }
        _ => failure,
    }
}

/// What an undo would delete, without a verb: `3 contacts of Drift, 2 of them from earlier versions of the file`.
pub fn undoable_words(undoable: &Undoable) -> String {
    let contacts = format!("{} of Drift", counted(undoable.contacts, "contact"));
    match undoable.earlier {
        0 => contacts,
        earlier => format!("{contacts}, {earlier} of them from earlier versions of the file"),
    }
}

/// Writes what an undo would do.
pub fn show_undoable(undoable: &Undoable, screen: &mut Screen) -> Result<(), Failure> {
    if screen.is_json() {
        screen.value(&json!({ "undoable": undoable }));
    } else {
        screen.line(&format!(
            "an undo deletes {}; nothing was deleted",
            undoable_words(undoable)
        ));
    }
    Ok(screen.finish()?)
}

/// Writes what an undo did.
pub fn show_undone(undone: &Undone, screen: &mut Screen) -> Result<(), Failure> {
    if screen.is_json() {
        screen.value(&json!({ "undone": undone }));
    } else {
        screen.line(&format!(
            "{} deleted, {} gone already, {} left as not proved to be of this import",
            counted(undone.deleted, "contact"),
            undone.gone,
            undone.not_proved
        ));
    }
    screen.finish()?;
    match undone.failed + undone.left {
        0 => Ok(()),
        open => Err(Failure::unknown(
            "undo_open",
            format!("{} not deleted yet", counted(open, "contact")),
        )
        .next("run the same command again")),
    }
}
