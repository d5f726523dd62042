//! The records of CSV text, with the line on which each begins, and an error where a quote swallows what follows it.
//!
//! The `csv` crate reads the same records (a test compares the two), but does not say that a text ended inside quotes,
//! and counts lines from the end of the record before.

use std::io::BufRead;

use crate::input::format::dialect::Dialect;
use crate::input::format::lines::{Lines, RECORD_LIMIT, Unreadable, skip_line_ends};

/// Reads records, one at a time.
pub(crate) struct CsvRecords<Text> {
    text: Text,
    record: Parsed,
}

impl<Text: BufRead> CsvRecords<Text> {
    pub(crate) fn new(text: Text, dialect: Dialect) -> Self {
        let record = Parsed {
            dialect,
            lines: Lines::default(),
            cell: Vec::new(),
            state: State::Start,
            opened: None,
        };
        Self { text, record }
    }

    /// Reads the next record into `cells`, and returns the line on which it begins; none at the end.
    pub(crate) fn next(&mut self, cells: &mut csv::ByteRecord) -> Result<Option<u64>, Unreadable> {
        cells.clear();
        skip_line_ends(&mut self.text, &mut self.record.lines)?;
        let begins = self.record.lines.line;
        let mut length = 0;
        loop {
            let piece = self.text.fill_buf()?;
            if piece.is_empty() {
                let more = length > 0;
                if more {
                    self.record.end(cells)?;
                }
                return Ok(more.then_some(begins));
            }
            let (taken, ended) = self.record.take(piece, cells)?;
            self.text.consume(taken);
            if ended {
                return Ok(Some(begins));
            }
            length += taken;
            if length > RECORD_LIMIT {
                let line = self.record.opened.unwrap_or(begins);
                return Err(Unreadable::At(line, TOO_LARGE));
            }
        }
    }
}

const TOO_LARGE: &str = "a record is larger than 16 MiB; is a quote not closed?";
const NOT_CLOSED: &str = "a quote opens here, and the file ends inside it";
const GOES_ON: &str = "a quote opens here, and after the one that closes it, lines later, the cell goes on; is one of \
                       them too many?";

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    Plain,
    Quoted,
    /// After a quote inside quotes: the end of them, or the first half of a quote that is meant.
    Closed,
}

/// A record as far as it is read.
struct Parsed {
    dialect: Dialect,
    lines: Lines,
    cell: Vec<u8>,
    state: State,
    /// The line on which the cell's quote opened.
    opened: Option<u64>,
}

impl Parsed {
    /// Takes bytes up to the end of the record. Returns how many, and whether it ended.
    fn take(
        &mut self,
        piece: &[u8],
        cells: &mut csv::ByteRecord,
    ) -> Result<(usize, bool), Unreadable> {
        let mut at = 0;
        while at < piece.len() {
            at += self.take_plain(&piece[at..]);
            let Some(&byte) = piece.get(at) else { break };
            at += 1;
            let quoted = self.state == State::Quoted;
            if quoted || !self.ends_cell(byte) {
                self.within(byte)?;
                self.lines.take(byte);
                continue;
            }
            self.end_cell(cells);
            self.lines.take(byte);
            if byte != self.dialect.delimiter {
                return Ok((at, true));
            }
        }
        Ok((piece.len(), false))
    }

    fn ends_cell(&self, byte: u8) -> bool {
        byte == self.dialect.delimiter || matches!(byte, b'\r' | b'\n')
    }

    /// Takes what stands in a cell without quotes, all at once: nearly all that is in a file. Returns how many bytes.
    fn take_plain(&mut self, piece: &[u8]) -> usize {
        let opens = piece.first() == Some(&self.dialect.quote);
        let plain = match self.state {
            State::Start => !opens,
            State::Plain => self.opened.is_none(),
            State::Quoted | State::Closed => false,
        };
        if !plain {
            return 0;
        }
        let end = piece.iter().position(|byte| self.ends_cell(*byte));
        let text = &piece[..end.unwrap_or(piece.len())];
        if let Some(last) = text.last() {
            self.cell.extend_from_slice(text);
            self.lines.take(*last);
            self.state = State::Plain;
        }
        text.len()
    }

    /// Takes a byte that does not end the cell.
    fn within(&mut self, byte: u8) -> Result<(), Unreadable> {
        self.state = match (self.state, byte == self.dialect.quote) {
            (State::Start, true) => {
                self.opened = Some(self.lines.line);
                State::Quoted
            }
            (State::Quoted, true) => State::Closed,
            (State::Quoted, false) | (State::Closed, true) => {
                self.cell.push(byte);
                State::Quoted
            }
            _ => {
                self.check_closed(byte)?;
                self.cell.push(byte);
                State::Plain
            }
        };
        Ok(())
    }

    /// A cell that goes on after its closing quote is taken as it is, but not if it spans lines: then a quote too many
    /// has most likely swallowed rows.
    fn check_closed(&self, byte: u8) -> Result<(), Unreadable> {
        let here = self.lines.line;
        match self.opened {
            Some(line) if line != here && !matches!(byte, b' ' | b'\t') => {
                Err(Unreadable::At(line, GOES_ON))
            }
            _ => Ok(()),
        }
    }

