//! The records of a file, read one at a time.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use encoding_rs::{Encoding, UTF_8};
use encoding_rs_io::DecodeReaderBytes;

use crate::error::{Error, at};
use crate::input::format::Format;
use crate::input::format::bytes::{FileBytes, OpenBytes};
use crate::input::format::csv_records::CsvRecords;
use crate::input::format::dialect::Dialect;
use crate::input::format::fitted_records::FittedRecords;
use crate::input::format::json_members::{Members, members, unnested};
use crate::input::format::lines::{Lines, RECORD_LIMIT, Unreadable, skip_line_ends};
use crate::input::format::text::{decoded, legible};

const BUFFER: usize = 64 << 10;
/// The problem of text that is not valid.
pub(crate) const NOT_VALID: &str = "not valid in the file's encoding";

/// One record as it stands in the file.
#[derive(Clone, Default)]
pub(crate) struct Record {
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    pub(crate) cells: Cells,
    /// Whether a decoder put U+FFFD in place of what is not valid.
    decoded: bool,
    /// Why it is not sure where its cells begin and end.
    problem: Option<&'static str>,
    /// Which cells of CSV stand in quotes, in their order.
    quoted: Vec<usize>,
}

/// Memory of a record, in bytes, above which it is not kept for another.
const KEPT: usize = 4 << 10;

impl Record {
    /// Whether its memory can serve another record, and is not too much to be kept.
    pub(crate) fn is_worth_keeping(&self) -> bool {
        matches!(self.cells, Cells::Csv(_)) && self.bytes() <= KEPT
    }

    /// The memory that it takes, about.
    pub(crate) fn bytes(&self) -> usize {
        match &self.cells {
            Cells::Csv(cells) => cells.as_slice().len() + size_of::<usize>() * cells.len(),
            // The line, and its members: their keys and values as they are kept take some more than in the line.
            Cells::Json(line, _) => 3 * line.len(),
        }
    }

    /// Why it is not sure where its cells begin and end; none in nearly all rows.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        self.problem
    }

    /// Whether a cell of CSV stands in quotes.
    pub(crate) fn is_quoted(&self, column: usize) -> bool {
        self.quoted.binary_search(&column).is_ok()
    }

    /// Whether a cell is valid in the file's encoding.
    pub(crate) fn is_valid(&self, cell: &[u8]) -> bool {
        self.text(cell).is_some()
    }

    /// The text of a cell; none where it is not valid in the file's encoding.
    pub(crate) fn text<'a>(&self, cell: &'a [u8]) -> Option<&'a str> {
        let text = std::str::from_utf8(cell).ok()?;
        (!self.decoded || !text.contains('\u{fffd}')).then_some(text)
    }
}

#[derive(Clone)]
pub(crate) enum Cells {
    Csv(csv::ByteRecord),
    /// The line as it stands, and its members or what is wrong with it.
    Json(String, Result<Members, String>),
}

impl Default for Cells {
    fn default() -> Self {
        Self::Csv(csv::ByteRecord::new())
    }
}

/// A file, and how it is written.
#[derive(Clone)]
pub(crate) struct TextFile {
    pub(crate) path: PathBuf,
    pub(crate) bytes: FileBytes,
    /// The name in errors.
    pub(crate) name: String,
    pub(crate) format: Format,
    pub(crate) dialect: Dialect,
    pub(crate) encoding: &'static Encoding,
    /// Lines before the header, or before the first row where there is no header.
    pub(crate) skip_lines: u64,
    /// How many columns the header has, once it is known.
    pub(crate) width: Option<usize>,
    /// Whether quotes that are none of the file's make a row doubtful: unless the caller names the quote.
    pub(crate) watches_quotes: bool,
    /// Whether records are counted in the place of lines, as the rows of a sheet are.
    pub(crate) numbers_records: bool,
    /// Members of JSON whose own members are columns.
    pub(crate) nested: Vec<String>,
}

/// The records of a file, one after the other.
pub(crate) struct Records {
    reader: Reader,
    path: PathBuf,
    name: String,
    decoded: bool,
}

type Text = BufReader<DecodeReaderBytes<OpenBytes, Vec<u8>>>;

enum Reader {
    Csv(Box<FittedRecords<Text>>),
    Json(Box<Text>, Lines, Vec<String>),
}

impl Records {
    /// Those of a file, its header included.
    pub(crate) fn open(file: &TextFile) -> Result<Self, Error> {
        let bytes = file.bytes.open().map_err(at(&file.path))?;
        let text = BufReader::with_capacity(BUFFER, decoded(bytes, file.encoding));
        let reader = match file.format {
            Format::Csv => {
                let records = CsvRecords::new(text, file.dialect, file.skip_lines);
                let records = records.map_err(at(&file.path))?;
                let records = match file.numbers_records {
                    true => records.number_records(file.skip_lines),
                    false => records,
                };
                let fitted = FittedRecords::new(records, file.dialect.delimiter, file.width);
                Reader::Csv(Box::new(fitted.watch_quotes(file.watches_quotes)))
            }
            Format::JsonLines => {
                Reader::Json(Box::new(text), Lines::default(), file.nested.clone())
            }
        };
        Ok(Self {
            reader,
            path: file.path.clone(),
            name: file.name.clone(),
            decoded: file.encoding != UTF_8,
        })
    }

