//! A token in a file, as secrets of containers are handed out and rotated.

use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::credentials::{AccessToken, Credentials, TokenEndpoint, TokenFuture};
use crate::error::Error;

/// A token in a file, which is read again when the file changes, and when Drift refuses the token that was read.
///
/// While the file cannot be read, as in the moment of its rotation, the token that was read last is used on. Spaces and
/// line ends around the token are ignored.
///
/// ```
/// # fn main() -> drift::Result<()> {
/// use drift::credentials::TokenFile;
///
/// let credentials = TokenFile::new("/run/secrets/drift-token");
/// let client = drift::Client::builder_with_credentials(credentials).build()?;
/// # Ok(())
/// # }
/// ```
pub struct TokenFile {
    path: PathBuf,
    last: Mutex<Option<Read>>,
}

/// What was read, and what the file was like then.
struct Read {
    token: AccessToken,
    version: Version,
    refused: bool,
}

/// What tells two versions of a file apart without reading them.
#[derive(PartialEq, Eq)]
struct Version {
    modified: Option<SystemTime>,
    length: u64,
    file: u64,
}

impl Version {
    fn of(metadata: &Metadata) -> Self {
        Self {
            modified: metadata.modified().ok(),
            length: metadata.len(),
            file: file_number(metadata),
        }
    }
}

#[cfg(unix)]
fn file_number(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(metadata)
}

#[cfg(not(unix))]
fn file_number(_: &Metadata) -> u64 {
    0
}

impl TokenFile {
    /// The token in this file. It is read with the first call.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            last: Mutex::new(None),
        }
    }

    /// Where the token is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn last(&self) -> MutexGuard<'_, Option<Read>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token of the file as it is now, or else the last one that was not refused.
    fn current(&self) -> Result<AccessToken, Error> {
        let mut last = self.last();
        let version = fs::metadata(&self.path).map(|metadata| Version::of(&metadata));
        if let (Some(read), Ok(version)) = (&*last, &version)
            && !read.refused
            && read.version == *version
        {
            return Ok(read.token.clone());
        }
        match (version.map_err(Error::no_token), self.read()) {
            (Ok(version), Ok(token)) => {
                let refused = false;
                *last = Some(Read {
                    token: token.clone(),
                    version,
                    refused,
                });
                Ok(token)
            }
            (Err(error), _) | (_, Err(error)) => match &*last {
                Some(read) if !read.refused => Ok(read.token.clone()),
                _ => Err(error),
            },
        }
    }

    fn read(&self) -> Result<AccessToken, Error> {
        let text = fs::read_to_string(&self.path).map_err(Error::no_token)?;
        AccessToken::new(text).map_err(Error::no_token)
    }
}

impl Credentials for TokenFile {
    fn token<'a>(&'a self, _: &'a TokenEndpoint) -> TokenFuture<'a> {
        let token = self.current();
        Box::pin(async { token })
    }

    fn refused(&self, token: &AccessToken) {
        if let Some(read) = &mut *self.last()
            && read.token == *token
        {
            read.refused = true;
        }
    }
}
