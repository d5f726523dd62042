//! Files of contacts, read a record at a time: CSV in any dialect and encoding, and JSON Lines.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::Encoding;
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::detect::{Dialect, EncodingTally};
use crate::error::{Error, at};

/// The largest record, in bytes; a larger one is most likely a quote that is not closed.
const RECORD_LIMIT: u64 = 16 << 20;
/// How much of a file its dialect is judged by.
const SAMPLE: u64 = 64 << 10;
const BUFFER: usize = 64 << 10;

/// The two kinds of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, and its cousins.
    Csv,
    /// One JSON object per line.
    JsonLines,
}

/// What is to be taken for granted of a file instead of being detected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputOptions {
    /// CSV or JSON Lines; detected by the file's name, then by its first character.
    pub format: Option<Format>,
    /// Between the cells of a CSV file.
    pub delimiter: Option<u8>,
    /// Around the cells of a CSV file.
    pub quote: Option<u8>,
    /// The encoding's name, such as `windows-1252`.
    pub encoding: Option<String>,
}

/// A file that has been looked through once: what it is, and what tells it from others.
#[derive(Clone)]
pub struct Source {
    path: PathBuf,
    name: String,
    format: Format,
    dialect: Dialect,
    encoding: &'static Encoding,
    hash: String,
    headers: Vec<String>,
}

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

impl Source {
    /// Looks a file through once.
    ///
    /// # Errors
    ///
    /// [`Error::File`] when it cannot be read; [`Error::Input`] when it is empty or an option does not fit.
    pub fn scan(path: impl Into<PathBuf>, options: &InputOptions) -> Result<Self, Error> {
        let path = path.into();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_else(|| path.display().to_string());
        let (hash, detected) = look_through(&path)?;
        let encoding = match &options.encoding {
            Some(label) => Encoding::for_label(label.as_bytes())
                .ok_or_else(|| wrong(&name, format!("there is no encoding {label:?}")))?,
            None => detected,
        };
        let mut sample = Vec::new();
        let file = File::open(&path).map_err(at(&path))?;
        let mut beginning = decoded(file, encoding).take(SAMPLE);
        beginning.read_to_end(&mut sample).map_err(at(&path))?;
        let format = options.format.unwrap_or_else(|| format(&path, &sample));
        let guess = Dialect::of(&sample);
        let dialect = Dialect {
            delimiter: options.delimiter.unwrap_or(guess.delimiter),
            quote: options.quote.unwrap_or(guess.quote),
        };
        let mut source = Self {
            path,
            name,
            format,
            dialect,
            encoding,
            hash,
            headers: Vec::new(),
        };
        source.headers = source.read_headers()?;
        Ok(source)
    }

    /// The columns: a CSV file's first record, or the keys in the first 1,000 lines of JSON.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// CSV or JSON Lines.
    pub fn format(&self) -> Format {
        self.format
    }

    /// How a CSV file is written.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The encoding's name.
    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// SHA-256 of the bytes, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's name, for complaints.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn read_headers(&self) -> Result<Vec<String>, Error> {
        let mut records = self.open()?;
        let mut record = Record::default();
        if self.format == Format::Csv {
            if !records.next(&mut record)? {
                return Err(wrong(&self.name, "the file is empty"));
            }
            return match &record.cells {
                Cells::Csv(cells) => headers(&self.name, cells),
                Cells::Json(..) => Ok(Vec::new()),
            };
        }
        let mut keys: Vec<String> = Vec::new();
        for _ in 0..1_000 {
            if !records.next(&mut record)? {
                break;
            }
            if let Cells::Json(_, Ok(members)) = &record.cells {
                for key in members
                    .keys()
                    .filter(|key| !keys.contains(key))
                    .collect::<Vec<_>>()
                {
                    keys.push(key.clone());
                }
            }
        }
        Ok(keys)
    }

    /// The records after the header.
    pub(crate) fn records(&self) -> Result<Records, Error> {
        let mut records = self.open()?;
        if self.format == Format::Csv {
            records.next(&mut Record::default())?;
        }
        Ok(records)
    }

    fn open(&self) -> Result<Records, Error> {
        let file = File::open(&self.path).map_err(at(&self.path))?;
        let left = Arc::new(AtomicU64::new(RECORD_LIMIT));
        let bounded = Bounded {
            inner: decoded(file, self.encoding),
            left: left.clone(),
        };
        let reader = match self.format {
            Format::Csv => Reader::Csv(Box::new(self.dialect.reader().from_reader(bounded))),
            Format::JsonLines => {
                Reader::Json(Box::new(BufReader::with_capacity(BUFFER, bounded)), 0)
            }
        };
        Ok(Records {
            reader,
            left,
            path: self.path.clone(),
            name: self.name.clone(),
        })
    }
}

