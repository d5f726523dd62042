//! The result files: every row of the input in the file of its outcome, as it was, with what became of it beside it.
//!
//! There are four, `created`, `existed` (updated ones too), `refused` and `unknown`. They keep every column, the order,
//! and the dialect of the input, in UTF-8, and add `drift_line`, `drift_contact_id`, `drift_outcome` and
//! `drift_reason`, which a later import ignores: each can be imported again as it is. They are written anew after
//! each run, as temporary files first, which then replace the old ones whole.
//!
//! Where a refused row did not fit its header, `drift_misfit` is added too: it holds the cells that were too many, as
//! they stood, or says that there were too few, or that a cell was not valid in the file's encoding (its invalid bytes
//! are read as Windows-1252); of JSON Lines it holds the text of a line that is no object. A row that has something
//! there is refused until it is fixed, so that no row comes to fit by being written.

use std::borrow::Cow;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::context::import_context::ImportContext;
use crate::context::outcome::RowOutcome;
use crate::error::{Error, at};
use crate::input::format::Format;
use crate::input::format::dialect::Dialect;
use crate::input::format::json_members::InOrder;
use crate::input::format::records::{Cells, NOT_VALID, Record};
use crate::input::format::text::legible;
use crate::input::source::opening::Source;
use crate::input::value::result_columns::{MISFIT, RESULT_COLUMNS};
use crate::journal::database::Journal;
use crate::journal::rows::JournalRow;
use crate::journal::state;
use crate::plan::decision::Verdict;

const NAMES: [&str; 4] = ["created", "existed", "refused", "unknown"];
const PAGE: usize = 1_024;
/// Which of the names is that of the file for refused rows, the only one with rows that do not fit.
const REFUSED: usize = 2;
/// What stands in [`MISFIT`] where nothing is left over.
const TOO_FEW: &str = "too few cells";

/// The four files of one import.
pub(crate) struct ResultFiles {
    paths: [PathBuf; 4],
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
        let stem = input.file_stem().unwrap_or_default();
        let known = input.extension().and_then(|extension| extension.to_str());
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
        for path in paths.iter().filter(|path| path.exists()) {
            if journal.get(&key(path))?.is_none() {
                return Err(Error::ResultExists(path.clone()));
            }
        }
        std::fs::create_dir_all(&folder).map_err(at(&folder))?;
        // Better to fail now than after everything was sent.
        NamedTempFile::new_in(Path::new(".").join(&folder)).map_err(at(&folder))?;
        Ok(Self { paths })
    }

    /// Writes the files that have rows, and removes those that have none any more.
    pub(crate) fn write(
        &mut self,
        context: &ImportContext,
        journal: &mut Journal,
    ) -> Result<Vec<PathBuf>, Error> {
        let mut files: Vec<Option<Results>> = NAMES.map(|_| None).into();
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
                        empty.insert(Results::begin(&self.paths[at], &context.source, misfits)?)
                    }
                };
                file.add(&record, row, outcome)?;
            }
        }
        self.put_in_place(files, journal)
    }

    fn put_in_place(
        &self,
        files: Vec<Option<Results>>,
        journal: &mut Journal,
    ) -> Result<Vec<PathBuf>, Error> {
        let mut written = Vec::new();
        for (path, file) in self.paths.iter().zip(files) {
            match file {
                Some(file) => {
                    // Noted first: after a crash in between the next run must still know the file as its own.
                    journal.set(&key(path), "ours")?;
                    file.finish(path)?;
                    written.push(path.clone());
                }
                None if path.exists() => std::fs::remove_file(path).map_err(at(path))?,
                None => {}
            }
        }
        Ok(written)
    }
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().map(Path::to_owned).unwrap_or_default()
}

fn key(path: &Path) -> String {
    format!(
        "result {}",
        path.file_name().unwrap_or_default().to_string_lossy()
    )
}

fn index_of(outcome: RowOutcome) -> usize {
    match outcome {
        RowOutcome::Created => 0,
        RowOutcome::Existed | RowOutcome::Updated => 1,
        RowOutcome::Refused => REFUSED,
        RowOutcome::Unknown => 3,
    }
}

