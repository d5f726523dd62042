//! Records that do not fit the header, which result files keep in a column of its own.

use crate::input::format::records::{Cells, Record};
use crate::input::value::columns::Columns;

/// Whether a row still has a value in the column for what did not fit.
pub(crate) fn has_misfit(cells: &csv::ByteRecord, columns: &Columns) -> bool {
    let cell = columns.misfit().and_then(|column| cells.get(column));
    cell.is_some_and(|cell| !cell.trim_ascii().is_empty())
}

/// Whether result files need the column for what did not fit, because of this record.
pub(crate) fn is_misfit(record: &Record, columns: &Columns) -> bool {
    match &record.cells {
        Cells::Csv(cells) => {
            let valid = cells.iter().all(|cell| record.is_valid(cell));
            !valid || cells.len() != columns.len() || has_misfit(cells, columns)
        }
        Cells::Json(..) => false,
    }
}
