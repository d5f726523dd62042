//! Plans an import and commits it, or continues one that was started.

use std::path::Path;

use drift_import::{
    Error, Import, Options, Purpose, Source, Suppression, write_mapping, write_mapping_draft,
};

use super::arguments::ImportArgs;
use super::input::{Input, remove_copy};
use super::progress::Watched;
use super::{next_command, plan_report, report};
use crate::arguments::GlobalArgs;
use crate::commands::contacts::file_failure::file_failure;
use crate::failure::{Exit, Failure};
use crate::output::Screen;
use crate::session::connected;
use crate::session::interrupt::signal_came;

/// How far an import got.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// The rows were only planned.
    Planned,
    /// Some rows are unknown or were not reached.
    Open,
    /// Every row has its outcome.
    Complete,
}

/// Plans, and commits unless it is a dry run.
pub async fn run(
    args: &ImportArgs,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let options = args.options()?;
    if options.suppress.as_ref().is_some_and(Suppression::is_empty) {
        screen.note(
            "suppress",
            "The do-not-contact list is empty: no row is excluded by it.",
        );
    }
    let Input { source, is_copy } = Input::open(args.file.as_deref(), &options).await?;
    let keep = match is_copy {
        true => Keep::Nothing,
        false => Keep::Journal,
    };
    let progress = plan_and_commit(args, source, options, keep, global, screen).await;
    // A later run needs the copy of piped rows only if rows are open. Otherwise they are in the result files, or nothing
    // was sent. Who stops it can pipe them again.
    let is_open = match &progress {
        Ok(progress) => *progress == Progress::Open,
        Err(failure) => failure.exit() != Exit::Input,
    };
    if !is_open || signal_came() {
        remove_copy();
    }
    progress.map(drop)
}

/// What a dry run leaves: a journal for the commit of a file, nothing of a pipe.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    Journal,
    Nothing,
}

async fn plan_and_commit(
    args: &ImportArgs,
    source: Source,
    options: Options,
    keep: Keep,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<Progress, Failure> {
    let mut connected_once = false;
    let progress = connected(global, async |connection| {
        connected_once = true;
        let import = Import::new(connection.account()?, source.clone(), options.clone());
        if args.dry_run {
            return plan_only(&import, &source, args, keep, screen).await;
        }
        commit(&import, args, screen).await
    })
    .await;
    match progress {
        // A plan that looks at the file alone needs no account.
        Err(_) if !connected_once && args.dry_run && args.offline => {
            let import = Import::offline(source.clone(), options);
            plan_only(&import, &source, args, keep, screen).await
        }
        other => other,
    }
}

/// Says of a file that an export wrote which columns are left out in silence otherwise.
fn note_export(import: &Import, screen: &Screen) -> Result<(), Failure> {
    if import.is_export().map_err(|error| file_failure(&error))? {
        screen.note("export", "This file is an export: the columns that Drift sets (id, createdAt, start_date, …) are ignored, and other columns are attributes.");
    }
    Ok(())
}

/// Plans, and shows the plan. Of a pipe, or a file without rows, no journal is left that was not there: who pipes something
/// else next has another.
async fn plan_only(
    import: &Import,
    source: &Source,
    args: &ImportArgs,
    keep: Keep,
    screen: &mut Screen,
) -> Result<Progress, Failure> {
    let journal = import.journal_path();
    let is_new = !journal.exists();
    note_export(import, screen)?;
    let shown = show_plan(import, source, args, screen).await;
    let has_rows = import.counters().snapshot().rows > 0;
    if is_new && (keep == Keep::Nothing || !has_rows) {
        let _left = std::fs::remove_file(journal);
    }
    shown.map(|()| Progress::Planned)
}

async fn show_plan(
    import: &Import,
    source: &Source,
    args: &ImportArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let planned = Watched::new(screen, import.counters())
        .planning(import.plan(Purpose::DryRun), &import.canceller())
        .await?;
    let mapping = args
        .columns
        .mapping
        .as_deref()
        .filter(|file| !file.exists());
    let plan = match planned {
        Ok(plan) => plan,
        Err(error) => {
            let failure = file_failure(&error);
            return match (mapping, &error) {
                (Some(file), Error::Columns(problems)) => {
                    let written = write_mapping_draft(file, source, problems);
                    written.map_err(|error| file_failure(&error))?;
                    let said = format!(
                        "suggestions are in {}; edit it and run the same command again",
                        file.display()
                    );
                    Err(failure.next(said))
                }
                _ => Err(failure),
            };
        }
    };
    if let Some(file) = mapping {
        let reading = plan.reading().map_err(|error| file_failure(&error))?;
        write_mapping(file, &reading).map_err(|error| file_failure(&error))?;
        screen.note("mapping", &format!("the mapping is in {}", file.display()));
    }
    plan_report::show_plan(&plan, args.list, screen)
}

async fn commit(
    import: &Import,
    args: &ImportArgs,
    screen: &mut Screen,
) -> Result<Progress, Failure> {
    let journal = import.journal_path();
    let is_new = !journal.exists();
    note_export(import, screen)?;
    let watched = Watched::new(screen, import.counters());
    let plan = watched
        .planning(import.plan(Purpose::Commit), &import.canceller())
        .await?
        .map_err(|error| plan_failure(&error))?;
    let reading = report::show_reading(&plan, screen)?;
    if args.warns() {
        report::show_warnings(&plan, screen)?;
    }
    let file = args.file.as_deref().unwrap_or(Path::new("-"));
    let run = plan.commit().map_err(|error| begin_failure(&error, file))?;
    let committed = watched.committing(run, args.limit()).await?;
    let summary = committed.map_err(|error| commit_failure(&error))?;
    if summary.rows == 0 && is_new {
        // Nothing is in it.
        let _left = std::fs::remove_file(&journal);
    }
    report::show_summary(&summary, &reading, &import.journal_path(), file, screen)?;
    if summary.left + summary.unknown > 0 {
        return Ok(Progress::Open);
    }
    Ok(Progress::Complete)
}

/// A plan that could not be made, or not be used any more.
fn plan_failure(error: &Error) -> Failure {
    match error {
        Error::FileChanged | Error::OptionsChanged(_) => Failure::input(error.to_string())
            .next(format!("see it first: {}", next_command::with("--dry-run")))
            .next(format!(
                "make it and import: {}",
                next_command::with("--replan")
            )),
        _ => file_failure(error),
    }
}

/// A commit that could not begin. `file` is what was typed.
fn begin_failure(error: &Error, file: &Path) -> Failure {
    match error {
        Error::ResultEdited(path) => Failure::input(error.to_string())
            .next(format!(
                "import your changes: {}",
                next_command::with_result(file, path)
            ))
            .next(format!(
                "then move {} away, and continue: {}",
                path.display(),
                next_command::same()
            )),
        _ => file_failure(error),
    }
}

/// A commit that ended early.
fn commit_failure(error: &Error) -> Failure {
    match error {
        // The import ended without a summary, so what it sent is known to the journal alone.
        Error::Interrupted => Failure::unknown("rows_open", error.to_string())
            .next("what was sent is in the journal; run the same command to continue"),
        _ => file_failure(error),
    }
}