/// One result file while it is written.
struct Results {
    file: Writer,
    /// The columns of the input that an earlier import added, which are replaced.
    replaced: Vec<usize>,
    columns: usize,
    /// The column of what did not fit, if an earlier import added one.
    misfit: Option<usize>,
    dialect: Dialect,
    /// How many columns are added.
    adds: usize,
}

enum Writer {
    Csv(Box<csv::Writer<NamedTempFile>>),
    Json(BufWriter<NamedTempFile>),
}

impl Results {
    fn begin(path: &Path, source: &Source, misfits: bool) -> Result<Self, Error> {
        let file = NamedTempFile::new_in(Path::new(".").join(folder_of(path))).map_err(at(path))?;
        let headers = source.headers();
        let replaced: Vec<usize> = (0..headers.len())
            .filter(|column| RESULT_COLUMNS.contains(&headers[*column].as_str()))
            .collect();
        let dialect = source.dialect();
        let adds = RESULT_COLUMNS.len() - usize::from(!misfits);
        let file = match source.format() {
            Format::Csv => {
                let mut writer = writer(dialect).from_writer(file);
                let own = kept(headers.iter().map(String::as_str), &replaced);
                let header = own.chain(RESULT_COLUMNS[..adds].iter().copied());
                writer
                    .write_record(header)
                    .map_err(|error| failed(path, error))?;
                Writer::Csv(Box::new(writer))
            }
            Format::JsonLines => Writer::Json(BufWriter::new(file)),
        };
        Ok(Self {
            file,
            replaced,
            columns: headers.len(),
            misfit: headers.iter().position(|header| header == MISFIT),
            dialect,
            adds,
        })
    }

    fn add(&mut self, record: &Record, row: &JournalRow, outcome: RowOutcome) -> Result<(), Error> {
        let known = match row.decision.verdict {
            Verdict::Skip(contact) => contact,
            _ => row.contact,
        };
        let reason = row.reason.as_deref().unwrap_or(&row.decision.reason);
        let added = [
            record.line.to_string(),
            known.map(|id| id.to_string()).unwrap_or_default(),
            outcome.to_string(),
            reason.to_owned(),
        ];
        let written = match (&mut self.file, &record.cells) {
            (Writer::Csv(_), Cells::Csv(cells)) => self.add_cells(record, cells, &added),
            (Writer::Json(file), Cells::Json(text, members)) => {
                let damaged = members.as_ref().is_err_and(|problem| problem == NOT_VALID);
                writeln!(file, "{}", with_members(text, damaged, &added))
            }
            // A file has one format.
            _ => Ok(()),
        };
        written.map_err(at(Path::new("a result file")))
    }

    fn add_cells(
        &mut self,
        record: &Record,
        cells: &csv::ByteRecord,
        added: &[String; 4],
    ) -> std::io::Result<()> {
        let texts: Vec<_> = cells.iter().map(legible).collect();
        let (own, mut misfit) = self.split(&texts)?;
        if misfit.is_empty() && !cells.iter().all(|cell| record.is_valid(cell)) {
            NOT_VALID.clone_into(&mut misfit);
        }
        let added = added.iter().map(String::as_str).chain([misfit.as_str()]);
        let record = own.into_iter().chain(added.take(self.adds));
        let Writer::Csv(file) = &mut self.file else {
            return Ok(());
        };
        file.write_record(record)
            .map_err(|error| std::io::Error::other(error.to_string()))
    }

