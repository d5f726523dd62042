//! `drift contacts import --undo`: deletes the contacts that a journal proves its import created.

use std::path::Path;

use drift_import::{Account, Cancel, Error, UndoPreview, Undoable};

use super::arguments::ImportArgs;
use super::{corrections, next_command, progress, undo_report as report};
use crate::arguments::GlobalArgs;
use crate::commands::confirm::confirm;
use crate::commands::contacts::file_failure::file_failure;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::connected;
use crate::shell_word::shell_word;

/// Deletes them, or lists what it would delete.
pub async fn undo(
    journal: &Path,
    args: &ImportArgs,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let undoable =
        drift_import::undoable(journal).map_err(|error| journal_failure(&error, journal))?;
    note_corrections(journal, screen);
    if args.dry_run {
        let listed = list(journal, args, global, screen).await?;
        if !screen.is_json() && listed.contacts > 0 {
            screen.next_step(&format!("to delete them: {}", next_command::same()));
        }
        return Ok(());
    }
    let what = format!("delete {}", report::undoable_words(&undoable));
    // Programs ask for the list by --dry-run: with an error they get nothing on standard output.
    if !args.confirm.yes && !screen.is_json() {
        list(journal, args, global, screen).await?;
    }
    confirm(&args.confirm, &what, screen).map_err(|refused| {
        refused
            .fact("contacts", undoable.contacts)
            .fact("earlier", undoable.earlier)
    })?;
    if undoable.earlier > 0 {
        screen.note("undo", &format!("This will {what}."));
    }
    delete(journal, global, screen).await
}

/// Says which contacts the undo does not delete, since they came of corrected rows.
fn note_corrections(journal: &Path, screen: &Screen) {
    for other in corrections::journals_beside(journal) {
        let other = shell_word(&other.to_string_lossy());
        screen.note(
            "undo",
            &format!(
                "Contacts of corrected rows have a journal of their own, which this does not undo: {other}"
            ),
        );
    }
}

/// A journal that cannot be read. Who names the file that was imported means the journal beside it.
fn journal_failure(error: &Error, path: &Path) -> Failure {
    let failure = file_failure(error);
    match corrections::journal_of(path) {
        Some(beside) => failure.next(format!(
            "name its journal: --undo {}",
            shell_word(&beside.to_string_lossy())
        )),
        None => failure,
    }
}

async fn delete(journal: &Path, global: &GlobalArgs, screen: &mut Screen) -> Result<(), Failure> {
    let cancel = Cancel::default();
    let undone = connected(global, async |connection| {
        let undoing = drift_import::undo(connection.account()?, journal, &cancel);
        progress::cancel_on_signal(undoing, &cancel, screen)
            .await?
            .map_err(|error| file_failure(&error))
    })
    .await?;
    report::show_undone(&undone, screen)
}

/// Lists them, with the addresses that Drift has; offline, or where no account is set up, by their ids alone.
async fn list(
    journal: &Path,
    args: &ImportArgs,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<Undoable, Failure> {
    if args.offline {
        return list_of(None, journal, screen).await;
    }
    let mut connected_once = false;
    let listed = connected(global, async |connection| {
        connected_once = true;
        list_of(Some(connection.account()?), journal, screen).await
    })
    .await;
    match listed {
        Err(_) if !connected_once => list_of(None, journal, screen).await,
        other => other,
    }
}

async fn list_of(
    account: Option<Account>,
    journal: &Path,
    screen: &mut Screen,
) -> Result<Undoable, Failure> {
    let opened = UndoPreview::open(account, journal, &Cancel::default()).await;
    let mut preview = opened.map_err(|error| file_failure(&error))?;
    report::show_preview(&mut preview, screen).await
}
