//! Where the rows of an import are: in a file, or in a copy of what can be read only once.

use std::fs::{File, remove_file, rename};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use drift_import::{Error, Options, Source};
use sha2::{Digest, Sha256};

use super::import::failure;
use crate::failure::Failure;

/// The rows of an import.
pub struct Input {
    pub source: Source,
    /// The copy, where there is one.
    pub copy: Option<PathBuf>,
}

impl Input {
    /// Looks a file through; standard input, or a pipe, is copied first.
    pub fn open(file: Option<&Path>, options: &Options) -> Result<Self, Failure> {
        let scanned =
            |path: &Path| Source::scan(path, &options.input).map_err(|error| failure(&error));
        match file {
            Some(path) if path != Path::new("-") && !drift_import::reads_once(path) => Ok(Self {
                source: scanned(path)?,
                copy: None,
            }),
            once => {
                let copy = copied(once, options.journal.as_deref())?;
                match scanned(&copy) {
                    Ok(source) => Ok(Self {
                        source,
                        copy: Some(copy),
                    }),
                    Err(failure) => {
                        // Rows that cannot be read are left nowhere.
                        let _left = remove_file(&copy);
                        Err(failure)
                    }
                }
            }
        }
    }
}

/// Copies what can be read only once, beside the journal that was named. Where none was, the copy is named by its
/// content, and with it its journal and its results: the same rows go on, and other rows are another import.
fn copied(once: Option<&Path>, journal: Option<&Path>) -> Result<PathBuf, Failure> {
    let folder = journal.and_then(Path::parent).unwrap_or(Path::new(""));
    let unnamed = folder.join(format!("stdin-{}.drift-input", std::process::id()));
    let filled = removed(&unnamed).and_then(|()| fill(once, &unnamed));
    let name = match (filled, journal) {
        (Ok(_), Some(_)) => "stdin.drift-input".to_owned(),
        (Ok(hash), None) => format!("stdin-{hash}.drift-input"),
        (Err(error), _) => {
            // Half of it is of no use, and the failure is told already.
            let _ = remove_file(&unnamed);
            return Err(failure(&error));
        }
    };
    let named = folder.join(name);
    rename(&unnamed, &named).map_err(|source| failure(&at(&named, source)))?;
    Ok(named)
}

/// Returns the first 48 bits of the content's SHA-256.
fn fill(once: Option<&Path>, to: &Path) -> Result<String, Error> {
    let from: Box<dyn Read> = match once.filter(|path| *path != Path::new("-")) {
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

/// One that a process of the same number left behind.
fn removed(path: &Path) -> Result<(), Error> {
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
