//! The file of a store, looked at before SQLite opens it: SQLite would take over a database of somebody else, fill an
//! empty file, and follow a link.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::schema;
use crate::store::StoreError;

/// Tells a store from other SQLite files: "DrGw".
pub(super) const APPLICATION: i32 = 0x4472_4777;

const MAGIC: &[u8] = b"SQLite format 3\0";
/// Where the layout and the application id stand in the header of a database.
const LAYOUT_AT: usize = 60;
const APPLICATION_AT: usize = 68;
const HEADER: u64 = 100;
/// What SQLite and we keep beside a database.
const BESIDE: [&str; 4] = ["-wal", "-shm", "-journal", LOCK];
const LOCK: &str = "-lock";

/// Who opens a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The gateway, the only one on this file. Leases that it finds are those of a dead one.
    Gateway,
    /// A command that lists, changes or copies records, beside a gateway or without one.
    Tool,
}

/// The place of an open store.
#[derive(Debug)]
pub(super) struct Place {
    path: PathBuf,
    id: FileId,
    /// Held as long as the gateway runs; the system gives it back whatever ends the process.
    _lock: Option<File>,
}

impl Place {
    /// Finds or makes the file, checks that it is a store of a known layout, and locks it for a gateway.
    pub(super) fn prepare(path: &Path, role: Role) -> Result<Self, StoreError> {
        let path = resolved(path).map_err(|error| failed(path, &error))?;
        refuse_links(&path)?;
        let found = match std::fs::symlink_metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound && role == Role::Gateway => {
                create(&path)?;
                std::fs::symlink_metadata(&path)
            }
            found => found,
        };
        let metadata = found.map_err(|error| failed(&path, &error))?;
        check(&path, &metadata)?;
        for_owner_only(&path, &metadata).map_err(|error| failed(&path, &error))?;
        let lock = match role {
            Role::Gateway => Some(lock(&path)?),
            Role::Tool => None,
        };
        Ok(Self {
            id: FileId::of(&metadata),
            path,
            _lock: lock,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the file is still there, and the log of what was written last: the system lets a program write on to a
    /// file that was removed.
    pub(super) fn is_kept(&self) -> bool {
        let found = std::fs::symlink_metadata(&self.path);
        found.is_ok_and(|metadata| FileId::of(&metadata) == self.id)
            && beside(&self.path, "-wal").exists()
    }
}

/// The path with its folder resolved, so that no link is left in it but the last part.
fn resolved(path: &Path) -> std::io::Result<PathBuf> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?;
    Ok(folder.canonicalize()?.join(name))
}

fn refuse_links(path: &Path) -> Result<(), StoreError> {
    let all = BESIDE.iter().map(|end| beside(path, end));
    for path in std::iter::once(path.to_owned()).chain(all) {
        if std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink()) {
            let sentence = "a link stands here, and a store is not followed through links; name the file itself";
            return Err(unusable(&path, sentence));
        }
    }
    Ok(())
}

/// Makes a new store, whole or not at all, that only its owner may read, whatever the umask. One that another process
/// makes meanwhile stays.
fn create(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let new = tempfile::Builder::new()
        .prefix(".drift-gateway-")
        .tempfile_in(folder)
        .map_err(|error| failed(path, &error))?;
    let filled = Connection::open(new.path()).and_then(|mut db| {
        let all = db.transaction()?;
        all.pragma_update(None, "application_id", APPLICATION)?;
        schema::migrate(&all)?;
        all.commit()
    });
    filled.map_err(|error| schema::failed(&error))?;
    match new.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failed(path, &error.error)),
    }
}

/// Refuses what is no store of a layout that this version knows. Nothing is changed.
fn check(path: &Path, metadata: &Metadata) -> Result<(), StoreError> {
    const NO_STORE: &str = "it is no store of a gateway; it was not changed";
    if !metadata.is_file() {
        return Err(unusable(path, "it is no file"));
    }
    let mut header = Vec::new();
    File::open(path)
        .and_then(|file| file.take(HEADER).read_to_end(&mut header))
        .map_err(|error| failed(path, &error))?;
    let number = |at: usize| {
        let bytes = header.get(at..at + 4)?;
        Some(i32::from_be_bytes(bytes.try_into().ok()?))
    };
    if !header.starts_with(MAGIC) || number(APPLICATION_AT) != Some(APPLICATION) {
        return Err(unusable(path, NO_STORE));
    }
    match number(LAYOUT_AT) {
        Some(layout) => schema::check_layout(layout),
        None => Err(unusable(path, NO_STORE)),
    }
}

#[cfg(unix)]
fn for_owner_only(path: &Path, metadata: &Metadata) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if metadata.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn for_owner_only(_: &Path, _: &Metadata) -> std::io::Result<()> {
    Ok(())
}

/// A file of its own is locked: to close any other handle on the database would release SQLite's locks on it.
fn lock(path: &Path) -> Result<File, StoreError> {
    let beside = beside(path, LOCK);
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options
        .open(&beside)
        .map_err(|error| failed(path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(unusable(
            path,
            "another gateway uses it; give each its own, or use PostgreSQL for several",
        )),
        Err(std::fs::TryLockError::Error(error)) => Err(failed(path, &error)),
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

pub(super) fn failed(path: &Path, error: &std::io::Error) -> StoreError {
    StoreError::Unusable(format!("{}: {error}", path.display()))
}

pub(super) fn unusable(path: &Path, sentence: &str) -> StoreError {
    StoreError::Unusable(format!("{}: {sentence}", path.display()))
}

/// Which file this is, whatever its name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FileId(#[cfg(unix)] (u64, u64));

impl FileId {
    #[cfg(unix)]
    fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self((metadata.dev(), metadata.ino()))
    }

    /// Elsewhere an open file can be neither removed nor replaced.
    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Self {
        Self()
    }
}
