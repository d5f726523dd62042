//! Where tokens are kept: in a file that processes may share, by the program, or by several processes together.

use std::error::Error as StdError;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::credentials::oauth::OAuthTokens;
use crate::credentials::oauth::shared::{LockedTokens, SharedTokens};
use crate::hex::hex;
use crate::random;

/// What somebody failed with, who is to be told.
pub(super) type Cause = Box<dyn StdError + Send + Sync>;

type Keep = Box<dyn Fn(&OAuthTokens) -> Result<(), Cause> + Send + Sync>;

/// How often a lock is tried that another process holds. It holds it for one renewal.
const LOCK_WAIT: Duration = Duration::from_millis(20);

/// Where tokens are kept.
pub(super) enum Store {
    File(PathBuf),
    Program(Keep),
    Shared(Box<dyn SharedTokens>),
}

/// Held while tokens are renewed. Where processes share them, the others wait for it.
pub(super) enum Lock<'a> {
    File(&'a Path, LockFile),
    Program(&'a Keep),
    Shared(Box<dyn LockedTokens>),
}

pub(super) struct LockFile(File);

impl Drop for LockFile {
    fn drop(&mut self) {
        let _ended_with_the_file = self.0.unlock();
    }
}

impl Lock<'_> {
    /// What is kept; none where only the program knows.
    pub(super) fn read(&self) -> Result<Option<OAuthTokens>, Cause> {
        match self {
            Self::File(path, _) => read(path).map(Some),
            Self::Program(_) => Ok(None),
            Self::Shared(locked) => Ok(locked.current()),
        }
    }

    /// Keeps these tokens, and unlocks them.
    pub(super) async fn keep(self, tokens: &OAuthTokens) -> Result<(), Cause> {
        match self {
            Self::File(path, _lock) => write(path, tokens),
            Self::Program(keep) => keep(tokens),
            Self::Shared(locked) => locked.keep(tokens).await,
        }
    }
}

impl Store {
    pub(super) fn file(path: PathBuf) -> Self {
        Self::File(path)
    }

    pub(super) fn callback(
        keep: impl Fn(&OAuthTokens) -> Result<(), Cause> + Send + Sync + 'static,
    ) -> Self {
        Self::Program(Box::new(keep))
    }

    /// What is there before the first call; none where the tokens were given.
    pub(super) fn read_first(&self) -> Result<Option<OAuthTokens>, Cause> {
        match self {
            Self::File(path) => read(path).map(Some),
            Self::Program(_) | Self::Shared(_) => Ok(None),
        }
    }

    /// Keeps what could not be kept when it was renewed. None where that needs the lock.
    pub(super) fn keep_at_once(&self, tokens: &OAuthTokens) -> Option<Result<(), Cause>> {
        match self {
            Self::File(path) => Some(write(path, tokens)),
            Self::Program(keep) => Some(keep(tokens)),
            Self::Shared(_) => None,
        }
    }

    /// Waits until no other process renews. The lock ends with the process that holds it.
    pub(super) async fn lock(&self) -> Result<Lock<'_>, Cause> {
        match self {
            Self::File(path) => Ok(Lock::File(path, lock_file(path).await?)),
            Self::Program(keep) => Ok(Lock::Program(keep)),
            Self::Shared(shared) => shared.lock().await.map(Lock::Shared),
        }
    }
}

async fn lock_file(path: &Path) -> Result<LockFile, Cause> {
    let file = private().truncate(false).open(with_ending(path, ".lock"))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(LockFile(file)),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(LOCK_WAIT).await,
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
}

/// Reads a file of tokens. The error of what is no such file holds no byte of it.
pub(super) fn read(path: &Path) -> Result<OAuthTokens, Cause> {
    let text = fs::read(path).map_err(|error| in_file(path, &error))?;
    let read = serde_json::from_slice(&text);
    read.map_err(|_| in_file(path, &"it is not a file of tokens"))
}

/// Writes a file beside it that takes its name when it is on the disk.
pub(super) fn write(path: &Path, tokens: &OAuthTokens) -> Result<(), Cause> {
    let json = serde_json::to_vec(tokens)?;
    let ending = format!(".{}.new", hex(&random::bytes::<8>()));
    let new = with_ending(path, &ending);
    let written = (|| {
        let mut file = private().create_new(true).open(&new)?;
        file.write_all(&json)?;
        file.sync_all()?;
        fs::rename(&new, path)
    })();
    written.map_err(|error: io::Error| {
        let _gone = fs::remove_file(&new);
        in_file(path, &error)
    })
}

fn in_file(path: &Path, problem: &dyn std::fmt::Display) -> Cause {
    format!("{}: {problem}", path.display()).into()
}

/// A file that its owner alone can read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}
