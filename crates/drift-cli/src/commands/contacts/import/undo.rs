//! `drift contacts import --undo`: deletes the contacts that a journal proves its import created.

use std::path::Path;

use drift_import::Cancel;

use super::arguments::ImportArgs;
use super::{progress, report};
use crate::arguments::GlobalArgs;
use crate::commands::contacts::file_failure::file_failure;
use crate::failure::Failure;
use crate::output::Screen;
use crate::session::connected;

/// Deletes them, or says what it would delete.
pub async fn undo(
    journal: &Path,
    args: &ImportArgs,
    global: &GlobalArgs,
    screen: &mut Screen,
) -> Result<(), Failure> {
    let undoable = drift_import::undoable(journal).map_err(|error| file_failure(&error))?;
    if args.dry_run {
        return report::show_undoable(&undoable, screen);
    }
    let what = format!("deletes {}", report::undoable_words(&undoable));
    args.confirm.require(&what).map_err(|refused| {
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
        progress::cancel_on_signal(undoing, &cancel, screen)
            .await?
            .map_err(|error| file_failure(&error))
    })
    .await?;
    report::show_undone(&undone, screen)
}
