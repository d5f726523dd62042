//! A plan as a caller sees it: what will happen to every row, and its commit.

use std::sync::Arc;

use crate::commit::result_files::ResultFiles;
use crate::commit::run::Run;
use crate::context::import_context::ImportContext;
use crate::error::Error;
use crate::journal::database::Journal;
use crate::journal::rows::JournalRow;
use crate::plan::decision::Verdict;
use crate::plan::reading::{Reading, reading};

/// A plan: what will happen to every row. It holds the journal, which no other import can open meanwhile.
pub struct Plan {
    pub(crate) context: Arc<ImportContext>,
    pub(crate) journal: Journal,
}

/// What will happen to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedRow {
    /// Its line in the file.
    pub line: u64,
    /// What will happen.
    pub verdict: Verdict,
    /// Why; empty where nothing needs to be said.
    pub reason: String,
    /// Whether an earlier run has dealt with it.
    pub settled: bool,
}

/// How many rows will end how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct PlanSummary {
    /// Rows of the file.
    pub rows: u64,
    /// Contacts to create.
    pub create: u64,
    /// Contacts to update.
    pub update: u64,
    /// Rows whose contact exists and stays.
    pub skip: u64,
    /// Rows that are refused.
    pub refuse: u64,
    /// Rows that an earlier run has dealt with.
    pub settled: u64,
}

impl Plan {
    /// How many rows will end how.
    ///
    /// # Errors
    ///
    /// [`Error::Journal`] when the journal cannot be read.
    pub fn summary(&self) -> Result<PlanSummary, Error> {
        let mut summary = PlanSummary::default();
        for (verdict, state, rows) in self.journal.tally()? {
            summary.rows += rows;
            let settled = state.is_done();
            *match verdict {
                Verdict::Create | Verdict::Update(_) if settled => &mut summary.settled,
                Verdict::Create => &mut summary.create,
                Verdict::Update(_) => &mut summary.update,
                Verdict::Skip(_) => &mut summary.skip,
                Verdict::Refuse => &mut summary.refuse,
            } += rows;
        }
        Ok(summary)
    }

    /// How the file was understood.
    ///
    /// # Errors
    ///
    /// [`Error::Journal`] when the journal cannot be read.
    pub fn reading(&self) -> Result<Reading, Error> {
        reading(&self.context, &self.journal)
    }

    /// The name of the file.
    pub fn file_name(&self) -> &str {
        self.context.source.name()
    }

    /// The rows in the order of the file, at most `limit` from row number `from` (from 0) on.
    ///
    /// # Errors
    ///
    /// [`Error::Journal`] when the journal cannot be read.
    pub fn rows(&self, from: u64, limit: usize) -> Result<Vec<PlannedRow>, Error> {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let rows = self.journal.page(from, limit)?;
        let planned = |row: JournalRow| PlannedRow {
            line: row.line,
            settled: row.state.is_done(),
            verdict: row.decision.verdict,
            reason: row.decision.reason,
        };
        Ok(rows.into_iter().map(planned).collect())
    }

    /// Executes the plan. The returned stream reports how each row ended, and must be driven.
    ///
    /// # Errors
    ///
    /// [`Error::ResultExists`] when a result file would replace another; [`Error::ResultEdited`] when it would replace what a
    /// person has changed in it, and rows are open; [`Error::Input`] when the plan was made
    /// without an account to import into.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn commit(self) -> Result<Run, Error> {
        let Some(client) = self.context.client.clone() else {
            return Err(Error::Input {
                place: self.context.source.name().to_owned(),
                problem: "an import without an account can be planned only".to_owned(),
            });
        };
        let results = ResultFiles::of(&self.context, &self.journal)?;
        Run::start(self.context, self.journal, client, results)
    }
}
