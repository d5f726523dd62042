//! Plans an import and commits it, or goes on with one that was begun.

use std::path::Path;

use drift_import::{Error, Import, Options, Purpose, Source, Suppression};

use super::arguments::ImportArgs;
use super::input::Input;
use super::progress::Watched;
use super::report;
use crate::arguments::GlobalArgs;
use crate::commands::contacts::file_failure::file_failure;
use crate::failure::{Exit, Failure};
use crate::output::{Screen, shell_word};
use crate::session::{Connection, connected};

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
            "the do-not-contact list names nobody: no row is left out for it",
        );
    }
    let Input { source, copy } = Input::open(args.file.as_deref(), &options)?;
    let progress = plan_and_commit(args, source, options, global, screen).await;
    // A later run needs the copy of piped rows only if rows are open. Otherwise they are in the result files, or nothing
    // was sent.
    let is_open = match &progress {
        Ok(progress) => *progress == Progress::Open,
        Err(failure) => failure.exit() != Exit::Input,
    };
    if let Some(path) = copy.filter(|_| !is_open) {
        let _left = std::fs::remove_file(path);
    }
    progress.map(drop)
}

async fn plan_and_commit(
    args: &ImportArgs,
    source: Source,
    options: Options,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<Progress, Failure> {
    let mut connected_once = false;
    let progress = connected(global, async |connection| {
        connected_once = true;
        let import = Import::new(connection.account()?, source.clone(), options.clone());
        if args.dry_run {
            return plan_only(&import, screen).await;
        }
        commit(&import, &command_line(args, connection), screen).await
    })
    .await;
    match progress {
        // A plan that looks at the file alone needs no account.
        Err(_) if !connected_once && args.dry_run && args.offline => {
            plan_only(&Import::offline(source, options), screen).await
        }
        other => other,
    }
}

async fn plan_only(import: &Import, screen: &mut Screen) -> Result<Progress, Failure> {
    let plan = Watched::new(screen, import.counters())
        .planning(import.plan(Purpose::DryRun), &import.canceller())
        .await?
        .map_err(|error| file_failure(&error))?;
    report::show_plan(&plan, screen)?;
    Ok(Progress::Planned)
}

async fn commit(
    import: &Import,
    command_line: &str,
    screen: &mut Screen,
) -> Result<Progress, Failure> {
    let watched = Watched::new(screen, import.counters());
    let plan = watched
        .planning(import.plan(Purpose::Commit), &import.canceller())
        .await?
        .map_err(|error| file_failure(&error))?;
    let run = plan.commit().map_err(|error| file_failure(&error))?;
    let committed = watched.committing(run).await?;
    let summary = committed.map_err(|error| commit_failure(&error))?;
    report::show_summary(&summary, &import.journal_path(), command_line, screen)?;
    if summary.left + summary.unknown > 0 {
        return Ok(Progress::Open);
    }
    Ok(Progress::Complete)
}

/// What to type to go on.
fn command_line(args: &ImportArgs, connection: &Connection) -> String {
    let file = args.file.as_deref().unwrap_or(Path::new("-"));
    let word = shell_word(&file.display().to_string());
    format!(
        "{} contacts import {word} …, with the same options",
        connection.command
    )
}

/// A commit that ended early.
fn commit_failure(error: &Error) -> Failure {
    match error {
        // The import ended without a summary, so what it sent is known to the journal alone.
        Error::Interrupted => Failure::unknown("rows_open", error.to_string())
            .next("what was sent is in the journal; the same command goes on"),
        _ => file_failure(error),
    }
}
