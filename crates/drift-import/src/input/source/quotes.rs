//! What quotes mean in a CSV file, judged by all of it: the usual rules, an escape before quotes, or nothing.

use crate::error::Error;
use crate::input::format::dialect::Dialect;
use crate::input::format::records::{Cells, Record, Records, TextFile};

/// The dialect that fits the whole file. The usual one unless it does not fit, and one of the others does.
pub(crate) fn fitting(file: &TextFile) -> Dialect {
    let usual = file.dialect;
    if fits(file, usual) {
        return usual;
    }
    let escaped = Dialect {
        escape: Some(b'\\'),
        ..usual
    };
    let none = Dialect {
        quote: None,
        escape: None,
        ..usual
    };
    // Only between tabs it is usual that quotes mean nothing; elsewhere one that opens and is not closed is an error.
    let others = [
        Some(escaped),
        Some(none).filter(|none| none.delimiter == b'\t'),
    ];
    let better = others
        .into_iter()
        .flatten()
        .find(|other| fits_better(file, *other));
    better.unwrap_or(usual)
}

/// Whether all records can be read. What is wrong otherwise is found, and said with its line, while planning.
fn fits(file: &TextFile, dialect: Dialect) -> bool {
    every_record(file, dialect, |record| record.problem().is_none())
}

/// Whether all records can be read, are as wide as the first, and have no quotes left around a cell.
fn fits_better(file: &TextFile, dialect: Dialect) -> bool {
    let quote = file.dialect.quote.unwrap_or(b'"');
    let is_quoted = |cell: &[u8]| {
        let cell = cell.trim_ascii();
        cell.len() > 1 && cell.first() == Some(&quote) && cell.last() == Some(&quote)
    };
    let mut width = None;
    every_record(file, dialect, |record| {
        let Cells::Csv(cells) = &record.cells else {
            return false;
        };
        let same = cells.len() == *width.get_or_insert(cells.len());
        same && record.problem().is_none() && !cells.iter().any(is_quoted)
    })
}

fn every_record(file: &TextFile, dialect: Dialect, mut fits: impl FnMut(&Record) -> bool) -> bool {
    let file = TextFile {
        dialect,
        ..file.clone()
    };
    let mut every = || -> Result<bool, Error> {
        let mut records = Records::open(&file)?;
        let mut record = Record::default();
        while records.next(&mut record)? {
            if !fits(&record) {
                return Ok(false);
            }
        }
        Ok(true)
    };
    every().unwrap_or(false)
}
