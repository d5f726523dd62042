//! A file of contacts, opened: read once for its format, dialect, encoding, columns and hash.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use encoding_rs::Encoding;
use sha2::{Digest, Sha256};

use crate::error::{Error, at};
use crate::input::format::Format;
use crate::input::format::dialect::Dialect;
use crate::input::format::records::{Cells, Record, Records, TextFile};
use crate::input::format::text::decoded;
use crate::input::hash::hex;
use crate::input::source::detect;
use crate::input::source::encoding::EncodingTally;
use crate::input::source::spool::reads_once;

/// How much of a file its dialect is judged by.
const SAMPLE: u64 = 64 << 10;
const BUFFER: usize = 64 << 10;
const READ_TWICE: &str =
    "it can be read only once, and an import reads its file several times; copy it first";

/// What is known of a file, and is not to be detected.
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

/// A file that has been read once: how it is written, its columns and its hash.
#[derive(Clone)]
pub struct Source {
    file: TextFile,
    hash: String,
    headers: Vec<String>,
}

impl Source {
    /// Reads a file once.
    ///
    /// # Errors
    ///
    /// [`Error::File`] when it cannot be read; [`Error::Input`] when it is empty, can be [read only
    /// once](crate::reads_once), or an option does not fit.
    pub fn scan(path: impl Into<PathBuf>, options: &InputOptions) -> Result<Self, Error> {
        let path = path.into();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_else(|| path.display().to_string());
        if reads_once(&path) {
            return Err(wrong(&name, READ_TWICE));
        }
        let (hash, detected) = read_through(&path)?;
        let encoding = match &options.encoding {
            Some(label) => Encoding::for_label(label.as_bytes())
                .ok_or_else(|| wrong(&name, format!("there is no encoding {label:?}")))?,
            None => detected.map_err(|problem| wrong(&name, problem))?,
        };
        let mut sample = Vec::new();
        let file = File::open(&path).map_err(at(&path))?;
        let mut beginning = decoded(file, encoding).take(SAMPLE);
        beginning.read_to_end(&mut sample).map_err(at(&path))?;
        let format = options
            .format
            .unwrap_or_else(|| detect::format(&path, &sample));
        if let (Format::JsonLines, Some(problem)) = (format, detect::several_lines(&sample)) {
            return Err(wrong(&name, problem));
        }
        let guess = detect::dialect(&sample);
        let dialect = Dialect {
            delimiter: options.delimiter.unwrap_or(guess.delimiter),
            quote: options.quote.unwrap_or(guess.quote),
        };
        let file = TextFile {
            path,
            name,
            format,
            dialect,
            encoding,
        };
        Ok(Self {
            headers: read_headers(&file)?,
            file,
            hash,
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

    /// The encoding's name.
    pub fn encoding(&self) -> &'static str {
        self.file.encoding.name()
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

    /// Makes sure that the file is still the one that was read.
    pub(crate) fn check_unchanged(&self) -> Result<(), Error> {
        if hash_of(&self.file.path, |_| ())? != self.hash {
            return Err(Error::FileChanged);
        }
        Ok(())
    }

    /// The records after the header.
    pub(crate) fn records(&self) -> Result<Records, Error> {
        let mut records = Records::open(&self.file)?;
        if self.file.format == Format::Csv {
            records.next(&mut Record::default())?;
        }
        Ok(records)
    }
}

fn read_headers(file: &TextFile) -> Result<Vec<String>, Error> {
    let mut records = Records::open(file)?;
    let mut record = Record::default();
    if file.format == Format::Csv {
        if !records.next(&mut record)? {
            return Err(wrong(&file.name, "the file is empty"));
        }
        return match &record.cells {
            Cells::Csv(cells) => headers(&file.name, cells),
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

type Detected = Result<&'static Encoding, &'static str>;

fn read_through(path: &Path) -> Result<(String, Detected), Error> {
    let mut tally = EncodingTally::default();
    let hash = hash_of(path, |bytes| tally.take(bytes))?;
    Ok((hash, tally.encoding()))
}

/// SHA-256 of a file's bytes; each piece is passed to `see`.
fn hash_of(path: &Path, mut see: impl FnMut(&[u8])) -> Result<String, Error> {
    let mut file = File::open(path).map_err(at(path))?;
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