    /// Reads the next record into `record`; false at the end.
    pub(crate) fn next(&mut self, record: &mut Record) -> Result<bool, Error> {
        record.decoded = self.decoded;
        record.problem = None;
        let line = match &mut self.reader {
            Reader::Csv(records) => next_csv(records, record),
            Reader::Json(text, lines, nested) => next_json(text, lines, nested, record),
        };
        let line = line.map_err(|error| self.unreadable(error))?;
        record.line = line.unwrap_or(record.line);
        Ok(line.is_some())
    }

    /// How many records had empty cells only and were skipped.
    pub(crate) fn blank(&self) -> u64 {
        match &self.reader {
            Reader::Csv(records) => records.blank(),
            Reader::Json(..) => 0,
        }
    }

    fn unreadable(&self, error: Unreadable) -> Error {
        match error {
            Unreadable::Io(error) => at(&self.path)(error),
            Unreadable::At(line, problem) => Error::Input {
                place: format!("{}, line {line}", self.name),
                problem: problem.to_owned(),
            },
        }
    }
}

fn next_csv(
    records: &mut FittedRecords<Text>,
    record: &mut Record,
) -> Result<Option<u64>, Unreadable> {
    if !matches!(record.cells, Cells::Csv(_)) {
        record.cells = Cells::default();
    }
    let line = match &mut record.cells {
        Cells::Csv(cells) => records.next(cells)?,
        Cells::Json(..) => None,
    };
    record.problem = records.problem();
    record.quoted.clear();
    record.quoted.extend_from_slice(records.quoted());
    Ok(line)
}

fn next_json(
    text: &mut impl BufRead,
    lines: &mut Lines,
    nested: &[String],
    record: &mut Record,
) -> Result<Option<u64>, Unreadable> {
    loop {
        skip_line_ends(text, lines)?;
        let begins = lines.line;
        let bytes = line(text, lines)?;
        if bytes.is_empty() {
            return Ok(None);
        }
        let text = legible(&bytes).trim().to_owned();
        if text.is_empty() {
            continue;
        }
        let members = if record.is_valid(&bytes) {
            members(&text).and_then(|members| unnested(members, nested))
        } else {
            Err(NOT_VALID.to_owned())
        };
        record.cells = Cells::Json(text, members);
        return Ok(Some(begins));
    }
}

/// The rest of the line, without its end.
fn line(text: &mut impl BufRead, lines: &mut Lines) -> Result<Vec<u8>, Unreadable> {
    let mut line = Vec::new();
    loop {
        let piece = text.fill_buf()?;
        let inside = |byte: &&u8| !matches!(byte, b'\r' | b'\n');
        let length = piece.iter().take_while(inside).count();
        let ended = length < piece.len() || piece.is_empty();
        line.extend_from_slice(&piece[..length]);
        piece[..length]
            .last()
            .iter()
            .for_each(|byte| lines.take(**byte));
        text.consume(length);
        if ended {
            return Ok(line);
        }
        if line.len() > RECORD_LIMIT {
            return Err(Unreadable::At(lines.line, "the line is longer than 16 MiB"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_of_small_rows_is_kept_and_that_of_large_ones_is_not() {
        let csv = |cells: Vec<&str>| Record {
            cells: Cells::Csv(csv::ByteRecord::from(cells)),
            ..Record::default()
        };
        let long = "x".repeat(5_000);
        assert!(csv(vec!["ada@example.test", "Ada"]).is_worth_keeping());
        assert!(!csv(vec!["ada@example.test", &long]).is_worth_keeping());
        assert!(!csv(vec![""; 1_000]).is_worth_keeping(), "many empty cells");
    }

    #[test]
    fn lines_of_json_are_counted_as_editors_do() {
        for (text, expected) in [
            ("{}\n{}\n", &[1, 2][..]),
            ("{}\r\n\r\n{}", &[1, 3]),
            ("{}\r{}\r\r[]\r", &[1, 2, 4]),
            ("\n  \n{}\n\n", &[3]),
            ("", &[]),
        ] {
            let mut reader = BufReader::with_capacity(2, text.as_bytes());
            let (mut lines, mut record) = (Lines::default(), Record::default());
            let begun: Vec<u64> = std::iter::from_fn(|| {
                next_json(&mut reader, &mut lines, &[], &mut record).expect("read")
            })
            .collect();
            assert_eq!(begun, expected, "{text:?}");
        }
    }
}
