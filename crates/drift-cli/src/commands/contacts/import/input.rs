//! Where the rows of an import are: in a file, or in a copy of what can be read only once.

use std::fs::remove_file;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use drift_import::{Error, Options, Source};
use tempfile::NamedTempFile;

use crate::commands::contacts::file_failure::file_failure;
use crate::commands::contacts::piped::{Copied, copy_unless_stopped, unless_stopped};
use crate::failure::Failure;

/// The rows of an import.
pub struct Input {
    pub source: Source,
    /// Whether they are a copy of what was piped.
    pub is_copy: bool,
}

impl Input {
    /// Scans a file; standard input or a pipe is copied first.
    pub async fn open(file: Option<&Path>, options: &Options) -> Result<Self, Failure> {
        match file {
            Some(path) if path != Path::new("-") && !drift_import::reads_once(path) => Ok(Self {
                source: scan(path, options)?,
                is_copy: false,
            }),
            pipe => Self::open_copy(pipe, options).await,
        }
    }

    async fn open_copy(pipe: Option<&Path>, options: &Options) -> Result<Self, Failure> {
        let copy = copy(pipe, options.journal.as_deref()).await?;
        keep_in_mind(&copy);
        let scanning = {
            let (copy, options) = (copy.clone(), options.clone());
            move || scan(&copy, &options)
        };
        match unless_stopped(scanning).await.flatten() {
            Ok(source) => Ok(Self {
                source,
                is_copy: true,
            }),
            Err(failure) => {
                // A copy of rows that cannot be read is of no use.
                remove_copy();
                Err(failure)
            }
        }
    }
}

/// The copy of this process.
static COPY: Mutex<Option<PathBuf>> = Mutex::new(None);

fn keep_in_mind(copy: &Path) {
    *COPY.lock().unwrap_or_else(PoisonError::into_inner) = Some(copy.to_owned());
}

/// Removes the copy that this process made, if it made one.
pub fn remove_copy() {
    let copy = COPY.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(copy) = copy {
        let _left = remove_file(copy);
    }
}

fn scan(path: &Path, options: &Options) -> Result<Source, Failure> {
    Source::scan(path, &options.input).map_err(|error| file_failure(&error))
}

/// Copies what can be read only once, beside the named journal. Without one, the hash of the content names the copy, and
/// so the journal and the results: the same rows continue the same import, other rows start another.
async fn copy(pipe: Option<&Path>, journal: Option<&Path>) -> Result<PathBuf, Failure> {
    let folder = journal.and_then(Path::parent).unwrap_or(Path::new(""));
    let unnamed = || {
        tempfile::Builder::new()
            .prefix("stdin-")
            .suffix(".drift-input")
            .tempfile_in(Path::new(".").join(folder))
            .map_err(|source| file_failure(&at(folder, source)))
    };
    let Copied { file, hash } = copy_unless_stopped(pipe, unnamed).await?;
    let name = match journal {
        Some(_) => "stdin.drift-input".to_owned(),
        None => format!("stdin-{hash}.drift-input"),
    };
    let named = folder.join(name);
    persist(file, &named).map_err(|source| file_failure(&at(&named, source)))?;
    Ok(named)
}

fn persist(file: NamedTempFile, to: &Path) -> io::Result<()> {
    file.persist(to).map(drop).map_err(|error| error.error)
}

fn at(path: &Path, source: io::Error) -> Error {
    Error::File {
        path: path.to_owned(),
        source,
    }
}
