//! The file of an export. It appears under its name when it is complete, so that a failure leaves nothing there. One that was
//! written while lines of the list were bad may be replaced, unless somebody changed it since: by its hash it is known.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::failure::Failure;
use crate::hex::hex;
use crate::private_file;
use crate::session::data_folder;

/// A file that is being written.
pub struct OutFile {
    file: NamedTempFile,
    path: PathBuf,
    replaces: bool,
}

impl OutFile {
    /// Begins a file beside its place, which must be free.
    pub fn begin(path: &Path) -> Result<Self, Failure> {
        let replaces = std::fs::symlink_metadata(path).is_ok();
        if replaces && !is_unchanged(path) {
            return Err(Failure::input(format!(
                "{} cannot be written: File exists",
                path.display()
            ))
            .next("move it, or name another file"));
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        let file = tempfile::Builder::new()
            .prefix(".drift-export-")
            .tempfile_in(Path::new(".").join(folder));
        Ok(Self {
            file: file.map_err(|cause| cannot_be_written(path, &cause))?,
            path: path.to_owned(),
            replaces,
        })
    }

    /// Writes to it.
    pub fn writer(&self) -> impl Write + Send + '_ {
        self.file.as_file()
    }

    /// Puts it in its place. One that is not complete may be replaced by the next export.
    pub fn finish(self, is_complete: bool) -> Result<(), Failure> {
        let path = self.path;
        private_file::only_for_owner(self.file.as_file())
            .and_then(|()| self.file.as_file().sync_all())
            .map_err(|cause| cannot_be_written(&path, &cause))?;
        let placed = match self.replaces {
            true => self.file.persist(&path),
            false => self.file.persist_noclobber(&path),
        };
        placed.map_err(|failed| cannot_be_written(&path, &failed.error))?;
        // A note that cannot be written only makes the next export ask for another name.
        let _noted = match (is_complete, note_of(&path)) {
            (false, Some(note)) => write_note(&note, &path),
            (_, Some(note)) => std::fs::remove_file(note),
            (_, None) => Ok(()),
        };
        Ok(())
    }
}

fn cannot_be_written(path: &Path, cause: &io::Error) -> Failure {
    Failure::input(format!("{} cannot be written: {cause}", path.display()))
}

/// Where the hash of an incomplete export is kept: in the person's own folder, since it is nobody else's business.
fn note_of(path: &Path) -> Option<PathBuf> {
    let name = Sha256::digest(
        std::path::absolute(path)
            .ok()?
            .as_os_str()
            .as_encoded_bytes(),
    );
    Some(data_folder::state()?.join("exports").join(hex(&name[..12])))
}

fn write_note(note: &Path, path: &Path) -> io::Result<()> {
    private_file::ensure_folder(note.parent().unwrap_or(Path::new("")))?;
    private_file::rewrite(note, hash_of(path)?.as_bytes())
}

/// Whether a file is as an incomplete export left it.
fn is_unchanged(path: &Path) -> bool {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink());
    let noted = note_of(path).and_then(|note| std::fs::read_to_string(note).ok());
    !is_link && noted.is_some() && noted == hash_of(path).ok()
}

fn hash_of(path: &Path) -> io::Result<String> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            length => hash.update(&buffer[..length]),
        }
    }
}
