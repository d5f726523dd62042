//! A file of contacts, opened: read once for its format, dialect, encoding, columns and hash.

use std::io::Read;
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;
use sha2::{Digest, Sha256};

use crate::error::{Error, at};
use crate::input::container::unpack;
use crate::input::format::Format;
use crate::input::format::bytes::FileBytes;
use crate::input::format::dialect::Dialect;
use crate::input::format::records::{Record, Records, TextFile};
use crate::input::format::text::decoded;
use crate::input::hash::hex;
use crate::input::source::encoding::{EncodingProof, EncodingTally, Unicode};
use crate::input::source::legacy::Words;
use crate::input::source::magic::other_kind;
use crate::input::source::spool::reads_once;
use crate::input::source::{detect, encoding_name, header_row, headers, quotes, seven_bit};

/// How much of a file its dialect is judged by.
const SAMPLE: u64 = 64 << 10;
const BUFFER: usize = 64 << 10;
const READ_TWICE: &str =
    "it can be read only once, and an import reads its file several times; copy it first";

const NO_DIALECT: &str =
    "a workbook has no encoding, delimiter, quote or escape; leave these options out";

fn names_dialect(options: &InputOptions) -> bool {
    options.delimiter.is_some()
        || options.quote.is_some()
        || options.no_quotes
        || options.escape.is_some()
}

/// What is known of a file, and is not to be detected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InputOptions {
    /// CSV or JSON Lines; detected by the file's name, then by its first character.
    pub format: Option<Format>,
    /// Between the cells of a CSV file.
    pub delimiter: Option<u8>,
    /// Around the cells of a CSV file.
    pub quote: Option<u8>,
    /// Whether quotes mean nothing in a CSV file.
    pub no_quotes: bool,
    /// Before a quote that is meant, inside the quotes of a CSV file.
    pub escape: Option<u8>,
    /// The encoding's name, such as `windows-1252`.
    pub encoding: Option<String>,
    /// Lines before the header of a CSV file.
    pub skip_lines: Option<u64>,
    /// Whether a CSV file has no header: then its columns are `column_1`, `column_2` and so on.
    pub no_header: bool,
    /// The sheet of a workbook; the only one that has a cell unless set.
    pub sheet: Option<String>,
    /// Members of JSON objects whose own members are columns: with `properties` there is a column `properties.email`. One
    /// inside of another comes after it.
    pub nested: Vec<String>,
}

/// A file that has been read once: how it is written, its columns and its hash.
#[derive(Clone)]
pub struct Source {
    file: TextFile,
    hash: String,
    headers: Vec<String>,
    encoding_proof: EncodingProof,
    no_header: bool,
    /// Whether the caller named the escape: then a later import of the results has it too.
    names_escape: bool,
    /// What the text was taken from, and the name that it has there, where it was inside of the file.
    taken_from: Option<(String, PathBuf)>,
    is_workbook: bool,
}

