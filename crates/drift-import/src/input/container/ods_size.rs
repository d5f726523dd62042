//! How many cells an OpenDocument spreadsheet has. One cell, and one row, may stand for many equal ones, and all of them are in
//! memory once it is loaded: so they are counted before.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Problem;
use super::limit::DAMAGED;

/// The most cells of a table, empty ones between others included. They take about 100 bytes each.
const MOST_CELLS: u64 = 5_000_000;

const TOO_MANY: &str = "this OpenDocument spreadsheet has more than 5 million cells, and would have to be loaded whole; save it as .xlsx or CSV (UTF-8)";

/// Makes sure that each table of a spreadsheet fits into memory.
pub(super) fn check(path: &Path) -> Result<(), Problem> {
    let damaged = |_| Problem::from(DAMAGED);
    let mut archive = zip::ZipArchive::new(File::open(path)?).map_err(damaged)?;
    let content = archive.by_name("content.xml").map_err(damaged)?;
    check_content(BufReader::new(content))
}

fn check_content(content: impl BufRead) -> Result<(), Problem> {
    let mut reader = Reader::from_reader(content);
    reader.config_mut().expand_empty_elements = true;
    let (mut table, mut buffer) = (Table::default(), Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element)) => match element.name().as_ref() {
                "table:table" => table = Table::default(),
                "table:table-row" => {
                    table.begin_row(repeats(&element, "table:number-rows-repeated"))
                }
                "table:table-cell" | "table:covered-table-cell" => {
                    table.add_cells(
                        repeats(&element, "table:number-columns-repeated"),
                        is_filled(&element),
                    );
                }
                _ => continue,
            },
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => continue,
            Err(_) => return Err(DAMAGED.into()),
        }
        if table.cells() > MOST_CELLS {
            return Err(TOO_MANY.into());
        }
    }
}

/// The part of a table up to its last row and its last column that are not empty.
#[derive(Default)]
struct Table {
    /// Rows before the one that is read, and how often that one is there.
    rows_before: u64,
    repeated: u64,
    /// Cells of the row so far.
    column: u64,
    rows: u64,
    columns: u64,
}

impl Table {
    fn begin_row(&mut self, repeated: u64) {
        self.rows_before = self.rows_before.saturating_add(self.repeated);
        self.repeated = repeated;
        self.column = 0;
    }

    fn add_cells(&mut self, repeated: u64, filled: bool) {
        self.column = self.column.saturating_add(repeated);
        if filled {
            self.columns = self.columns.max(self.column);
            self.rows = self.rows_before.saturating_add(self.repeated);
        }
    }

    fn cells(&self) -> u64 {
        self.rows.saturating_mul(self.columns)
    }
}

/// How often an element is there; a number that cannot be read is for the loader to judge.
fn repeats(element: &BytesStart, attribute: &str) -> u64 {
    let found = element.try_get_attribute(attribute).ok().flatten();
    found
        .and_then(|found| found.value.trim().parse().ok())
        .unwrap_or(1)
}

/// Whether a cell holds anything: an empty one has neither a value nor a formula.
fn is_filled(element: &BytesStart) -> bool {
    let mut attributes = element.attributes();
    attributes.with_checks(false).flatten().any(|attribute| {
        let name: &str = attribute.key.as_ref();
        name.starts_with("office:") || name == "table:formula"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_stand_for_many_are_counted() {
        let cell = |attributes: &str| format!("<table:table-cell {attributes}/>");
        let text = "office:value-type=\"string\"";
        let row = |repeated: u64, cells: &str| {
            format!(
                "<table:table-row table:number-rows-repeated=\"{repeated}\">{cells}</table:table-row>"
            )
        };
        let wide = |count: u64| cell(&format!("{text} table:number-columns-repeated=\"{count}\""));
        let empty = cell("table:number-columns-repeated=\"16000\"");
        let table = |rows: &str| format!("<table:table>{rows}</table:table>");
        for (content, fits) in [
            (table(&row(1, &cell(text))), true),
            (table(&row(1_000_000, &wide(5))), true),
            (table(&row(1_000_000, &wide(6))), false),
            // What follows the last filled cell counts for nothing.
            (
                table(&(row(9, &(cell(text) + &empty)) + &row(1_048_000, &empty))),
                true,
            ),
            (table(&(row(1_048_000, &empty) + &row(1, &wide(6)))), false),
            (table(&row(400, &(empty.clone() + &cell(text)))), false),
            (table(&row(u64::MAX, &wide(u64::MAX))), false),
            (table(&row(3_000_000, &wide(1))).repeat(3), true),
        ] {
            let checked = check_content(content.as_bytes());
            assert_eq!(checked.is_ok(), fits, "{content}");
        }
    }
}
