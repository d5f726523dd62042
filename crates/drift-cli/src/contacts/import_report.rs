//! What an import has to say: the plan row by row, the summary, and what an undo did.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use drift_import::{Plan, PlannedRow, Stop, Summary, Undoable, Undone, Verdict};
use serde_json::json;

use super::import::failure;
use crate::failure::Failure;
use crate::screen::Screen;

/// Rows that are read from the plan at a time.
const PAGE: usize = 1_000;

/// Writes the plan, a line for each row, and how many there are of each kind.
pub fn show_plan(plan: &Plan, screen: &mut Screen) -> Result<(), Failure> {
    screen.finish()?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut from = 0;
    loop {
        let rows = plan.rows(from, PAGE).map_err(|error| failure(&error))?;
        if rows.is_empty() {
            break;
        }
        from += rows.len() as u64;
        for row in &rows {
            match screen.is_json() {
                true => writeln!(out, "{}", json(row))?,
                false => writeln!(out, "{}:{}", plan.file_name(), line(row))?,
            }
        }
    }
    let summary = plan.summary().map_err(|error| failure(&error))?;
    match screen.is_json() {
        true => writeln!(out, "{}", json!({ "plan": summary }))?,
        false => writeln!(
            out,
            "{}: {} to create, {} to update, {} exist, {} refused, {} done before; nothing was written to Drift",
            counted(summary.rows, "row"),
            summary.create,
            summary.update,
            summary.skip,
            summary.refuse,
            summary.settled
        )?,
    }
    out.flush()?;
    Ok(())
}

/// `1 row`, `2 rows`.
fn counted(count: u64, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}

fn word(row: &PlannedRow) -> &'static str {
    match row.verdict {
        Verdict::Create | Verdict::Update(_) if row.settled => "done",
        Verdict::Create => "create",
        Verdict::Update(_) => "update",
        Verdict::Skip(_) => "exists",
        Verdict::Refuse => "refuse",
    }
}

fn line(row: &PlannedRow) -> String {
    let contact = match row.verdict {
        Verdict::Update(id) | Verdict::Skip(Some(id)) => format!(" {id}"),
        _ => String::new(),
    };
    let reason = match row.reason.is_empty() {
        true => String::new(),
        false => format!(": {}", row.reason),
    };
    format!("{}: {}{contact}{reason}", row.line, word(row))
}

fn json(row: &PlannedRow) -> serde_json::Value {
    let contact = match row.verdict {
        Verdict::Update(id) | Verdict::Skip(Some(id)) => Some(id),
        _ => None,
    };
    json!({ "line": row.line, "verdict": word(row), "contact": contact, "reason": row.reason })
}

/// Writes the summary; an exit code other than 0 comes as the failure.
pub fn show_summary(
    summary: &Summary,
    journal: &Path,
    again: &str,
    screen: &mut Screen,
) -> Result<(), Failure> {
    if screen.is_json() {
        screen.value(&json!({ "summary": summary, "journal": journal }));
    } else {
        let counts = [
            ("created", summary.created),
            ("existed", summary.existed),
            ("updated", summary.updated),
            ("refused", summary.refused),
            ("unknown", summary.unknown),
            ("not reached", summary.left),
        ];
        let mut rows = vec![("rows".to_owned(), summary.rows.to_string())];
        let named = counts.into_iter().filter(|(_, count)| *count > 0);
        rows.extend(named.map(|(name, count)| (name.to_owned(), count.to_string())));
        rows.push(("journal".to_owned(), journal.display().to_string()));
        rows.extend(
            summary
                .results
                .iter()
                .map(|path| ("results".to_owned(), path.display().to_string())),
        );
        screen.rows(&rows);
    }
    screen.finish()?;
    verdict(summary, again)
}

fn verdict(summary: &Summary, again: &str) -> Result<(), Failure> {
    let stopped = summary
        .stopped
        .as_ref()
        .map_or_else(String::new, |stop| format!("{stop}: "));
    let go_on = format!("to go on: {again}");
    match summary.exit_code() {
        0 => Ok(()),
        1 => Err(Failure::refused(
            "rows_refused",
            format!("{} refused", counted(summary.refused, "row")),
        )
        .next("the reasons are in the result file; mend it and import it as it is")),
        2 => {
            let said = Failure::input(format!("{stopped}nothing could be done"));
            Err(match &summary.stopped {
                Some(Stop::NotAllowed(error) | Stop::Unreachable(error)) => {
                    said.next(error.next_action().to_string())
                }
                _ => said,
            }
            .next(go_on))
        }
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
    match screen.is_json() {
        true => screen.value(&json!({ "undoable": undoable })),
        false => screen.line(&format!(
            "an undo deletes {}; nothing was deleted",
            undoable_words(undoable)
        )),
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