    /// The cells of the input's own columns, and what does not fit. In a row with too many or too few cells it is unknown
    /// which belong to an earlier result file, so from the first such column on all are kept.
    fn split<'a>(&self, cells: &'a [Cow<str>]) -> std::io::Result<(Vec<&'a str>, String)> {
        let cells = cells.iter().map(AsRef::as_ref);
        if cells.len() == self.columns {
            let misfit = self.misfit.and_then(|column| cells.clone().nth(column));
            let own = kept(cells, &self.replaced).collect();
            return Ok((own, misfit.unwrap_or_default().to_owned()));
        }
        let fits = self.replaced.first().copied().unwrap_or(self.columns);
        let mut own: Vec<&str> = cells.clone().take(fits).collect();
        own.resize(self.columns - self.replaced.len(), "");
        let surplus: Vec<&str> = cells.skip(fits).collect();
        if surplus.is_empty() {
            return Ok((own, TOO_FEW.to_owned()));
        }
        Ok((own, one_line(self.dialect, &surplus)?))
    }

    fn finish(self, path: &Path) -> Result<(), Error> {
        let file = match self.file {
            Writer::Csv(writer) => writer
                .into_inner()
                .map_err(|error| std::io::Error::other(error.to_string())),
            Writer::Json(writer) => writer
                .into_inner()
                .map_err(std::io::IntoInnerError::into_error),
        };
        let file = file.map_err(at(path))?;
        file.as_file().sync_all().map_err(at(path))?;
        file.persist(path).map_err(|error| at(path)(error.error))?;
        Ok(())
    }
}

fn writer(dialect: Dialect) -> csv::WriterBuilder {
    let mut writer = csv::WriterBuilder::new();
    writer
        .delimiter(dialect.delimiter)
        .quote(dialect.quote)
        .flexible(true);
    writer
}

/// Cells as they stand in a file, without the end of the line.
fn one_line(dialect: Dialect, cells: &[&str]) -> std::io::Result<String> {
    let mut line = writer(dialect).from_writer(Vec::new());
    line.write_record(cells)
        .map_err(|error| std::io::Error::other(error.to_string()))?;
    let line = line
        .into_inner()
        .map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(legible(&line).trim_end_matches('\n').to_owned())
}

fn failed(path: &Path, error: csv::Error) -> Error {
    at(path)(std::io::Error::other(error.to_string()))
}

fn kept<'a>(
    cells: impl Iterator<Item = &'a str>,
    replaced: &[usize],
) -> impl Iterator<Item = &'a str> {
    cells
        .enumerate()
        .filter(|(column, _)| !replaced.contains(column))
        .map(|(_, cell)| cell)
}

/// A JSON object with our members, the others as they stand. What is no object, or is damaged, becomes [`MISFIT`].
fn with_members(text: &str, damaged: bool, added: &[String; 4]) -> String {
    let mut out = String::with_capacity(text.len() + 160);
    let mut member = |name: &str, value: &str| {
        out.push(if out.is_empty() { '{' } else { ',' });
        out.push_str(&serde_json::Value::from(name).to_string());
        out.push(':');
        out.push_str(value);
    };
    match serde_json::from_str::<InOrder>(text) {
        Ok(InOrder(members)) if !damaged => members
            .iter()
            .filter(|(name, _)| name == MISFIT || !RESULT_COLUMNS.contains(&name.as_str()))
            .for_each(|(name, value)| member(name, value.get())),
        _ => member(MISFIT, &serde_json::Value::from(text).to_string()),
    }
    for (number, (name, value)) in RESULT_COLUMNS.iter().zip(added).enumerate() {
        match (number, value.is_empty()) {
            (0 | 1, false) => member(name, value),
            (0 | 1, true) => member(name, "null"),
            _ => member(name, &serde_json::Value::from(value.as_str()).to_string()),
        }
    }
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_keep_their_text_and_result_members_are_replaced() {
        let added = ["7", "", "refused", "it is \"so\""].map(str::to_owned);
        let line = r#"{"b": 1.50, "a":"x", "drift_line": 3, "drift_outcome":"created"}"#;
        let expected = r#"{"b":1.50,"a":"x","drift_line":7,"drift_contact_id":null,"drift_outcome":"refused","drift_reason":"it is \"so\""}"#;
        assert_eq!(with_members(line, false, &added), expected);
    }

    #[test]
    fn a_line_that_is_no_object_is_kept_as_a_misfit() {
        let added = ["7", "", "refused", "no"].map(str::to_owned);
        let once = with_members("[1]", false, &added);
        assert!(once.starts_with(r#"{"drift_misfit":"[1]","drift_line":7,"#));
        assert_eq!(with_members(&once, false, &added), once, "the second time");
        let damaged = with_members("{\"a\":\"\u{fffd}\"}", true, &added);
        assert!(
            damaged.starts_with("{\"drift_misfit\":\"{\\\"a"),
            "{damaged}"
        );
    }
}
