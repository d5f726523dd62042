//! `drift contacts import`: plans, commits, goes on, or takes back.

use std::path::Path;

use drift_import::{Cancel, Error, Import, Purpose, Suppression};

use super::import_args::ImportArgs;
use super::import_input::Input;
use super::import_progress::{self, Watched};
use super::import_report;
use crate::args::GlobalArgs;
use crate::connection::{Connection, connected};
use crate::failure::{Exit, Failure};
use crate::screen::Screen;
use crate::shell_word::shell_word;

impl ImportArgs {
    /// Plans, commits or undoes.
    pub async fn run(self, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
        if let Some(journal) = &self.undo {
            return self.take_back(journal, global, screen).await;
        }
        let options = self.options()?;
        if options.suppress.as_ref().is_some_and(Suppression::is_empty) {
            let said = "the do-not-contact list names nobody: no row is left out for it";
            screen.note("suppress", said);
        }
        let Input { source, copy } = Input::open(self.file.as_deref(), &options)?;
        let mut opened = false;
        let worked = connected(global, async |connection| {
            opened = true;
            let import = Import::new(connection.account()?, source.clone(), options.clone());
            self.work(&import, Some(connection), screen).await
        })
        .await;
        let done = match worked {
            // What is judged by the file alone needs no account.
            Err(_) if !opened && self.dry_run && self.offline => {
                self.work(&Import::offline(source, options), None, screen)
                    .await
            }
            other => other,
        };
        // Else the rows are in the result files now, or were looked at only, or nothing was sent.
        let goes_on = match &done {
            Ok(done) => *done == Done::InPart && !self.dry_run,
            Err(failure) => failure.exit() != Exit::Input,
        };
        if let Some(path) = copy.filter(|_| !goes_on) {
            let _left = std::fs::remove_file(path);
        }
        done.map(drop)
    }

    async fn work(
        &self,
        import: &Import,
        connection: Option<&Connection>,
        screen: &mut Screen,
    ) -> Result<Done, Failure> {
        let purpose = match self.dry_run {
            true => Purpose::DryRun,
            false => Purpose::Commit,
        };
        let watched = Watched::new(screen, import.counters());
        let plan = watched
            .planning(import.plan(purpose), &import.canceller())
            .await?;
        let plan = plan.map_err(|error| failure(&error))?;
        if self.dry_run {
            import_report::show_plan(&plan, screen)?;
            return Ok(Done::InPart);
        }
        let run = plan.commit().map_err(|error| failure(&error))?;
        let committed = watched.committing(run).await?;
        let summary = committed.map_err(|error| stopped(&error))?;
        let again = connection.map_or_else(String::new, |connection| self.again(connection));
        import_report::show_summary(&summary, &import.journal_path(), &again, screen)?;
        Ok(match summary.left + summary.unknown {
            0 => Done::Whole,
            _ => Done::InPart,
        })
    }

    /// How to go on.
    fn again(&self, connection: &Connection) -> String {
        let file = self.file.as_deref().unwrap_or(Path::new("-"));
        let word = shell_word(&file.display().to_string());
        format!(
            "{} contacts import {word} …, with the same options",
            connection.command
        )
    }

    async fn take_back(
        &self,
        journal: &Path,
        global: &GlobalArgs,
        screen: &mut Screen,
    ) -> Result<(), Failure> {
        let undoable = drift_import::undoable(journal).map_err(|error| failure(&error))?;
        if self.dry_run {
            return import_report::show_undoable(&undoable, screen);
        }
        let what = format!("deletes {}", import_report::undoable_words(&undoable));
        self.confirm.demand(&what).map_err(|refused| {
            refused
                .fact("contacts", undoable.contacts)
                .fact("earlier", undoable.earlier)
        })?;
        if undoable.earlier > 0 {
            screen.note("undo", &format!("this {what}"));
        }
        let cancel = Cancel::default();
        let undone = connected(global, async |connection| {
            let undoing = drift_import::undo(connection.account()?, journal, &cancel);
            import_progress::unless_told(undoing, &cancel, screen)
                .await?
                .map_err(|error| failure(&error))
        })
        .await?;
        import_report::show_undone(&undone, screen)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Done {
    Whole,
    InPart,
}

/// A commit that did not come to its end.
fn stopped(error: &Error) -> Failure {
    match error {
        // Nobody is left to tell what was sent.
        Error::Interrupted => Failure::unknown("rows_open", error.to_string())
            .next("what was sent is in the journal; the same command goes on"),
        _ => failure(error),
    }
}

/// An import that broke off after something was sent.
fn broken(error: &Error, cause: &Error, unknown: u64) -> Failure {
    let said = match unknown {
        0 => Failure::other(error.to_string()),
        _ => Failure::unknown("rows_open", error.to_string()),
    };
    let said = said.next("what was done is in the journal; the same command goes on");
    let advice = failure(cause);
    advice.advice().iter().fold(said, Failure::next)
}

/// An import that cannot begin, or go on: where nothing was sent the exit code is that of bad input.
pub fn failure(error: &Error) -> Failure {
    match error {
        Error::Columns(problems) => {
            let said = Failure::input("the columns do not fit the attributes of a contact");
            let said = problems
                .iter()
                .fold(said, |said, problem| said.next(problem.to_string()));
            said.next("--map COLUMN=ATTRIBUTE maps one, --map COLUMN=- leaves one out")
                .next("--unmapped ignore leaves all others out, --unmapped attribute makes them attributes")
        }
        Error::Drift(cause) => Failure::of_beginning(cause),
        Error::Broken { cause, unknown, .. } => broken(error, cause, *unknown),
        Error::FileChanged | Error::OptionsChanged(_) => Failure::input(error.to_string())
            .next("--dry-run shows the new plan; --replan goes on without"),
        Error::OtherAccount { .. } => Failure::input(error.to_string())
            .next("use the account that it was made with (drift --profile NAME, or drift --sandbox)")
            .next("for this account name a journal of its own, and a folder for its results: --journal FILE --results FOLDER"),
        _ => Failure::input(error.to_string()),
    }
}
