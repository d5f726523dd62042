//! The list of an export: a text with one id or address in a line, or a column of a CSV file, in any encoding.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8};
use encoding_rs_io::DecodeReaderBytes;

use super::ExportOptions;
use crate::commit::text_style::TextStyle;
use crate::error::{Error, at};
use crate::input::format::Format;
use crate::input::format::bytes::FileBytes;
use crate::input::format::records::{Cells, Record, Records};
use crate::input::format::text::decoded;
use crate::input::source::encoding_name;
use crate::input::source::magic::kind_of;
use crate::input::source::opening::{InputOptions, Source};

/// The longest line that is read.
const LONGEST: u64 = 64 << 10;

/// A line of a list: its number, and its text; none where that is not valid in the encoding.
pub(super) type Line = (u64, Option<String>);

/// A list, read a line at a time. Empty lines are left out, and lines that begin with `#`.
pub(super) struct List {
    reader: Reader,
    path: PathBuf,
    pub(super) style: TextStyle,
}

enum Reader {
    Lines {
        text: Box<BufReader<DecodeReaderBytes<File, Vec<u8>>>>,
        /// What is left of the line, where CR alone ends lines.
        rest: Vec<u8>,
        number: u64,
    },
    Column(Box<Records>, usize),
}

impl List {
    pub(super) fn open(path: &Path, options: &ExportOptions) -> Result<Self, Error> {
        let Some(column) = &options.column else {
            return Self::of_lines(path, options);
        };
        let input = InputOptions {
            format: Some(Format::Csv),
            encoding: options.encoding.clone(),
            ..InputOptions::default()
        };
        let source = Source::scan(path, &input)?;
        let position = source.headers().iter().position(|header| header == column);
        let position = position.ok_or_else(|| {
            let problem =
                format!("there is no column {column:?}; the first line must name the columns");
            wrong(path, &problem)
        })?;
        let encoding = Encoding::for_label(source.encoding().as_bytes()).unwrap_or(UTF_8);
        Ok(Self {
            style: TextStyle::of(source.bytes(), path, encoding, source.dialect().quote)?,
            reader: Reader::Column(Box::new(source.records()?), position),
            path: path.to_owned(),
        })
    }

    fn of_lines(path: &Path, options: &ExportOptions) -> Result<Self, Error> {
        if let Some(kind) = kind_of(path)? {
            return Err(wrong(path, kind));
        }
        let encoding = match &options.encoding {
            Some(label) => encoding_name::named(label)
                .ok_or_else(|| wrong(path, &format!("there is no encoding {label:?}")))?,
            None => UTF_8,
        };
        let style = TextStyle::of(&FileBytes::Stored(path.to_owned()), path, encoding, b'"')?;
        let file = File::open(path).map_err(at(path))?;
        Ok(Self {
            reader: Reader::Lines {
                text: Box::new(BufReader::new(decoded(file, style.encoding))),
                rest: Vec::new(),
                number: 0,
            },
            path: path.to_owned(),
            style,
        })
    }

    /// The next lines, at most so many; none at the end.
    pub(super) fn page(&mut self, most: usize) -> Result<Vec<Line>, Error> {
        let mut page = Vec::new();
        while page.len() < most {
            let Some((number, text)) = self.next()? else {
                break;
            };
            let text = text.map(|text| text.trim_start_matches('\u{feff}').trim().to_owned());
            let is_left_out = |text: &String| text.is_empty() || text.starts_with('#');
            if !text.as_ref().is_some_and(is_left_out) {
                page.push((number, text));
            }
        }
        Ok(page)
    }

    fn next(&mut self) -> Result<Option<Line>, Error> {
        match &mut self.reader {
            Reader::Lines { text, rest, number } => {
                let read = next_line(text, rest, number).map_err(at(&self.path))?;
                Ok(read.map(|line| (*number, valid(line))))
            }
            Reader::Column(records, column) => {
                let mut record = Record::default();
                if !records.next(&mut record)? {
                    return Ok(None);
                }
                let Cells::Csv(cells) = &record.cells else {
                    return Ok(None);
                };
                let text = cells.get(*column).and_then(|cell| record.text(cell));
                Ok(Some((record.line, text.map(str::to_owned))))
            }
        }
    }
}

