//! Records of CSV as wide as the header: cells that are missing at the end are empty, empty cells that are too many are
//! dropped, and records of empty cells only are skipped.
//!
//! A record that is broken over two lines looks like one whose last cells are missing. What tells them apart is the
//! next record: if it follows at once, both together are as wide as the header, and it has no address where the first has
//! one, the line was broken.

use std::io::BufRead;

use crate::input::format::csv_records::CsvRecords;
use crate::input::format::footer::footer;
use crate::input::format::foreign_quotes::foreign_quotes;
use crate::input::format::lines::Unreadable;

/// The problem of a record that another line seems to continue.
const BROKEN_LINE: &str =
    "the row seems to be broken over two lines; put a cell with a line break in quotes";

/// The problem of a record that holds what looks like another.
const SWALLOWED_ROW: &str =
    "a quoted cell holds what looks like another row; check for an extra or a missing quote";

/// Records as wide as the header, where that is sure.
pub(crate) struct FittedRecords<Text> {
    records: CsvRecords<Text>,
    delimiter: u8,
    width: Option<usize>,
    /// Whether quotes that are none of the file's make a record doubtful.
    watches_quotes: bool,
    /// The record after the one that was returned last.
    ahead: Ahead,
    begun: bool,
    problem: Option<&'static str>,
    quoted: Vec<usize>,
    blank: u64,
}

/// A record that was read ahead.
#[derive(Default)]
struct Ahead {
    /// The line on which it begins; none after the last record.
    line: Option<u64>,
    cells: csv::ByteRecord,
    quoted: Vec<usize>,
    problem: Option<&'static str>,
    /// Whether no blank line or record is before it.
    follows: bool,
    error: Option<Unreadable>,
}

impl<Text: BufRead> FittedRecords<Text> {
    pub(crate) fn new(records: CsvRecords<Text>, delimiter: u8, width: Option<usize>) -> Self {
        Self {
            records,
            delimiter,
            width,
            watches_quotes: false,
            ahead: Ahead::default(),
            begun: false,
            problem: None,
            quoted: Vec::new(),
            blank: 0,
        }
    }

    /// Makes a record doubtful whose cells show quotes that are none of the file's.
    pub(crate) fn watch_quotes(self, watches_quotes: bool) -> Self {
        Self {
            watches_quotes,
            ..self
        }
    }

    /// Reads the next record that is not blank into `cells`, and returns the line on which it begins; none at the end.
    pub(crate) fn next(&mut self, cells: &mut csv::ByteRecord) -> Result<Option<u64>, Unreadable> {
        if !self.begun {
            self.begun = true;
            self.read_ahead();
        }
        if let Some(error) = self.ahead.error.take() {
            return Err(error);
        }
        let line = self.ahead.line;
        if line.is_some() {
            std::mem::swap(cells, &mut self.ahead.cells);
            std::mem::swap(&mut self.quoted, &mut self.ahead.quoted);
            self.problem = self.ahead.problem;
            self.read_ahead();
            if self.problem.is_none() && holds_a_row(cells, self.delimiter) {
                self.problem = Some(SWALLOWED_ROW);
            }
            if self.problem.is_none() && self.watches_quotes {
                self.problem = foreign_quotes(cells, &self.quoted);
            }
            self.fit(cells);
        }
        Ok(line)
    }

    /// Which cells of the record that was read last stand in quotes.
    pub(crate) fn quoted(&self) -> &[usize] {
        &self.quoted
    }

    /// What is wrong with the record that was read last.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        self.problem
    }

    /// How many records had empty cells only.
    pub(crate) fn blank(&self) -> u64 {
        self.blank
    }

    fn read_ahead(&mut self) {
        let ahead = &mut self.ahead;
        ahead.follows = true;
        loop {
            match self.records.next(&mut ahead.cells) {
                Ok(line) => ahead.line = line,
                Err(error) => ahead.error = Some(error),
            }
            ahead.problem = self.records.problem();
            ahead.quoted.clear();
            ahead.quoted.extend_from_slice(self.records.quoted());
            ahead.follows &= self.records.follows();
            let ended = ahead.line.is_none() || ahead.error.is_some();
            if ended || !ahead.cells.iter().all(is_blank) {
                return;
            }
            ahead.follows = false;
            self.blank += 1;
        }
    }

    fn fit(&mut self, cells: &mut csv::ByteRecord) {
        let Some(width) = self.width.filter(|_| self.problem.is_none()) else {
            return;
        };
        if let Some(footer) = footer(cells) {
            self.problem = Some(footer);
        } else if self.goes_on(cells, width) {
            self.problem = Some(BROKEN_LINE);
            self.ahead.problem = Some(BROKEN_LINE);
            return;
        }
        if cells.len() > width && cells.iter().skip(width).all(is_blank) {
            cells.truncate(width);
        }
        while cells.len() < width {
            cells.push_field(b"");
        }
    }

    /// Whether the next record seems to be the rest of this one.
    fn goes_on(&self, cells: &csv::ByteRecord, width: usize) -> bool {
        let next = &self.ahead.cells;
        let together = cells.len() + next.len() == width + 1;
        let follows = self.ahead.line.is_some() && self.ahead.follows;
        if !together || !follows || width == 1 || footer(next).is_some() {
            return false;
        }
        let address = cells.iter().position(|cell| cell.contains(&b'@'));
        let has_one = |column| next.get(column).is_some_and(|cell| cell.contains(&b'@'));
        // A header has no address, and is as wide as itself.
        address.map_or(cells.len() < width, |column| !has_one(column))
    }
}