    fn end_cell(&mut self, cells: &mut csv::ByteRecord) {
        cells.push_field(&self.cell);
        self.cell.clear();
        self.state = State::Start;
        self.opened = None;
    }

    /// Ends the last record of a text that does not end with a line.
    fn end(&mut self, cells: &mut csv::ByteRecord) -> Result<(), Unreadable> {
        if let (State::Quoted, Some(line)) = (self.state, self.opened) {
            return Err(Unreadable::At(line, NOT_CLOSED));
        }
        self.end_cell(cells);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    type Read = Vec<(u64, Vec<String>)>;

    /// What is read with a buffer of so many bytes, and the line and text of the error that ended it.
    fn read(text: &str, buffer: usize) -> (Read, Option<(u64, &'static str)>) {
        let text = BufReader::with_capacity(buffer, text.as_bytes());
        let mut records = CsvRecords::new(text, Dialect::default());
        let (mut read, mut cells) = (Vec::new(), csv::ByteRecord::new());
        loop {
            match records.next(&mut cells) {
                Ok(Some(line)) => read.push((line, texts(&cells))),
                Ok(None) => return (read, None),
                Err(Unreadable::At(line, problem)) => return (read, Some((line, problem))),
                Err(Unreadable::Io(error)) => panic!("{error}"),
            }
        }
    }

    fn texts(cells: &csv::ByteRecord) -> Vec<String> {
        let text = |cell: &[u8]| String::from_utf8_lossy(cell).into_owned();
        cells.iter().map(text).collect()
    }

    #[test]
    fn records_begin_on_the_lines_that_editors_show() {
        for (text, lines) in [
            ("a\nb\nc\n", &[1, 2, 3][..]),
            ("a\r\nb\r\nc\r\n", &[1, 2, 3]),
            ("a\rb\rc", &[1, 2, 3]),
            ("a\n\n\nb\n\nc", &[1, 4, 6]),
            ("a\r\n\r\nb\r\n\r\n", &[1, 3]),
            ("a\r\rb\r", &[1, 3]),
            ("\n\r\n\ra\n", &[4]),
            ("a\n\rb\n", &[1, 3]),
            ("\"a\nb\",c\nd,e\n", &[1, 3]),
            ("\"a\r\nb\r\n\",c\r\nd,e\r\n", &[1, 4]),
            ("\"a\rb\",\"c\n\"\rd,e", &[1, 4]),
            ("", &[]),
            ("\r\n\n", &[]),
        ] {
            for buffer in [1, 2, 3, 100] {
                let (read, error) = read(text, buffer);
                let begun: Vec<u64> = read.iter().map(|(line, _)| *line).collect();
                assert_eq!((begun.as_slice(), error), (lines, None), "{text:?}");
            }
        }
    }

    #[test]
    fn an_unclosed_quote_is_an_error_on_its_line() {
        for (text, expected) in [
            ("a,b\nc,\"d\ne,f\n", Some((2, NOT_CLOSED))),
            ("a,b\r\n\r\n\"c\r\nd\",\"e\r\nf\r\n", Some((4, NOT_CLOSED))),
            ("a,\"", Some((1, NOT_CLOSED))),
            ("a,\"b\nc,\"\"d\"\"\n", Some((1, NOT_CLOSED))),
            ("a\nb,\"c\nd,\"e\"\n", Some((2, GOES_ON))),
            ("a,\"b\nc\" \n", None),
            ("a,\"b\nc\"\" d\"\n", None),
            ("a,\"b\" c\n", None),
            ("a,b\"c\n", None),
            ("a,\"b\"", None),
            ("a,\"\"", None),
        ] {
            for buffer in [1, 2, 3, 100] {
                assert_eq!(read(text, buffer).1, expected, "{text:?}");
            }
        }
    }

    #[test]
    fn a_record_that_is_too_large_is_an_error() {
        let text = format!("a\n\"b\n{}", "c\n".repeat(RECORD_LIMIT));
        assert_eq!(read(&text, 8_192).1, Some((2, TOO_LARGE)));
    }

    /// Every text of up to six of these characters.
    #[test]
    fn records_are_those_of_the_csv_crate() {
        let mut texts_so_far = vec![String::new()];
        let mut compared = 0;
        for _ in 0..6 {
            let longer = texts_so_far.iter().flat_map(|text| {
                ["a", ",", "\"", "\r", "\n"].map(|character| format!("{text}{character}"))
            });
            texts_so_far = longer.collect();
            for text in &texts_so_far {
                let (ours, error) = read(text, 3);
                let theirs = Dialect::default().reader();
                let theirs: Vec<Vec<String>> = theirs
                    .from_reader(text.as_bytes())
                    .byte_records()
                    .map(|record| texts(&record.expect("a record")))
                    .collect();
                if error.is_none() {
                    let ours: Vec<_> = ours.into_iter().map(|(_, cells)| cells).collect();
                    assert_eq!(ours, theirs, "{text:?}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 10_000, "{compared}");
    }
}
