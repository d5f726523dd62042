//! Files that hold the text of an import inside: gzip, a zip archive with one member, and workbooks.
//!
//! What is unpacked goes to a file without a name, which only this process can read, and which is deleted when it ends, whatever ends
//! it. It becomes text in a form that [`source`](super::source) reads; nothing here knows of columns and values, but
//! for the mark of a value that a workbook lacks.

mod compressed;
mod limit;
#[cfg(feature = "workbooks")]
mod ods_size;
#[cfg(feature = "workbooks")]
mod workbook;
#[cfg(feature = "workbooks")]
mod workbook_cell;

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{Error, at};

/// What a file holds inside.
pub(crate) struct Unpacked {
    pub(crate) file: Arc<File>,
    /// What it was taken from, for people: `gzip`, `the sheet "Leads"`.
    pub(crate) taken_from: String,
    /// The name that the text would have as a file: beside the original, with an extension of text.
    pub(crate) name: PathBuf,
    /// Whether it was a workbook: then it is CSV in our own dialect, and a cell in quotes was text.
    pub(crate) is_workbook: bool,
}

/// Why a file that holds others cannot be read. The sentence repeats nothing of the file but names of sheets.
pub(crate) enum Problem {
    Sentence(String),
    Io(std::io::Error),
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<&str> for Problem {
    fn from(sentence: &str) -> Self {
        Self::Sentence(sentence.to_owned())
    }
}

const NO_WORKBOOK: &str = "this is not a workbook, so it has no sheet; remove --sheet";

/// Unpacks a file that holds text inside; none where it is text itself, or something else.
pub(crate) fn unpack(path: &Path, sheet: Option<&str>) -> Result<Option<Unpacked>, Error> {
    let mut beginning = [0; 4];
    let mut file = File::open(path).map_err(at(path))?;
    let length = file.read(&mut beginning).map_err(at(path))?;
    let unpacked = match &beginning[..length] {
        [0x1F, 0x8B, ..] => compressed::gzip(path).map(Some),
        b"PK\x03\x04" => archive(path, sheet),
        _ => Ok(None),
    };
    let is_workbook = |unpacked: &Option<Unpacked>| {
        let unpacked = unpacked.as_ref();
        unpacked.is_some_and(|unpacked| unpacked.is_workbook)
    };
    match unpacked {
        Ok(unpacked) if sheet.is_some() && !is_workbook(&unpacked) => {
            Err(wrong(path, NO_WORKBOOK.to_owned()))
        }
        Ok(unpacked) => Ok(unpacked),
        Err(Problem::Sentence(problem)) => Err(wrong(path, problem)),
        Err(Problem::Io(error)) => Err(at(path)(error)),
    }
}

fn archive(path: &Path, sheet: Option<&str>) -> Result<Option<Unpacked>, Problem> {
    let Ok(mut archive) = zip::ZipArchive::new(File::open(path)?) else {
        // What it looks like is said by its first bytes.
        return Ok(None);
    };
    let names: Vec<String> = archive
        .file_names()
        .flatten()
        .map(|name| name.into_owned())
        .collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    if has("xl/workbook.bin") {
        return Err("this is a binary Excel workbook; save it as .xlsx or CSV (UTF-8)".into());
    }
    if !has("xl/workbook.xml") && !has("content.xml") {
        return compressed::only_member(path, &mut archive).map(Some);
    }
    limit::check_archive(path, &mut archive)?;
    #[cfg(feature = "workbooks")]
    return workbook::unpack(path, has("content.xml"), sheet).map(Some);
    #[cfg(not(feature = "workbooks"))]
    {
        let _not_read = sheet;
        Ok(None)
    }
}

fn wrong(path: &Path, problem: String) -> Error {
    let name = path.file_name().unwrap_or(path.as_os_str());
    Error::Input {
        place: name.to_string_lossy().into_owned(),
        problem,
    }
}
