//! Journals of versions that read files otherwise. A row is known again by the hash of what it sends, so a row that is
//! read otherwise is another row: one that may have been sent must not become one that was never sent.

use crate::context::import_context::ImportContext;
use crate::error::Error;
use crate::input::format::records::{Record, Records};
use crate::journal::database::Journal;

/// The version of the reading, as the journal notes it. It changes with every change of what a record is, or of what is
/// read from it. Journals that note none are of version 1.
const VERSION: &str = "3";
const KEY: &str = "reading";
const PAGE: usize = 512;

/// How this version reads the rows of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reread {
    /// Rows that it reads otherwise, or does not find.
    pub(crate) changed: u64,
    /// Those of them that may have been sent.
    pub(crate) in_doubt: u64,
}

/// Whether a journal's plan was made by a version that read files otherwise.
pub(crate) fn is_earlier(journal: &Journal) -> Result<bool, Error> {
    Ok(journal.get(KEY)?.as_deref() != Some(VERSION))
}

/// Notes that the plan is of this version's reading.
pub(crate) fn note(journal: &mut Journal) -> Result<(), Error> {
    journal.set(KEY, VERSION)
}

/// Compares what the rows of a plan were read as with how they are read now.
pub(crate) fn reread(journal: &Journal, context: &ImportContext) -> Result<Reread, Error> {
    let mut reread = Reread::default();
    let mut rows = RowsByLine {
        records: context.source.records()?,
        record: Record::default(),
        ended: false,
        read: 0,
    };
    let (mut from, mut planned_rows) = (0, 0);
    loop {
        let page = journal.page(from, PAGE)?;
        let Some(last) = page.last() else {
            // A row that was none before.
            rows.at(u64::MAX)?;
            reread.changed += rows.read.abs_diff(planned_rows);
            return Ok(reread);
        };
        from = last.seq + 1;
        planned_rows += page.len() as u64;
        for planned in &page {
            context.check_cancelled()?;
            let record = rows.at(planned.line)?;
            let hash = record.map(|record| context.read_row(record).ok().map(|row| row.hash()));
            if hash != Some(planned.hash) {
                reread.changed += 1;
                reread.in_doubt += u64::from(planned.intent_at.is_some());
            }
        }
    }
}

/// Makes sure that no row that may have been sent is lost to a new plan.
pub(crate) fn check_doubts(journal: &Journal, context: &ImportContext) -> Result<(), Error> {
    let in_doubt = journal.in_doubt()?;
    if in_doubt == 0 || !is_earlier(journal)? {
        return Ok(());
    }
    let same_file = journal.get("file")?.as_deref() == Some(context.source.hash());
    let lost = if same_file {
        reread(journal, context)?.in_doubt
    } else {
        in_doubt
    };
    refuse(journal, lost)
}

/// An error if rows that may have been sent are read otherwise.
pub(crate) fn refuse(journal: &Journal, lost: u64) -> Result<(), Error> {
    if lost == 0 {
        return Ok(());
    }
    Err(Error::ReadingChanged {
        journal: journal.path().to_owned(),
        rows: lost,
    })
}

/// The records of a file, found by the lines on which they begin.
struct RowsByLine {
    records: Records,
    record: Record,
    ended: bool,
    read: u64,
}

impl RowsByLine {
    /// The record that begins on a line, which is not before that of the last call.
    fn at(&mut self, line: u64) -> Result<Option<&Record>, Error> {
        while !self.ended && self.record.line < line {
            self.ended = !self.records.next(&mut self.record)?;
            self.read += u64::from(!self.ended);
        }
        Ok(Some(&self.record).filter(|record| !self.ended && record.line == line))
    }
}
