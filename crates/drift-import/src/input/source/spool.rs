//! New files with contacts that only their owner may read: copies of input that can be read only once.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use crate::error::{Error, at};

/// Copies what can be read only once, such as standard input, to a file that can be read as often as needed.
///
/// # Errors
///
/// [`Error::File`] when the file exists already or cannot be written.
pub fn spool(mut from: impl Read, to: &Path) -> Result<(), Error> {
    let mut file = private(to)?;
    std::io::copy(&mut from, &mut file).map_err(at(to))?;
    file.sync_all().map_err(at(to))
}

/// Whether a path can be read only once, such as a pipe or the `/dev/fd/63` of a shell's `<(…)`: it is to be
/// [copied](spool) first. So is `/dev/stdin`, even if it is a file, since no journal can be made beside it.
pub fn reads_once(path: &Path) -> bool {
    let from_the_shell = ["/dev/stdin", "/dev/fd", "/proc"];
    from_the_shell.iter().any(|folder| path.starts_with(folder))
        || std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// Writes records that come from elsewhere, a database for example, as JSON Lines that can be imported.
///
/// # Errors
///
/// [`Error::File`] when the file exists already or cannot be written.
pub fn spool_records<Members>(
    records: impl IntoIterator<Item = Members>,
    to: &Path,
) -> Result<(), Error>
where
    Members: serde::Serialize,
{
    let mut file = std::io::BufWriter::new(private(to)?);
    for record in records {
        serde_json::to_writer(&mut file, &record)
            .map_err(std::io::Error::from)
            .and_then(|()| file.write_all(b"\n"))
            .map_err(at(to))?;
    }
    file.flush().map_err(at(to))
}

/// Makes a new file that only its owner may read, since it holds personal data.
pub(crate) fn private(path: &Path) -> Result<File, Error> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(at(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipes_and_paths_of_a_shell_are_read_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("leads.csv");
        std::fs::write(&file, "email\n").expect("written");
        for (path, once) in [
            (file.as_path(), false),
            (folder.path(), false),
            (Path::new("absent"), false),
            (Path::new("/dev/stdin"), true),
            (Path::new("/dev/fd/63"), true),
            (Path::new("/proc/self/fd/0"), true),
        ] {
            assert_eq!(reads_once(path), once, "{}", path.display());
        }
    }
}
