//! One result file: rows as they stand in the input, with the columns of their results.

use std::borrow::Cow;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::commit::text_style::{Encoded, TextStyle};
use crate::context::outcome::RowOutcome;
use crate::error::{Error, at};
use crate::input::format::Format;
use crate::input::format::dialect::Dialect;
use crate::input::format::json_members::InOrder;
use crate::input::format::records::{Cells, NOT_VALID, Record};
use crate::input::format::text::legible;
use crate::input::source::opening::Source;
use crate::input::source::spool::only_for_owner;
use crate::input::value::result_columns::{MISFIT, RESULT_COLUMNS};
use crate::journal::rows::JournalRow;
use crate::plan::decision::Verdict;

/// What stands in [`MISFIT`] where nothing is left over.
const TOO_FEW: &str = "too few cells";

/// One result file while it is written.
pub(super) struct ResultFile {
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

type Text = Encoded<NamedTempFile>;

enum Writer {
    Csv(Box<csv::Writer<Text>>),
    /// What ends a line, too.
    Json(Box<BufWriter<Text>>, &'static str),
}

impl ResultFile {
    pub(super) fn begin(
        path: &Path,
        source: &Source,
        style: TextStyle,
        misfits: bool,
    ) -> Result<Self, Error> {
        let file = NamedTempFile::new_in(Path::new(".").join(folder_of(path))).map_err(at(path))?;
        only_for_owner(file.as_file()).map_err(at(path))?;
        let text = style.writer(file);
        let headers = source.headers();
        let replaced: Vec<usize> = (0..headers.len())
            .filter(|column| RESULT_COLUMNS.contains(&headers[*column].as_str()))
            .collect();
        let dialect = source.dialect_of_results();
        let adds = RESULT_COLUMNS.len() - usize::from(!misfits);
        let file = match source.format() {
            Format::Csv => {
                let mut writer = writer(dialect)
                    .terminator(style.terminator())
                    .from_writer(text);
                let own = kept(headers.iter().map(String::as_str), &replaced);
                let header = own.chain(RESULT_COLUMNS[..adds].iter().copied());
                writer
                    .write_record(header)
                    .map_err(|error| failed(path, error))?;
                Writer::Csv(Box::new(writer))
            }
            Format::JsonLines => Writer::Json(Box::new(BufWriter::new(text)), style.line_end),
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

    pub(super) fn add(
        &mut self,
        record: &Record,
        row: &JournalRow,
        outcome: RowOutcome,
    ) -> Result<(), Error> {
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
            (Writer::Json(file, line_end), Cells::Json(text, members)) => {
                let damaged = members.as_ref().is_err_and(|problem| problem == NOT_VALID);
                let line = with_members(text, damaged, &added);
                write!(file, "{line}{line_end}")
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
        let texts: Vec<_> = texts
            .iter()
            .map(|text| written(self.dialect, text))
            .collect();
        let (own, mut misfit) = self.split(&texts)?;
        if misfit.is_empty() && !cells.iter().all(|cell| record.is_valid(cell)) {
            NOT_VALID.clone_into(&mut misfit);
        }
        // Cells that are too many stay; the reason says what is wrong.
        if let Some(problem) = record.problem()
            && cells.len() <= self.columns
        {
            problem.clone_into(&mut misfit);
        }
        let added = added.iter().chain([&misfit]);
        let added: Vec<_> = added.map(|text| written(self.dialect, text)).collect();
        let added = added.iter().map(AsRef::as_ref).take(self.adds);
        let record = own.into_iter().chain(added);
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

    /// The whole file, not in its place yet.
    pub(super) fn finish(self, path: &Path) -> Result<NamedTempFile, Error> {
        let file = match self.file {
            Writer::Csv(writer) => writer
                .into_inner()
                .map_err(|error| std::io::Error::other(error.to_string())),
            Writer::Json(writer, _) => writer
                .into_inner()
                .map_err(std::io::IntoInnerError::into_error),
        };
        let file = file.and_then(Encoded::finish).map_err(at(path))?;
        file.as_file().sync_all().map_err(at(path))?;
        Ok(file)
    }
}

pub(super) fn folder_of(path: &Path) -> PathBuf {
    path.parent().map(Path::to_owned).unwrap_or_default()
}

fn writer(dialect: Dialect) -> csv::WriterBuilder {
    let mut writer = csv::WriterBuilder::new();
    writer.delimiter(dialect.delimiter).flexible(true);
    match dialect.quote {
        Some(quote) => writer.quote(quote),
        None => writer.quote_style(csv::QuoteStyle::Never),
    };
    if dialect.escape.is_some() {
        // An escape means something inside quotes only.
        writer.quote_style(csv::QuoteStyle::Always);
    }
    writer
}

/// A cell as it is to be written, but for quotes: escapes are written twice, and a delimiter where quotes mean nothing is
/// a space, which only our own columns need.
fn written(dialect: Dialect, text: &str) -> Cow<'_, str> {
    match (dialect.quote, dialect.escape) {
        (None, _) => Cow::Owned(text.replace(char::from(dialect.delimiter), " ")),
        (_, Some(escape)) => {
            let escape = char::from(escape);
            Cow::Owned(text.replace(escape, &format!("{escape}{escape}")))
        }
        _ => Cow::Borrowed(text),
    }
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