impl Source {
    /// Reads a file once.
    ///
    /// # Errors
    ///
    /// [`Error::File`] when it cannot be read; [`Error::Input`] when it is empty, is no text, can be [read only
    /// once](crate::reads_once), or an option does not fit; [`Error::Encoding`] when it is not sure how its letters are to
    /// be read.
    pub fn scan(path: impl Into<PathBuf>, options: &InputOptions) -> Result<Self, Error> {
        let path = path.into();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_else(|| path.display().to_string());
        if reads_once(&path) {
            return Err(wrong(&name, READ_TWICE));
        }
        let unpacked = unpack(&path, options.sheet.as_deref())?;
        let is_workbook = unpacked.as_ref().is_some_and(|text| text.is_workbook);
        if is_workbook && (options.encoding.is_some() || names_dialect(options)) {
            return Err(wrong(&name, NO_DIALECT));
        }
        let bytes = match &unpacked {
            Some(text) => FileBytes::Unpacked(text.file.clone()),
            None => FileBytes::Stored(path.clone()),
        };
        let FirstLook {
            hash,
            unicode,
            has_quotes,
        } = read_through(&bytes, &path, &name)?;
        let hash = match &unpacked {
            Some(_) => hash_of(&FileBytes::Stored(path.clone()), &path, |_| ())?,
            None => hash,
        };
        let taken_from = unpacked.map(|text| (text.taken_from, text.name));
        let (encoding, encoding_proof) = match &options.encoding {
            Some(label) => (
                named_encoding(&name, label, mark_of(&unicode))?,
                EncodingProof::Named,
            ),
            None => detected_encoding(unicode, &bytes, &path, &name)?,
        };
        let text_name = taken_from.as_ref().map_or(&path, |(_, name)| name).clone();
        let (file, no_header) = text_file((path, text_name, bytes), name, encoding, options)?;
        let mut file = TextFile {
            numbers_records: is_workbook,
            watches_quotes: file.watches_quotes && !is_workbook,
            ..file
        };
        let is_given = options.quote.is_some() || options.no_quotes || options.escape.is_some();
        if has_quotes && !is_given && !is_workbook && file.format == Format::Csv {
            file.dialect = quotes::fitting(&file);
        }
        let headers = headers::read(&file, no_header)?;
        let file = TextFile {
            width: (file.format == Format::Csv).then_some(headers.len()),
            ..file
        };
        Ok(Self {
            headers,
            file,
            hash,
            encoding_proof,
            no_header,
            names_escape: options.escape.is_some(),
            taken_from,
            is_workbook,
        })
    }

    /// The columns: a CSV file's first record, or the keys in the first 1,000 lines of JSON.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// CSV or JSON Lines.
    pub fn format(&self) -> Format {
        self.file.format
    }

    /// How a CSV file is written.
    pub fn dialect(&self) -> Dialect {
        self.file.dialect
    }

    /// How the result files are written: like the file, without an escape that would have to be detected again.
    pub(crate) fn dialect_of_results(&self) -> Dialect {
        Dialect {
            escape: self.file.dialect.escape.filter(|_| self.names_escape),
            ..self.file.dialect
        }
    }

    /// The encoding's name.
    pub fn encoding(&self) -> &'static str {
        self.file.encoding.name()
    }

    /// By what the encoding is known.
    pub fn encoding_proof(&self) -> EncodingProof {
        self.encoding_proof
    }

    /// Lines of a CSV file that are before its header, or before its first row where it has none.
    pub fn skipped_lines(&self) -> u64 {
        self.file.skip_lines
    }

    /// Whether the columns have the names of a header.
    pub fn has_header(&self) -> bool {
        self.file.format == Format::Csv && !self.no_header
    }

    /// SHA-256 of the bytes, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    /// The file's name, for errors.
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// What the text was taken from, where it was inside of the file: `gzip`, `the sheet "Leads"`.
    pub fn taken_from(&self) -> Option<&str> {
        self.taken_from.as_ref().map(|(from, _)| from.as_str())
    }

    /// The name that the text has, or would have beside the file that it is inside of.
    pub(crate) fn text_name(&self) -> &Path {
        let inside = self.taken_from.as_ref().map(|(_, name)| name.as_path());
        inside.unwrap_or(&self.file.path)
    }

    pub(crate) fn bytes(&self) -> &FileBytes {
        &self.file.bytes
    }

    /// Whether cells have types of their own: those in quotes are text.
    pub(crate) fn is_workbook(&self) -> bool {
        self.is_workbook
    }

    /// Makes sure that the file is still the one that was read.
    pub(crate) fn check_unchanged(&self) -> Result<(), Error> {
        let stored = FileBytes::Stored(self.file.path.clone());
        if hash_of(&stored, &self.file.path, |_| ())? != self.hash {
            return Err(Error::FileChanged);
        }
        Ok(())
    }

    /// The records after the header.
    pub(crate) fn records(&self) -> Result<Records, Error> {
        let mut records = Records::open(&self.file)?;
        if self.has_header() {
            records.next(&mut Record::default())?;
        }
        Ok(records)
    }
}