/// Copies what can be read only once, such as standard input, to a file that can be read as often as needed.
///
/// # Errors
///
/// [`Error::File`] when the file exists already or cannot be written.
pub fn spool(mut from: impl Read, to: &Path) -> Result<(), Error> {
    let mut file = private(to)?;
    std::io::copy(&mut from, &mut file).map_err(at(to))?;
    file.sync_all().map_err(at(to))
}

/// Writes records that come from elsewhere, a database for example, as JSON Lines that can be imported.
///
/// # Errors
///
/// [`Error::File`] when the file exists already or cannot be written.
pub fn spool_records<Members>(
    records: impl IntoIterator<Item = Members>,
    to: &Path,
) -> Result<(), Error>
where
    Members: serde::Serialize,
{
    let mut file = std::io::BufWriter::new(private(to)?);
    for record in records {
        serde_json::to_writer(&mut file, &record)
            .map_err(std::io::Error::from)
            .and_then(|()| file.write_all(b"\n"))
            .map_err(at(to))?;
    }
    file.flush().map_err(at(to))
}

/// Makes a new file that only its owner may read, since it holds personal data.
pub(crate) fn private(path: &Path) -> Result<File, Error> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(at(path))
}

fn look_through(path: &Path) -> Result<(String, &'static Encoding), Error> {
    let mut file = File::open(path).map_err(at(path))?;
    let (mut hash, mut tally) = (Sha256::new(), EncodingTally::default());
    let mut buffer = vec![0; BUFFER];
    loop {
        let length = file.read(&mut buffer).map_err(at(path))?;
        if length == 0 {
            break;
        }
        hash.update(&buffer[..length]);
        tally.take(&buffer[..length]);
    }
    Ok((crate::row::hex(&hash.finalize()), tally.encoding()))
}

fn decoded(file: File, encoding: &'static Encoding) -> DecodeReaderBytes<File, Vec<u8>> {
    DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .utf8_passthru(true)
        .strip_bom(true)
        .bom_override(true)
        .build(file)
}

fn format(path: &Path, sample: &[u8]) -> Format {
    let extension = path
        .extension()
        .map(|extension| extension.to_ascii_lowercase());
    match extension
        .as_deref()
        .and_then(|extension| extension.to_str())
    {
        Some("csv" | "tsv" | "txt") => Format::Csv,
        Some("jsonl" | "ndjson" | "json") => Format::JsonLines,
        _ if sample.trim_ascii_start().first() == Some(&b'{') => Format::JsonLines,
        _ => Format::Csv,
    }
}

fn headers(name: &str, cells: &csv::ByteRecord) -> Result<Vec<String>, Error> {
    let text = |cell: &[u8]| String::from_utf8(cell.to_vec()).map(|text| text.trim().to_owned());
    cells
        .iter()
        .map(text)
        .collect::<Result<_, _>>()
        .map_err(|_| {
            wrong(
                name,
                "the names of the columns are not valid in the file's encoding",
            )
        })
}

fn wrong(name: &str, problem: impl Into<String>) -> Error {
    Error::Input {
        place: name.to_owned(),
        problem: problem.into(),
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
