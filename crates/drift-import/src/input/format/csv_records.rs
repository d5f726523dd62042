//! The records of CSV text, with the line on which each begins, and an error where a quote swallows what follows it.
//!
//! The `csv` crate reads the same records (a test compares the two), but does not say that a text ended inside quotes,
//! and counts lines from the end of the record before.

use std::io::BufRead;

use crate::input::format::dialect::Dialect;
use crate::input::format::lines::{Lines, RECORD_LIMIT, Unreadable, skip_line_ends};
use crate::input::format::parsed::Parsed;

/// Reads records, one at a time.
pub(crate) struct CsvRecords<Text> {
    text: Text,
    record: Parsed,
    /// Whether no blank line was before the record that was read last.
    follows: bool,
    /// How many records were before, where they are counted and not lines.
    numbered: Option<u64>,
}

impl<Text: BufRead> CsvRecords<Text> {
    /// The records of a text, its first lines left out.
    pub(crate) fn new(mut text: Text, dialect: Dialect, skip_lines: u64) -> std::io::Result<Self> {
        let mut lines = Lines::default();
        skip(&mut text, &mut lines, skip_lines)?;
        let record = Parsed::new(dialect, lines);
        Ok(Self {
            text,
            record,
            follows: false,
            numbered: None,
        })
    }

    /// Counts records in the place of lines, after so many.
    pub(crate) fn number_records(self, before: u64) -> Self {
        Self {
            numbered: Some(before),
            ..self
        }
    }

