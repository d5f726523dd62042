//! A gzip file, and a zip archive with one member.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::limit::{self, DAMAGED};
use super::{Problem, Unpacked};

const DAMAGED_GZIP: &str = "this is a gzip file, and it is damaged; it cannot be unpacked";
const EMPTY: &str = "this is a zip archive without a file";
const SEVERAL: &str = "this is a zip archive of several files; unpack it, and import the right one";

/// The text in a gzip file.
pub(super) fn gzip(path: &Path) -> Result<Unpacked, Problem> {
    let packed = std::fs::metadata(path)?.len();
    let decoder = MultiGzDecoder::new(BufReader::new(File::open(path)?));
    let file = copied(decoder, packed, DAMAGED_GZIP)?;
    let is_gz = path
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
    let name = match is_gz {
        true => path.with_extension(""),
        false => path.to_owned(),
    };
    Ok(unpacked(file, "gzip".to_owned(), name))
}

/// The only file in a zip archive; those that a Mac adds for itself are none.
pub(super) fn only_member<Packed: Read + Seek>(
    path: &Path,
    archive: &mut ZipArchive<Packed>,
) -> Result<Unpacked, Problem> {
    let mut members = Vec::new();
    for index in 0..archive.len() {
        let name = archive.name_for_index(index);
        let name = name.and_then(Result::ok).unwrap_or_default().into_owned();
        if !name.ends_with('/') && !is_of_a_mac(&name) {
            members.push((index, name));
        }
    }
    let (index, name) = match members.as_slice() {
        [] => return Err(EMPTY.into()),
        [(index, name)] => (*index, name),
        _ => return Err(SEVERAL.into()),
    };
    let member = archive
        .by_index(index)
        .map_err(|_| Problem::from(DAMAGED))?;
    let packed = member.compressed_size();
    let file = copied(member, packed, DAMAGED)?;
    let extension = Path::new(name).extension().unwrap_or_default();
    let text_name = path.with_extension(extension);
    Ok(unpacked(
        file,
        format!("{name:?} in a zip archive"),
        text_name,
    ))
}

fn is_of_a_mac(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.ends_with(".DS_Store")
}

/// A copy that has no name. What fails while it is unpacked is damaged; what fails while it is written is an error.
fn copied(from: impl Read, packed: u64, damaged: &'static str) -> Result<File, Problem> {
    let mut to = tempfile::tempfile()?;
    let mut from = Unpacking {
        from,
        failed: false,
    };
    let copied = limit::copy(&mut from, packed, &mut to);
    match copied {
        Err(Problem::Io(_)) if from.failed => Err(damaged.into()),
        copied => copied.map(|_| to),
    }
}

/// Notes whether reading failed.
struct Unpacking<From> {
    from: From,
    failed: bool,
}

impl<From: Read> Read for Unpacking<From> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.from.read(buffer);
        self.failed |= read.is_err();
        read
    }
}

fn unpacked(file: File, taken_from: String, name: PathBuf) -> Unpacked {
    Unpacked {
        file: Arc::new(file),
        taken_from,
        name,
        is_workbook: false,
    }
}
