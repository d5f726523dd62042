//! Shows the result of an import: how its file was understood, warnings, and the summary.

use std::path::Path;

use drift_import::{Plan, PlannedRow, Reading, Stop, Summary, Verdict};
use serde_json::json;

use super::{corrections, next_command, reading};
use crate::commands::contacts::file_failure::file_failure;
use crate::failure::Failure;
use crate::output::{Screen, counted, moment};

/// Rows that are read from the plan at a time.
const PAGE: usize = 1_000;

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
const WARNINGS: u64 = 20;

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
            "{} with warnings; see the result files",
            counted(found - WARNINGS, "more row")
        );
        screen.note("warning", &more);
    }
    Ok(())
}

fn is_warned(row: &PlannedRow) -> bool {
    let is_sent = matches!(row.verdict, Verdict::Create | Verdict::Update(_));
    is_sent && !row.settled && row.reason.contains("warning: ")
}

/// Writes the summary; an exit code other than 0 comes as the failure. `file` is what was typed.
pub fn show_summary(
    summary: &Summary,
    reading: &Reading,
    journal: &Path,
    file: &Path,
    screen: &mut Screen,
) -> Result<(), Failure> {
    if screen.is_json() {
        screen.value(&json!({ "reading": reading, "summary": summary, "journal": journal }));
    } else if summary.rows == 0 {
        screen.line("Nothing to do: the file has no rows");
    } else {
        if let Some(done) = summary.done_before {
            let (rows, when) = (all(summary.rows), moment(done));
            screen.line(&format!(
                "Nothing to do: an earlier run did {rows}, on {when}"
            ));
        }
        screen.rows(&summary_rows(summary, journal));
    }
    screen.finish()?;
    exit_of(summary, file)
}

/// `the only row`, `all 7 rows`.
fn all(rows: u64) -> String {
    match rows {
        1 => "the only row".to_owned(),
        _ => format!("all {}", counted(rows, "row")),
    }
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

fn exit_of(summary: &Summary, file: &Path) -> Result<(), Failure> {
    let stopped = summary
        .stopped
        .as_ref()
        .map_or_else(String::new, |stop| format!("{stop}: "));
    let go_on = format!("to continue: {}", next_command::same());
    let without_limit = format!("to send the others: {}", next_command::without_limit());
    match summary.exit_code() {
        0 => Ok(()),
        1 => Err(Failure::refused("rows_refused", refused_words(summary))
            .next(fix_refused(summary, file))),
        2 => Err(nothing_done(summary, &stopped).next(go_on)),
        _ => match &summary.stopped {
            Some(Stop::Limit(_)) => Err(rows_open(summary, &stopped).next(without_limit)),
            _ => Err(rows_open(summary, &stopped).next(go_on)),
        },
    }
}

fn refused_words(summary: &Summary) -> String {
    let rows = counted(summary.refused, "row");
    match summary.done_before {
        Some(_) => format!("{rows} refused, all by an earlier run"),
        None => format!("{rows} refused"),
    }
}

/// What to do with the rows that were refused.
fn fix_refused(summary: &Summary, file: &Path) -> String {
    let is_refused = |path: &&std::path::PathBuf| {
        let stem = path.file_stem().unwrap_or_default();
        Path::new(stem)
            .extension()
            .is_some_and(|end| end == "refused")
    };
    let refused = summary.results.iter().find(is_refused);
    match refused {
        Some(path) if let Some(journal) = corrections::journal_of(path) => format!(
            "{} was imported on its own (journal {}); to import what you corrected since: {}",
            path.display(),
            journal.display(),
            next_command::with_result(file, path)
        ),
        Some(path) => format!(
            "fix {}, then run: {}",
            path.display(),
            next_command::with_result(file, path)
        ),
        None => "the reasons are in the result files".to_owned(),
    }
}

fn rows_open(summary: &Summary, stopped: &str) -> Failure {
    let unknown = counted(summary.unknown, "row");
    let parts = [
        (
            summary.unknown,
            format!("{unknown} with an unknown outcome"),
        ),
        (summary.left, format!("{} not reached", summary.left)),
    ];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(_, part)| part).collect();
    let sentence = format!("{stopped}{}", parts.join(", "));
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