    /// Reads the next record into `cells`, and returns the line on which it begins; none at the end.
    pub(crate) fn next(&mut self, cells: &mut csv::ByteRecord) -> Result<Option<u64>, Unreadable> {
        cells.clear();
        self.record.quoted.clear();
        let after = self.record.lines.line;
        skip_line_ends(&mut self.text, &mut self.record.lines)?;
        let begun = self.record.lines.line;
        self.follows = begun == after;
        let begins = match &mut self.numbered {
            Some(number) => {
                *number += 1;
                *number
            }
            None => begun,
        };
        self.record.problem = None;
        let mut length = 0;
        loop {
            let piece = self.text.fill_buf()?;
            if piece.is_empty() {
                if length > 0 {
                    self.record.end(cells)?;
                }
                // Ctrl-Z, with which old programs end a file.
                let more = length > 0 && (cells.len() != 1 || cells.get(0) != Some(b"\x1A"));
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

    /// Whether no blank line was before the record that was read last.
    pub(crate) fn follows(&self) -> bool {
        self.follows
    }

    /// Which cells of the record that was read last stand in quotes, in their order.
    pub(crate) fn quoted(&self) -> &[usize] {
        &self.record.quoted
    }

    /// What is wrong with the record that was read last: it is not sure where its cells begin and end.
    pub(crate) fn problem(&self) -> Option<&'static str> {
        self.record.problem
    }
}

/// Skips lines.
fn skip(text: &mut impl BufRead, lines: &mut Lines, count: u64) -> std::io::Result<()> {
    while lines.line <= count {
        let piece = text.fill_buf()?;
        if piece.is_empty() {
            return Ok(());
        }
        let ends = piece.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let taken = ends.map_or(piece.len(), |end| end + 1);
        piece[..taken].iter().for_each(|byte| lines.take(*byte));
        text.consume(taken);
    }
    Ok(())
}

const TOO_LARGE: &str = "a record is larger than 16 MiB; is a quote not closed?";

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;
    use crate::input::format::parsed::{GOES_ON, NOT_CLOSED};

    type Read = Vec<(u64, Vec<String>)>;

    /// What is read with a buffer of so many bytes, and the line and text of the error that ended it.
    fn read(text: &str, buffer: usize) -> (Read, Option<(u64, &'static str)>) {
        let text = BufReader::with_capacity(buffer, text.as_bytes());
        let mut records = CsvRecords::new(text, Dialect::default(), 0).expect("records");
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

    fn has_problem(text: &str) -> bool {
        let mut records = CsvRecords::new(text.as_bytes(), Dialect::default(), 0).expect("records");
        let mut cells = csv::ByteRecord::new();
        while let Ok(Some(_)) = records.next(&mut cells) {
            if records.problem().is_some() {
                return true;
            }
        }
        false
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
            ("a, \"b\nc\" \t\n", None),
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

    /// The cells of one record, and whether it is doubtful.
    fn one(text: &str, dialect: Dialect) -> (Vec<String>, bool) {
        let mut records = CsvRecords::new(text.as_bytes(), dialect, 0).expect("records");
        let mut cells = csv::ByteRecord::new();
        assert_eq!(records.next(&mut cells).expect("a record"), Some(1));
        (texts(&cells), records.problem().is_some())
    }

    #[test]
    fn quotes_say_where_cells_end_or_the_record_is_doubtful() {
        let strict = Dialect::default();
        let escaped = Dialect {
            escape: Some(b'\\'),
            ..strict
        };
        let none = Dialect {
            quote: None,
            ..strict
        };
        for (dialect, text, expected) in [
            (
                strict,
                r#""Ann ""The Ann"" Lee",b"#,
                Some([r#"Ann "The Ann" Lee"#, "b"]),
            ),
            (strict, r#""Ann "The Ann" Lee",b"#, None),
            (strict, r#""Ann \"The Ann\" Lee",b"#, None),
            (
                strict,
                r#"Ann "The Ann" Lee,b"#,
                Some([r#"Ann "The Ann" Lee"#, "b"]),
            ),
            (strict, r#"a, "b, c""#, Some(["a", "b, c"])),
            (strict, r#""a" ,b"#, Some(["a", "b"])),
            (strict, r#""a" "b",c"#, None),
            (strict, r#"a, "b" c"#, None),
            (strict, "a, b", Some(["a", " b"])),
            (
                escaped,
                r#""Ann \"The Ann\" Lee",b"#,
                Some([r#"Ann "The Ann" Lee"#, "b"]),
            ),
            (escaped, r#""a\\",b"#, Some([r"a\", "b"])),
            (escaped, r#""a\n",b"#, Some([r"a\n", "b"])),
            (escaped, r"a\,b", Some([r"a\", "b"])),
            (none, r#""Ann" Lee,5""#, Some([r#""Ann" Lee"#, r#"5""#])),
        ] {
            let (cells, doubtful) = one(text, dialect);
            match expected {
                Some(expected) => assert_eq!(
                    (cells.as_slice(), doubtful),
                    (expected.map(str::to_owned).as_slice(), false),
                    "{text}"
                ),
                None => assert!(doubtful, "{text}: {cells:?}"),
            }
        }
    }

    #[test]
    fn cells_of_a_doubtful_record_keep_their_quotes() {
        for (text, expected) in [
            (
                r#""Ann "The Ann" Lee",b"#,
                &[r#""Ann "The Ann" Lee""#, "b"][..],
            ),
            (r#"a, "b" c,"d""#, &["a", r#" "b" c"#, "d"]),
            (
                r#""Ann \"The, Ann\" Lee",b"#,
                &[r#""Ann \"The"#, r#" Ann\" Lee""#, "b"],
            ),
            (r#""a""b" c,d"#, &[r#""a""b" c"#, "d"]),
        ] {
            let (cells, doubtful) = one(text, Dialect::default());
            assert_eq!(
                (cells.as_slice(), doubtful),
                (
                    &expected
                        .iter()
                        .map(|cell| (*cell).to_owned())
                        .collect::<Vec<_>>()[..],
                    true
                )
            );
        }
    }

    #[test]
    fn it_is_known_which_cells_were_in_quotes() {
        let text = "a,\"b\", \"c\" ,d\"e\"\n\"\"\nf\n";
        let mut records = CsvRecords::new(text.as_bytes(), Dialect::default(), 0).expect("records");
        let mut cells = csv::ByteRecord::new();
        for expected in [&[1, 2][..], &[0], &[]] {
            records.next(&mut cells).expect("a record");
            assert_eq!(records.quoted(), expected);
        }
    }

    #[test]
    fn lines_are_skipped_and_ctrl_z_ends_a_file() {
        for (text, skipped, expected) in [
            ("sep=;\r\na\r\nb\r\n\x1A", 1, &[(2, "a"), (3, "b")][..]),
            ("x\ry\ra\r", 2, &[(3, "a")]),
            ("a\n", 0, &[(1, "a")]),
            ("a\n", 5, &[]),
            ("a\n\x1Ab\n", 0, &[(1, "a"), (2, "\x1Ab")]),
        ] {
            let mut records =
                CsvRecords::new(text.as_bytes(), Dialect::default(), skipped).expect("records");
            let mut cells = csv::ByteRecord::new();
            let mut read = Vec::new();
            while let Some(line) = records.next(&mut cells).expect("a record") {
                read.push((line, texts(&cells).join("|")));
            }
            let read: Vec<(u64, &str)> = read
                .iter()
                .map(|(line, text)| (*line, text.as_str()))
                .collect();
            assert_eq!(read, expected, "{text:?}");
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
                // The text of a doubtful record is kept as it stands.
                let is_sure = error.is_none() && !has_problem(text);
                let mut theirs = csv::ReaderBuilder::new();
                theirs.has_headers(false).flexible(true);
                let theirs: Vec<Vec<String>> = theirs
                    .from_reader(text.as_bytes())
                    .byte_records()
                    .map(|record| texts(&record.expect("a record")))
                    .collect();
                if is_sure {
                    let ours: Vec<_> = ours.into_iter().map(|(_, cells)| cells).collect();
                    assert_eq!(ours, theirs, "{text:?}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 10_000, "{compared}");
    }
}