/// How a file is written, as far as its encoding does not say, and whether it has no header. A result file begins with its
/// header, whatever is said of the file that it came of: it can be imported again with the same options.
fn text_file(
    (path, text_name, bytes): (PathBuf, PathBuf, FileBytes),
    name: String,
    encoding: &'static Encoding,
    options: &InputOptions,
) -> Result<(TextFile, bool), Error> {
    let mut sample = Vec::new();
    let text = bytes.open().map_err(at(&path))?;
    let mut beginning = decoded(text, encoding).take(SAMPLE);
    beginning.read_to_end(&mut sample).map_err(at(&path))?;
    let format = options
        .format
        .unwrap_or_else(|| detect::format(&text_name, &sample));
    if let (Format::JsonLines, Some(problem)) = (format, detect::several_lines(&sample)) {
        return Err(wrong(&name, problem));
    }
    let named = detect::named_delimiter(&sample).filter(|_| format == Format::Csv);
    let first_line = u64::from(named.is_some());
    let dialect_after = |lines| {
        let guess = detect::dialect(after_lines(&sample, lines));
        Dialect {
            delimiter: options.delimiter.or(named).unwrap_or(guess.delimiter),
            quote: options.quote.or(guess.quote).filter(|_| !options.no_quotes),
            escape: options.escape,
        }
    };
    let whole = dialect_after(first_line);
    let is_result = format == Format::Csv && header_row::is_of_results(&sample, whole);
    let dialect = match options.skip_lines {
        Some(lines) if !is_result => dialect_after(lines),
        _ => whole,
    };
    let skip_lines = match options.skip_lines {
        _ if is_result => 0,
        Some(lines) => lines,
        None if options.no_header => first_line,
        None => header_row::lines_before(&sample, dialect, first_line),
    };
    let file = TextFile {
        path,
        bytes,
        name,
        format,
        dialect,
        encoding,
        skip_lines,
        width: None,
        watches_quotes: options.quote.is_none() && !options.no_quotes,
        numbers_records: false,
        nested: options.nested.clone(),
    };
    Ok((file, options.no_header && !is_result))
}

/// A text without its first lines.
fn after_lines(text: &[u8], lines: u64) -> &[u8] {
    let mut text = text;
    for _ in 0..lines {
        let end = text.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let end = end.map_or(text.len(), |end| {
            end + if text[end..].starts_with(b"\r\n") {
                2
            } else {
                1
            }
        });
        text = &text[end..];
    }
    text
}

/// The encoding of a name. A file that begins with the mark of another is not what the caller takes it for.
fn named_encoding(
    name: &str,
    label: &str,
    mark: Option<&'static Encoding>,
) -> Result<&'static Encoding, Error> {
    let known = encoding_name::KNOWN;
    let named = encoding_name::named(label).ok_or_else(|| {
        wrong(
            name,
            format!("there is no encoding {label:?}; known are {known}"),
        )
    })?;
    match mark {
        Some(mark) if mark != named && !encoding_name::is_either_utf_16(label, mark) => Err(wrong(
            name,
            format!(
                "the file begins with the byte-order mark of {}, and {label:?} is named as its encoding; leave the \
                 encoding out",
                mark.name()
            ),
        )),
        mark => Ok(mark.unwrap_or(named)),
    }
}

