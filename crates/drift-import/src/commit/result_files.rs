//! The result files: every row of the input in the file of its outcome, as it was, with what became of it beside it.
//!
//! There are four, `created`, `existed` (updated ones too), `refused` and `unknown`. They keep every column, the order,
//! the dialect, the encoding with its byte-order mark, and the line ends of the input (a character of a reason that the
//! encoding does not have becomes a question mark), and add `drift_line`, `drift_contact_id`, `drift_outcome` and
//! `drift_reason`, which a later import ignores: each can be imported again as it is. They are written anew after
//! each run, as temporary files first, which then replace the old ones whole. A file that a person has changed is never
//! replaced or removed: a run that would send something is refused before it begins, any other leaves the file as it is.
//!
//! Where a refused row did not fit its header, `drift_misfit` is added too: it holds the cells that were too many, as
//! they stood, or says that there were too few, or that a cell was not valid in the file's encoding (its invalid bytes
//! are read as Windows-1252); of JSON Lines it holds the text of a line that is no object. A row that has something
//! there is refused until it is fixed, so that no row comes to fit by being written.

use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, UTF_8};
use tempfile::NamedTempFile;

use crate::commit::own_result::{self, Found};
use crate::commit::result_file::{ResultFile, folder_of};
use crate::commit::summary::summary;
use crate::commit::text_style::TextStyle;
use crate::context::import_context::ImportContext;
use crate::context::outcome::RowOutcome;
use crate::error::{Error, at};
use crate::input::format::Format;
use crate::input::format::records::Record;
use crate::journal::database::Journal;
use crate::journal::state;

const NAMES: [&str; 4] = ["created", "existed", "refused", "unknown"];
const PAGE: usize = 1_024;
/// Which of the names is that of the file for refused rows, the only one with rows that do not fit.
const REFUSED: usize = 2;

/// The four files of one import.
pub(crate) struct ResultFiles {
    paths: [PathBuf; 4],
    style: TextStyle,
    edited: Edited,
}

/// What is done about a result file that a person has changed.
#[derive(Clone, Copy)]
enum Edited {
    /// All rows were done before this run: the file stays as it is.
    Keep,
    /// Rows are open, and their outcomes would be missing from the file.
    Refuse,
}

impl Edited {
    fn check(self, path: &Path) -> Result<(), Error> {
        match self {
            Self::Keep => Ok(()),
            Self::Refuse => Err(Error::ResultEdited(path.to_owned())),
        }
    }
}

impl ResultFiles {
    /// Names the files, and makes sure that none replaces a file that is not of this import.
    pub(crate) fn of(context: &ImportContext, journal: &Journal) -> Result<Self, Error> {
        let input = context.source.path();
        let folder = context
            .options
            .results
            .clone()
            .unwrap_or_else(|| folder_of(journal.path()));
        let text_name = context.source.text_name();
        let stem = text_name.file_stem().unwrap_or_default();
        let known = text_name
            .extension()
            .and_then(|extension| extension.to_str());
        let extension = match (known, context.source.format()) {
            (Some(known @ ("csv" | "tsv" | "txt" | "jsonl" | "ndjson" | "json")), _) => known,
            (_, Format::Csv) => "csv",
            (_, Format::JsonLines) => "jsonl",
        };
        let paths = NAMES.map(|name| {
            let mut file = stem.to_owned();
            file.push(format!(".{name}.{extension}"));
            folder.join(file)
        });
        let done = summary(journal)?;
        let edited = match done.left + done.unknown {
            0 => Edited::Keep,
            _ => Edited::Refuse,
        };
        for path in &paths {
            match own_result::find(path, journal)? {
                Found::Foreign => return Err(Error::ResultExists(path.clone())),
                Found::Edited => edited.check(path)?,
                Found::Nothing | Found::AsWritten(_) => {}
            }
        }
        std::fs::create_dir_all(&folder).map_err(at(&folder))?;
        // Better to fail now than after everything was sent.
        NamedTempFile::new_in(Path::new(".").join(&folder)).map_err(at(&folder))?;
        let source = &context.source;
        let encoding = Encoding::for_label(source.encoding().as_bytes()).unwrap_or(UTF_8);
        let style = TextStyle::of(source.bytes(), input, encoding, source.dialect().quote)?;
        Ok(Self {
            paths,
            style,
            edited,
        })
    }

    /// Writes the files that have rows, and removes those that have none any more.
    pub(crate) fn write(
        &mut self,
        context: &ImportContext,
        journal: &mut Journal,
    ) -> Result<Vec<PathBuf>, Error> {
        let mut files: Vec<Option<ResultFile>> = NAMES.map(|_| None).into();
        let misfits = journal.may_have_misfits()?;
        let mut records = context.source.records()?;
        let mut record = Record::default();
        let mut from = 0;
        loop {
            let page = journal.page(from, PAGE)?;
            let Some(last) = page.last() else { break };
            from = last.seq + 1;
            for row in &page {
                if !records.next(&mut record)? || record.line != row.line {
                    return Err(Error::FileChanged);
                }
                let Some(outcome) = state::outcome(&row.decision.verdict, row.state) else {
                    continue;
                };
                let at = index_of(outcome);
                let file = match &mut files[at] {
                    Some(file) => file,
                    empty => {
                        let misfits = misfits && at == REFUSED;
                        empty.insert(ResultFile::begin(
                            &self.paths[at],
                            &context.source,
                            self.style,
                            misfits,
                        )?)
                    }
                };
                file.add(&record, row, outcome)?;
            }
        }
        self.put_in_place(files, journal)
    }

    fn put_in_place(
        &self,
        files: Vec<Option<ResultFile>>,
        journal: &mut Journal,
    ) -> Result<Vec<PathBuf>, Error> {
        let mut written = Vec::new();
        for (path, file) in self.paths.iter().zip(files) {
            let found = own_result::find(path, journal)?;
            match (file, &found) {
                // It was put there while the import ran.
                (_, Found::Foreign) => return Err(Error::ResultExists(path.clone())),
                (_, Found::Edited) => {
                    self.edited.check(path)?;
                    written.push(path.clone());
                }
                (Some(file), _) => {
                    replace(path, file, &found, journal)?;
                    written.push(path.clone());
                }
                (None, Found::AsWritten(_)) => std::fs::remove_file(path).map_err(at(path))?,
                (None, Found::Nothing) => {}
            }
        }
        Ok(written)
    }
}

/// Puts a file into its place, unless the same is there.
fn replace(
    path: &Path,
    file: ResultFile,
    found: &Found,
    journal: &mut Journal,
) -> Result<(), Error> {
    let file = file.finish(path)?;
    let content = own_result::content_hash(file.path())?;
    // Noted first: after a crash in between the next run must still know the file as its own.
    own_result::note(path, found, &content, journal)?;
    if matches!(found, Found::AsWritten(there) if *there == content) {
        return Ok(());
    }
    file.persist(path).map_err(|error| at(path)(error.error))?;
    Ok(())
}

fn index_of(outcome: RowOutcome) -> usize {
    match outcome {
        RowOutcome::Created => 0,
        RowOutcome::Existed | RowOutcome::Updated => 1,
        RowOutcome::Refused => REFUSED,
        RowOutcome::Unknown => 3,
    }
}
