//! The bytes of a text, which are read several times: of a file, or of what was unpacked from one.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

/// Where the bytes are.
#[derive(Clone)]
pub(crate) enum FileBytes {
    Stored(PathBuf),
    /// A file without a name.
    Unpacked(Arc<File>),
}

impl FileBytes {
    /// Begins to read at the first byte, beside whoever else reads.
    pub(crate) fn open(&self) -> std::io::Result<OpenBytes> {
        Ok(match self {
            Self::Stored(path) => OpenBytes::Stored(File::open(path)?),
            Self::Unpacked(file) => OpenBytes::Unpacked(file.clone(), 0),
        })
    }
}

/// Bytes that are being read.
pub(crate) enum OpenBytes {
    Stored(File),
    /// The file, and where to read on: those who read it share its own position.
    Unpacked(Arc<File>, u64),
}

impl Read for OpenBytes {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Stored(file) => file.read(buffer),
            Self::Unpacked(file, position) => {
                #[cfg(unix)]
                let read = std::os::unix::fs::FileExt::read_at(&**file, buffer, *position)?;
                #[cfg(windows)]
                let read = std::os::windows::fs::FileExt::seek_read(&**file, buffer, *position)?;
                *position += read as u64;
                Ok(read)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn two_readers_of_a_file_without_a_name_do_not_disturb_each_other() {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(b"email").expect("written");
        let bytes = FileBytes::Unpacked(Arc::new(file));
        let (mut one, mut other) = (bytes.open().expect("open"), bytes.open().expect("open"));
        let mut two = [0; 2];
        one.read_exact(&mut two).expect("read");
        let mut rest = String::new();
        other.read_to_string(&mut rest).expect("read");
        one.read_to_string(&mut rest).expect("read");
        assert_eq!(rest, "emailail");
    }
}
