//! The file of a journal, looked at before SQLite opens it: SQLite would convert a database of somebody else, make a
//! journal of an empty file, and follow a link.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use crate::error::{Error, at};
use crate::input::source::spool::only_for_owner;

/// Tells a journal from other SQLite files: "DrIm".
pub(super) const APPLICATION: i32 = 0x4472_496D;

/// Where the application id stands in the first page of a database.
const APPLICATION_AT: usize = 68;
const MAGIC: &[u8] = b"SQLite format 3\0";
/// What SQLite keeps beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

const LINK: &str = "this is a link, which is not followed; name the journal itself";
const NO_FILE: &str = "this is no file, so it is no journal";
const EMPTY: &str = "the file is empty, so it is not a journal; remove it, or name another";
const NO_JOURNAL: &str = "the file is not a journal of an import; it was not changed";

/// Whether a journal is there. An error if anything else is; that stays as it is.
pub(super) fn exists(path: &Path) -> Result<bool, Error> {
    let metadata = match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        found => found.map_err(at(path))?,
    };
    let links = BESIDE.iter().filter(|end| is_link(&beside(path, end)));
    if metadata.is_symlink() || links.count() > 0 {
        return Err(wrong(path, LINK));
    }
    if !metadata.is_file() {
        return Err(wrong(path, NO_FILE));
    }
    // To read it here would release the locks that this process holds on it.
    if FileId::of(path, &metadata)?.is_open() {
        return Err(Error::Locked(path.to_owned()));
    }
    let first = beginning(path, 0).map_err(at(path))?;
    if is_of_journal(&first) || log_is_of_journal(&beside(path, "-wal")).map_err(at(path))? {
        return Ok(true);
    }
    Err(wrong(
        path,
        if first.is_empty() { EMPTY } else { NO_JOURNAL },
    ))
}

/// Makes a new journal, whole or not at all, that only its owner may read. One that another process makes meanwhile
/// stays: then false is returned.
pub(super) fn create(
    path: &Path,
    fill: impl FnOnce(&Connection) -> rusqlite::Result<()>,
) -> Result<bool, Error> {
    let new = tempfile::Builder::new()
        .prefix(".drift-journal-")
        .tempfile_in(folder(path))
        .map_err(at(path))?;
    only_for_owner(new.as_file()).map_err(at(path))?;
    let filled = Connection::open(new.path()).and_then(|mut db| {
        let all = db.transaction()?;
        all.pragma_update(None, "application_id", APPLICATION)?;
        fill(&all)?;
        all.commit()
    });
    filled.map_err(|error| Error::Journal {
        path: path.to_owned(),
        source: Box::new(error),
    })?;
    match new.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(at(path)(error.error)),
    }
}

/// The path with its folder resolved, so that no link is left in it but the last part.
pub(super) fn resolved(path: &Path) -> Result<PathBuf, Error> {
    let folder = folder(path).canonicalize().map_err(at(path))?;
    Ok(folder.join(path.file_name().unwrap_or_default()))
}

fn folder(path: &Path) -> &Path {
    let folder = path.parent().unwrap_or(Path::new(""));
    if folder.as_os_str().is_empty() {
        return Path::new(".");
    }
    folder
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

fn is_link(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

fn wrong(path: &Path, problem: &str) -> Error {
    Error::Input {
        place: path.display().to_string(),
        problem: problem.to_owned(),
    }
}

/// What a page of a database begins with.
fn beginning(path: &Path, from: u64) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(APPLICATION_AT as u64 + 4)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_of_journal(page: &[u8]) -> bool {
    page.starts_with(MAGIC) && page.get(APPLICATION_AT..) == Some(&APPLICATION.to_be_bytes())
}

/// Whether the first page of a journal stands in a log: after a crash that may be its only place.
fn log_is_of_journal(log: &Path) -> std::io::Result<bool> {
    // https://www.sqlite.org/fileformat2.html#walformat
    const HEADER: u64 = 32;
    const FRAME: u64 = 24;
    let mut file = match File::open(log) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        opened => opened?,
    };
    let (mut four, length) = ([0; 4], file.metadata()?.len());
    if length < HEADER {
        return Ok(false);
    }
    file.seek(SeekFrom::Start(8))?;
    file.read_exact(&mut four)?;
    let page_size = u64::from(u32::from_be_bytes(four));
    let mut at = HEADER;
    while at + FRAME + page_size <= length {
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut four)?;
        if u32::from_be_bytes(four) == 1 && is_of_journal(&beginning(log, at + FRAME)?) {
            return Ok(true);
        }
        at += FRAME + page_size;
    }
    Ok(false)
}

/// Which file this is, whatever its name.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct FileId(#[cfg(unix)] (u64, u64), #[cfg(not(unix))] PathBuf);

impl FileId {
    #[cfg(unix)]
    fn of(_: &Path, metadata: &Metadata) -> Result<Self, Error> {
        use std::os::unix::fs::MetadataExt;
        Ok(Self((metadata.dev(), metadata.ino())))
    }

    /// Elsewhere an open file can be neither removed nor replaced, so its name identifies it.
    #[cfg(not(unix))]
    fn of(path: &Path, _: &Metadata) -> Result<Self, Error> {
        Ok(Self(resolved(path)?))
    }

    fn is_open(&self) -> bool {
        open_files().contains(self)
    }
}

/// The journals that this process has open.
static OPEN: Mutex<Vec<FileId>> = Mutex::new(Vec::new());

fn open_files() -> std::sync::MutexGuard<'static, Vec<FileId>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The place of an open journal: by it a file that was removed or replaced since is noticed.
pub(super) struct Place(FileId);

impl Place {
    /// That of a journal which is about to be opened. Only one in this process can have it.
    pub(super) fn take(path: &Path) -> Result<Self, Error> {
        let id = FileId::of(path, &std::fs::symlink_metadata(path).map_err(at(path))?)?;
        let mut open = open_files();
        if open.contains(&id) {
            return Err(Error::Locked(path.to_owned()));
        }
        open.push(id.clone());
        Ok(Self(id))
    }

    /// Whether the file is still there, and the log of what was written last, if it has one.
    pub(super) fn is_kept(&self, path: &Path, has_log: bool) -> bool {
        let found = std::fs::symlink_metadata(path).ok();
        let id = found.and_then(|metadata| FileId::of(path, &metadata).ok());
        id.as_ref() == Some(&self.0) && (!has_log || beside(path, "-wal").exists())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        open_files().retain(|id| *id != self.0);
    }
}
