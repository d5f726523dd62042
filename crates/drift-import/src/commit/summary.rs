//! What the journal says of an import as a whole: its counters at the start, its summary at the end.

use crate::context::import_context::ImportContext;
use crate::context::outcome::{RowOutcome, Summary};
use crate::error::Error;
use crate::journal::database::Journal;
use crate::journal::state::outcome;

/// Counts the rows that earlier runs have dealt with.
pub(crate) fn count_done(context: &ImportContext, journal: &Journal) -> Result<(), Error> {
    let mut rows = 0;
    context.counters.restart();
    for (verdict, state, count) in journal.tally()? {
        rows += count;
        // What is unknown is looked up again.
        let outcome = outcome(&verdict, state).filter(|outcome| *outcome != RowOutcome::Unknown);
        if let Some(outcome) = outcome {
            context.counters.count(outcome, count);
        }
    }
    context.counters.set_rows(rows);
    context.counters.set_planned(rows);
    Ok(())
}

/// How an import stands, rows of earlier runs included.
pub(crate) fn summary(journal: &Journal) -> Result<Summary, Error> {
    let mut summary = Summary::default();
    for (verdict, state, rows) in journal.tally()? {
        summary.rows += rows;
        *match outcome(&verdict, state) {
            Some(RowOutcome::Created) => &mut summary.created,
            Some(RowOutcome::Existed) => &mut summary.existed,
            Some(RowOutcome::Updated) => &mut summary.updated,
            Some(RowOutcome::Refused) => &mut summary.refused,
            Some(RowOutcome::Unknown) => &mut summary.unknown,
            None => &mut summary.left,
        } += rows;
    }
    Ok(summary)
}
