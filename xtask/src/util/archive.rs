//! A folder as one compressed file, the same bytes for the same content.

use std::fs::{self, File};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, Header, HeaderMode};

use crate::generator::Failure;
use crate::util::folder;

/// Writes the folder's files below `name/`, without owners and dates of this machine.
pub fn write(content: &Path, name: &str, file: &Path) -> Result<(), Failure> {
    let mut archive = Builder::new(GzEncoder::new(File::create(file)?, Compression::best()));
    for path in folder::files_below(content)? {
        let inside = Path::new(name).join(path.strip_prefix(content)?);
        let data = fs::read(&path)?;
        let mut header = Header::new_gnu();
        header.set_metadata_in_mode(&fs::metadata(&path)?, HeaderMode::Deterministic);
        archive.append_data(&mut header, inside, data.as_slice())?;
    }
    archive.into_inner()?.finish()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::write;
    use crate::util::workspace;

    #[test]
    fn the_same_content_is_the_same_file() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let pack = |name: &str| {
            let content = folder.path().join(name);
            for (path, text) in [("drift", "program"), ("man/drift.1", "page")] {
                workspace::write(&content.join(path), text).expect("a file can be written");
            }
            let file = folder.path().join(format!("{name}.tar.gz"));
            write(&content, "drift-1", &file).expect("it is packed");
            std::fs::read(file).expect("it is there")
        };
        assert_eq!(pack("one"), pack("other"));
    }

    #[test]
    fn what_was_put_in_comes_out() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let content = folder.path().join("content");
        workspace::write(&content.join("man/drift.1"), "page").expect("a file can be written");
        let file = folder.path().join("a.tar.gz");
        write(&content, "drift-1", &file).expect("it is packed");
        let unpacked = GzDecoder::new(File::open(&file).expect("it is there"));
        let mut archive = tar::Archive::new(unpacked);
        let mut entries = archive.entries().expect("an archive");
        let mut entry = entries.next().expect("one file").expect("it is whole");
        assert_eq!(
            entry.path().expect("a path").to_str(),
            Some("drift-1/man/drift.1")
        );
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("text");
        assert_eq!(text, "page");
    }
}