/// The next line without its end, which is LF, CR LF, or CR.
fn next_line(
    text: &mut impl BufRead,
    rest: &mut Vec<u8>,
    number: &mut u64,
) -> std::io::Result<Option<Vec<u8>>> {
    if rest.is_empty() {
        text.take(LONGEST).read_until(b'\n', rest)?;
        if rest.is_empty() {
            return Ok(None);
        }
        if rest.len() as u64 == LONGEST && !rest.ends_with(b"\n") {
            return Err(std::io::Error::other(format!(
                "line {} is longer than 64 KiB",
                *number + 1
            )));
        }
        let end = if rest.ends_with(b"\r\n") {
            2
        } else {
            usize::from(rest.ends_with(b"\n"))
        };
        rest.truncate(rest.len() - end);
        rest.push(b'\r');
    }
    let end = rest
        .iter()
        .position(|byte| *byte == b'\r')
        .unwrap_or(rest.len());
    let line = rest.drain(..=end.min(rest.len() - 1)).collect::<Vec<u8>>();
    *number += 1;
    Ok(Some(line))
}

/// The text of a line; none where a byte is not valid, or a decoder put U+FFFD in its place.
fn valid(line: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(line).ok()?;
    (!text.contains(['\u{fffd}', '\0'])).then_some(text)
}

fn wrong(path: &Path, problem: &str) -> Error {
    Error::Input {
        place: path.display().to_string(),
        problem: problem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8], options: &ExportOptions) -> Vec<Line> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list");
        std::fs::write(&path, bytes).expect("written");
        let mut list = List::open(&path, options).expect("a list");
        list.page(100).expect("lines")
    }

    fn line(number: u64, text: &str) -> Line {
        (number, Some(text.to_owned()))
    }

    #[test]
    fn lines_of_any_encoding_are_read_and_those_that_are_not_valid_are_known() {
        let utf_16 = |text: &str| -> Vec<u8> {
            let units = text.encode_utf16();
            [0xFF, 0xFE]
                .into_iter()
                .chain(units.flat_map(u16::to_le_bytes))
                .collect()
        };
        let utf_8 = [line(1, "a"), line(4, "zo\u{eb}")];
        for (bytes, encoding, expected) in [
            (&b"a\n\n# b\nzo\xC3\xAB"[..], None, utf_8.to_vec()),
            (
                b"\xEF\xBB\xBFa\r\n\r\n# b\r\n zo\xC3\xAB \r\n",
                None,
                utf_8.to_vec(),
            ),
            (b"a\r\r#b\rzo\xC3\xAB\r", None, utf_8.to_vec()),
            (b"a\n\n\nzo\xEB", Some("latin1"), utf_8.to_vec()),
            (&utf_16("a\r\n\n\nzo\u{eb}\n"), None, utf_8.to_vec()),
            (
                b"a\nzo\xEB\nb\n",
                None,
                vec![line(1, "a"), (2, None), line(3, "b")],
            ),
            (b"a\0\nb", None, vec![(1, None), line(2, "b")]),
            (b"", None, vec![]),
        ] {
            let options = ExportOptions {
                encoding: encoding.map(str::to_owned),
                ..ExportOptions::default()
            };
            assert_eq!(lines(bytes, &options), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_column_of_a_csv_file_is_a_list() {
        let options = ExportOptions {
            column: Some("mail".to_owned()),
            ..ExportOptions::default()
        };
        let text = b"name;mail\n\"A\nB\";a@x.test\nno mail;\nshort\nC;c@x.test\n";
        let expected = [line(2, "a@x.test"), (5, None), line(6, "c@x.test")];
        assert_eq!(lines(text, &options), expected);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list.csv");
        std::fs::write(&path, "name;email\nA;a@x.test\n").expect("written");
        let error = List::open(&path, &options).err().expect("no such column");
        assert!(error.to_string().contains("no column \"mail\""), "{error}");
    }
}