/// Whether a cell of several lines has one with an address in the column where the record has its own.
fn holds_a_row(cells: &csv::ByteRecord, delimiter: u8) -> bool {
    if !cells.as_slice().contains(&b'\n') && !cells.as_slice().contains(&b'\r') {
        return false;
    }
    let breaks = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let is_address = |cell: &[u8]| cell.contains(&b'@') && !cell.iter().any(breaks);
    let Some(column) = cells.iter().position(is_address) else {
        return false;
    };
    cells.iter().enumerate().any(|(at, cell)| {
        let lines = cell.split(breaks).enumerate();
        lines
            .filter(|(_, line)| line.len() < cell.len() && line.contains(&delimiter))
            .any(|(number, line)| {
                let first = if number == 0 { at } else { 0 };
                let pieces = line.split(|byte| *byte == delimiter);
                let mut pieces = (first..).zip(pieces);
                pieces.any(|(place, piece)| place == column && has_word_with_at(piece))
            })
    })
}

/// Whether a text is one word with an `@`.
fn has_word_with_at(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    text.contains(&b'@') && !text.contains(&b' ')
}

fn is_blank(cell: &[u8]) -> bool {
    cell.trim_ascii().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::format::dialect::Dialect;

    /// The records, `!` before those with a problem, and how many were blank.
    fn read(text: &str, width: usize) -> (Vec<String>, u64) {
        let records = CsvRecords::new(text.as_bytes(), Dialect::default(), 0).expect("records");
        let mut records = FittedRecords::new(records, b',', Some(width));
        let (mut read, mut cells) = (Vec::new(), csv::ByteRecord::new());
        while let Some(line) = records.next(&mut cells).expect("a record") {
            let cells: Vec<_> = cells.iter().map(String::from_utf8_lossy).collect();
            let mark = if records.problem().is_some() { "!" } else { "" };
            read.push(format!("{line}{mark} {}", cells.join("|")));
        }
        (read, records.blank())
    }

    #[test]
    fn records_are_as_wide_as_the_header_where_that_is_sure() {
        for (text, expected, blank) in [
            ("a@x,b,c\n", &["1 a@x|b|c"][..], 0),
            ("a@x,b,c,,\n", &["1 a@x|b|c"], 0),
            ("a@x,b,c, ,d\n", &["1 a@x|b|c| |d"], 0),
            ("a@x,b\nb@x,c\n", &["1 a@x|b|", "2 b@x|c|"], 0),
            ("a@x\n", &["1 a@x||"], 0),
            (
                "email,name,plan\na@x\n",
                &["1 email|name|plan", "2 a@x||"],
                0,
            ),
            (
                "a@x,b\nb@x,b,c\nc@x\n",
                &["1 a@x|b|", "2 b@x|b|c", "3 c@x||"],
                0,
            ),
            (",,\na@x,b,c\n ,,\n,\n", &["2 a@x|b|c"], 3),
            ("a@x,half a\nnote,c\n", &["1! a@x|half a", "2! note|c"], 0),
            ("half a\nname,a@x,c\n", &["1! half a", "2! name|a@x|c"], 0),
            ("a@x,b,half a\nnote\n", &["1! a@x|b|half a", "2! note"], 0),
            ("a@x,b,c\n\nTotal\n", &["1 a@x|b|c", "3! Total||"], 0),
            ("a@x,b,c\n,,\nTotal\n", &["1 a@x|b|c", "3! Total||"], 1),
            ("a@x,b,c\nTotal: 1\n", &["1 a@x|b|c", "2! Total: 1||"], 0),
            ("a@x,b,c\nb@x\n", &["1 a@x|b|c", "2 b@x||"], 0),
            ("\"a\"b,c\n", &["1! \"a\"b|c"], 0),
            ("a@x,\"b,c\nd@x,e\",f\n", &["1! a@x|b,c\nd@x,e|f"], 0),
            ("\"a,b@x,c\nd\",e@x,f\n", &["1! a,b@x,c\nd|e@x|f"], 0),
            (
                "a@x,\"b\nask d@x, then e\",f\n",
                &["1 a@x|b\nask d@x, then e|f"],
                0,
            ),
            ("a@x,\"b\nd@x\",f\n", &["1 a@x|b\nd@x|f"], 0),
        ] {
            let (read, skipped) = read(text, 3);
            assert_eq!(
                (read.as_slice(), skipped),
                (
                    expected
                        .iter()
                        .map(|text| (*text).to_owned())
                        .collect::<Vec<_>>()
                        .as_slice(),
                    blank
                ),
                "{text:?}"
            );
        }
    }
}
