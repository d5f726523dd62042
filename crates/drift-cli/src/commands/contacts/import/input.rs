//! Where the rows of an import are: in a file, or in a copy of what can be read only once.

use std::fs::{File, remove_file, rename};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use drift_import::{Error, Options, Source};
use sha2::{Digest, Sha256};

use crate::commands::contacts::file_failure::file_failure;
use crate::failure::Failure;

/// The rows of an import.
pub struct Input {
    pub source: Source,
    /// The copy, where there is one.
    pub copy: Option<PathBuf>,
}

impl Input {
    /// Scans a file; standard input or a pipe is copied first.
    pub fn open(file: Option<&Path>, options: &Options) -> Result<Self, Failure> {
        match file {
            Some(path) if path != Path::new("-") && !drift_import::reads_once(path) => Ok(Self {
                source: scan(path, options)?,
                copy: None,
            }),
            pipe => Self::open_copy(pipe, options),
        }
    }

    fn open_copy(pipe: Option<&Path>, options: &Options) -> Result<Self, Failure> {
        let copy = copy(pipe, options.journal.as_deref())?;
        match scan(&copy, options) {
            Ok(source) => Ok(Self {
                source,
                copy: Some(copy),
            }),
            Err(failure) => {
                // A copy of rows that cannot be read is of no use.
                let _left = remove_file(&copy);
                Err(failure)
            }
        }
    }
}

fn scan(path: &Path, options: &Options) -> Result<Source, Failure> {
    Source::scan(path, &options.input).map_err(|error| file_failure(&error))
}

/// Copies what can be read only once, beside the named journal. Without one, the hash of the content names the copy, and
/// so the journal and the results: the same rows go on with the same import, other rows begin another.
fn copy(pipe: Option<&Path>, journal: Option<&Path>) -> Result<PathBuf, Failure> {
    let folder = journal.and_then(Path::parent).unwrap_or(Path::new(""));
    let unnamed = folder.join(format!("stdin-{}.drift-input", std::process::id()));
    let filled = remove_if_present(&unnamed).and_then(|()| fill(pipe, &unnamed));
    let name = match (filled, journal) {
        (Ok(_), Some(_)) => "stdin.drift-input".to_owned(),
        (Ok(hash), None) => format!("stdin-{hash}.drift-input"),
        (Err(error), _) => {
            // Half a copy is of no use, and the failure below is the one to report.
            let _ = remove_file(&unnamed);
            return Err(file_failure(&error));
        }
    };
    let named = folder.join(name);
    rename(&unnamed, &named).map_err(|source| file_failure(&at(&named, source)))?;
    Ok(named)
}

/// Writes the copy, and returns the first 48 bits of the content's SHA-256 as hex.
fn fill(pipe: Option<&Path>, to: &Path) -> Result<String, Error> {
    let from: Box<dyn Read> = match pipe.filter(|path| *path != Path::new("-")) {
        Some(pipe) => Box::new(File::open(pipe).map_err(|source| at(pipe, source))?),
        None => Box::new(io::stdin().lock()),
    };
    let mut hashing = Hashing {
        from,
        hash: Sha256::new(),
    };
    drift_import::spool(&mut hashing, to)?;
    let hash = hashing.hash.finalize();
    Ok(hash
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// Removes a copy that an earlier process with the same id left behind.
fn remove_if_present(path: &Path) -> Result<(), Error> {
    match remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(at(path, source)),
        _ => Ok(()),
    }
}

fn at(path: &Path, source: io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}

/// Hashes what is read through it.
struct Hashing {
    from: Box<dyn Read>,
    hash: Sha256,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}
