//! The records of a file, read one at a time.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::Encoding;
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use serde_json::Value;

use crate::error::{Error, at};
use crate::input::{Format, Source};

/// The largest record, in bytes; a larger one is most likely a quote that is not closed.
const RECORD_LIMIT: u64 = 16 << 20;
const BUFFER: usize = 64 << 10;

/// One record as it stands in the file.
#[derive(Clone, Default)]
pub(crate) struct Record {
    /// The line on which it begins, from 1.
    pub(crate) line: u64,
    pub(crate) cells: Cells,
}

#[derive(Clone)]
pub(crate) enum Cells {
    Csv(csv::ByteRecord),
    /// The line as it stands, and its members or what is wrong with it.
    Json(String, Result<serde_json::Map<String, Value>, String>),
}

impl Default for Cells {
    fn default() -> Self {
        Self::Csv(csv::ByteRecord::new())
    }
}

/// The records of a file, one after the other.
pub(crate) struct Records {
    reader: Reader,
    left: Arc<AtomicU64>,
    path: PathBuf,
    name: String,
}

enum Reader {
    Csv(Box<csv::Reader<Bounded>>),
    /// With the number of lines read.
    Json(Box<BufReader<Bounded>>, u64),
}

impl Records {
    /// Those of a file, its header included.
    pub(crate) fn open(source: &Source) -> Result<Self, Error> {
        let file = File::open(&source.path).map_err(at(&source.path))?;
        let left = Arc::new(AtomicU64::new(RECORD_LIMIT));
        let bounded = Bounded {
            inner: decoded(file, source.encoding),
            left: left.clone(),
        };
        let reader = match source.format {
            Format::Csv => Reader::Csv(Box::new(source.dialect.reader().from_reader(bounded))),
            Format::JsonLines => {
                Reader::Json(Box::new(BufReader::with_capacity(BUFFER, bounded)), 0)
            }
        };
        Ok(Self {
            reader,
            left,
            path: source.path.clone(),
            name: source.name.clone(),
        })
    }

    /// Reads the next record into `record`; false at the end.
    pub(crate) fn next(&mut self, record: &mut Record) -> Result<bool, Error> {
        self.left.store(RECORD_LIMIT, Ordering::Relaxed);
        match &mut self.reader {
            Reader::Csv(reader) => {
                if !matches!(record.cells, Cells::Csv(_)) {
                    record.cells = Cells::default();
                }
                let Cells::Csv(cells) = &mut record.cells else {
                    return Ok(false);
                };
                let line = reader.position().line();
                let more = reader
                    .read_byte_record(cells)
                    .map_err(|error| unreadable(&self.name, line, &error))?;
                record.line = cells.position().map_or(line, csv::Position::line);
                Ok(more)
            }
            Reader::Json(reader, line) => next_json(reader, line, record).map_err(at(&self.path)),
        }
    }
}

fn next_json(
    reader: &mut impl BufRead,
    line: &mut u64,
    record: &mut Record,
) -> std::io::Result<bool> {
    loop {
        let mut bytes = Vec::new();
        if reader.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(false);
        }
        *line += 1;
        let text = String::from_utf8_lossy(&bytes).trim().to_owned();
        if text.is_empty() {
            continue;
        }
        let members = match std::str::from_utf8(&bytes) {
            Ok(_) => serde_json::from_str(&text).map_err(|error| not_an_object(&error)),
            Err(_) => Err("not valid in the file's encoding".to_owned()),
        };
        record.line = *line;
        record.cells = Cells::Json(text, members);
        return Ok(true);
    }
}

/// What serde says may repeat values; its place does not.
fn not_an_object(error: &serde_json::Error) -> String {
    format!("not a JSON object, as seen at character {}", error.column())
}

fn unreadable(name: &str, line: u64, error: &csv::Error) -> Error {
    Error::Input {
        place: format!("{name}, line {line}"),
        problem: error.to_string(),
    }
}

/// Stops a reader that takes too much for one record.
struct Bounded {
    inner: DecodeReaderBytes<File, Vec<u8>>,
    left: Arc<AtomicU64>,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let left = self.left.load(Ordering::Relaxed);
        let Some(left) = left.checked_sub(length as u64) else {
            let problem = "a record is larger than 16 MiB; is a quote not closed?";
            return Err(std::io::Error::other(problem));
        };
        self.left.store(left, Ordering::Relaxed);
        Ok(length)
    }
}

/// The text of a file, in UTF-8 and without a byte order mark.
pub(crate) fn decoded(file: File, encoding: &'static Encoding) -> DecodeReaderBytes<File, Vec<u8>> {
    DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .utf8_passthru(true)
        .strip_bom(true)
        .bom_override(true)
        .build(file)
}