fn mark_of(unicode: &Result<Option<Unicode>, &'static str>) -> Option<&'static Encoding> {
    match unicode {
        Ok(Some((encoding, EncodingProof::Mark))) => Some(encoding),
        _ => None,
    }
}

/// What one look through all bytes of a file shows.
struct FirstLook {
    hash: String,
    /// The encoding, where it is one of Unicode.
    unicode: Result<Option<Unicode>, &'static str>,
    has_quotes: bool,
}

fn read_through(bytes: &FileBytes, path: &Path, name: &str) -> Result<FirstLook, Error> {
    let mut tally = EncodingTally::default();
    let (mut kind, mut begun, mut has_quotes) = (None, false, false);
    let hash = hash_of(bytes, path, |bytes| {
        if !begun {
            kind = other_kind(bytes);
        }
        begun = true;
        has_quotes = has_quotes || bytes.contains(&b'"') || bytes.contains(&b'\'');
        tally.take(bytes);
    })?;
    match kind {
        Some(kind) => Err(wrong(name, kind)),
        None => Ok(FirstLook {
            hash,
            unicode: tally.unicode(),
            has_quotes,
        }),
    }
}

/// The encoding that nobody named.
fn detected_encoding(
    unicode: Result<Option<Unicode>, &'static str>,
    bytes: &FileBytes,
    path: &Path,
    name: &str,
) -> Result<Unicode, Error> {
    let unicode = unicode.map_err(|problem| wrong(name, problem))?;
    if let Some((_, EncodingProof::Ascii)) = unicode
        && let Some(problem) = seven_bit::other_than_ascii(bytes).map_err(at(path))?
    {
        return Err(wrong(name, problem));
    }
    let is_sure = |(_, proof): &Unicode| *proof != EncodingProof::MostlyValid;
    if let Some(unicode) = unicode.filter(is_sure) {
        return Ok(unicode);
    }
    let mut words = Words::default();
    hash_of(bytes, path, |bytes| words.take(bytes))?;
    match unicode {
        Some(unicode) if words.look_like_utf8() => Ok(unicode),
        _ => match words.encoding() {
            Ok(encoding) => Ok((encoding, EncodingProof::Words)),
            Err(candidates) => Err(Error::Encoding {
                place: name.to_owned(),
                candidates,
            }),
        },
    }
}

/// SHA-256 of a file's bytes; each piece is passed to `see`.
pub(crate) fn hash_of(
    bytes: &FileBytes,
    path: &Path,
    mut see: impl FnMut(&[u8]),
) -> Result<String, Error> {
    let mut file = bytes.open().map_err(at(path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; BUFFER];
    loop {
        let length = file.read(&mut buffer).map_err(at(path))?;
        if length == 0 {
            break;
        }
        hash.update(&buffer[..length]);
        see(&buffer[..length]);
    }
    Ok(hex(&hash.finalize()))
}

pub(super) fn wrong(name: &str, problem: impl Into<String>) -> Error {
    Error::Input {
        place: name.to_owned(),
        problem: problem.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_unreadable_files_say_what_they_look_like() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text, said) in [
            ("a.json", &b"[\n {\"email\": 1}]"[..], "one JSON array"),
            ("b", b"[{\"email\": 1}]", "one JSON array"),
            ("c.jsonl", b"{\n\"email\": 1\n}", "over several lines"),
            ("d.csv", b"e\0m\0a\0i\0l\0\n\0", "looks like UTF-16"),
            ("e.csv", b"", "the file is empty"),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("written");
            let error = Source::scan(&path, &InputOptions::default()).err();
            let error = error.map(|error| error.to_string()).unwrap_or_default();
            assert!(error.starts_with(name) && error.contains(said), "{error}");
        }
        let options = InputOptions {
            skip_lines: Some(9),
            ..InputOptions::default()
        };
        std::fs::write(folder.path().join("e.csv"), "email\n").expect("written");
        let skipped = Source::scan(folder.path().join("e.csv"), &options).err();
        let skipped = skipped.map(|error| error.to_string()).unwrap_or_default();
        assert!(skipped.contains("no line is left"), "{skipped}");
        let pipe = Source::scan("/dev/fd/63", &InputOptions::default()).err();
        assert!(pipe.is_some_and(|error| error.to_string().contains("only once")));
    }

    #[test]
    fn a_named_encoding_is_used_without_detection() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("leads.csv");
        std::fs::write(&path, b"e\0m\0a\0i\0l\0\n\0").expect("written");
        let options = InputOptions {
            encoding: Some("utf-16le".to_owned()),
            ..InputOptions::default()
        };
        let source = Source::scan(&path, &options).expect("a file");
        assert_eq!(source.headers(), ["email"]);
    }
}
