//! The contacts on their way to the output. CSV needs all columns before its first row, so they wait in a temporary file.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, Write};
use std::path::Path;

use drift::Contact;
use encoding_rs::UTF_8;
use serde_json::{Map, Value};

use super::ExportOptions;
use super::formula::harmless;
use crate::commit::text_style::TextStyle;
use crate::error::{Error, at};
use crate::input::format::Format;
use crate::input::value::attribute::exported_cell;

/// The contacts on their way to the output.
pub(super) struct TemporaryFile {
    file: File,
    columns: BTreeSet<String>,
    style: TextStyle,
    for_spreadsheets: bool,
    /// Those that are wanted, in their order.
    chosen: Option<Vec<String>>,
}

/// The columns that come first, where there are any.
const FIRST: [&str; 6] = ["id", "createdAt", "email", "externalId", "name", "phone"];

impl TemporaryFile {
    /// Contacts that are to be written in a style, if all of them can be.
    pub(super) fn new(
        list: &Path,
        style: TextStyle,
        options: &ExportOptions,
    ) -> Result<Self, Error> {
        Ok(Self {
            file: tempfile::tempfile().map_err(at(list))?,
            columns: BTreeSet::new(),
            style,
            for_spreadsheets: options.for_spreadsheets,
            chosen: options.columns.clone(),
        })
    }

    pub(super) fn add(&mut self, contact: &Contact) -> Result<(), Error> {
        let mut members = Map::new();
        members.insert("id".to_owned(), Value::from(contact.id().get()));
        members.insert(
            "createdAt".to_owned(),
            Value::from(contact.created_at_millis()),
        );
        members.extend(
            contact
                .attributes()
                .into_iter()
                .filter(|(name, value)| is_worth_exporting(name, value)),
        );
        for name in members
            .keys()
            .filter(|name| !self.columns.contains(*name))
            .collect::<Vec<_>>()
        {
            self.columns.insert(name.clone());
        }
        let line = serde_json::to_string(&members).unwrap_or_default() + "\n";
        if !self.style.can_write(&line) {
            // Nothing is left out: an encoding that has all characters is taken instead.
            self.style.encoding = UTF_8;
            self.style.mark = true;
        }
        self.file
            .write_all(line.as_bytes())
            .map_err(at(Path::new("a temporary file")))
    }

    /// Columns that are wanted and that no contact has.
    pub(super) fn absent_columns(&self) -> Vec<String> {
        let chosen = self.chosen.iter().flatten();
        chosen
            .filter(|name| !self.columns.contains(*name))
            .cloned()
            .collect()
    }

    /// Writes all of them, and returns the encoding that they are written in. JSON Lines is UTF-8 always.
    pub(super) fn write(
        mut self,
        format: Format,
        out: &mut (dyn Write + Send),
    ) -> Result<&'static str, Error> {
        let run = || -> std::io::Result<&'static str> {
            self.file.rewind()?;
            let encoding = match format {
                Format::JsonLines => {
                    self.write_json(out)?;
                    UTF_8
                }
                Format::Csv => {
                    // A spreadsheet takes UTF-8 without a mark for another encoding.
                    self.style.mark |= self.for_spreadsheets && self.style.encoding == UTF_8;
                    let style = self.style;
                    self.write_csv(out)?;
                    style.encoding
                }
            };
            out.flush()?;
            Ok(encoding.name())
        };
        run().map_err(at(Path::new("the export")))
    }

    fn write_json(&mut self, out: &mut (dyn Write + Send)) -> std::io::Result<()> {
        let Some(chosen) = &self.chosen else {
            return std::io::copy(&mut self.file, out).map(drop);
        };
        for line in BufReader::new(&mut self.file).lines() {
            let members: Map<String, Value> = serde_json::from_str(&line?)?;
            let there = chosen
                .iter()
                .filter_map(|name| Some((name, members.get(name)?)));
            let members =
                there.map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())));
            writeln!(out, "{{{}}}", members.collect::<Vec<_>>().join(","))?;
        }
        Ok(())
    }

    fn write_csv(self, out: &mut (dyn Write + Send)) -> std::io::Result<()> {
        let first = FIRST
            .into_iter()
            .filter(|name| self.columns.contains(*name));
        let rest = self.columns.iter().map(String::as_str);
        let rest = rest.filter(|name| !FIRST.contains(name));
        let columns: Vec<&str> = match &self.chosen {
            Some(chosen) => chosen.iter().map(String::as_str).collect(),
            None => first.chain(rest).collect(),
        };
        if self.columns.is_empty() {
            return Ok(());
        }
        let mut csv = csv::WriterBuilder::new()
            .terminator(self.style.terminator())
            .quote_style(match self.for_spreadsheets {
                // Some split lines at another delimiter, and would find a formula inside of a cell.
                true => csv::QuoteStyle::Always,
                // Quotes tell text from other values, so they are written with it.
                false => csv::QuoteStyle::Never,
            })
            .from_writer(self.style.writer(out));
        let shown = |value: &Value| match (self.for_spreadsheets, value) {
            (false, value) => exported_cell::written(value),
            (true, Value::Null) => String::new(),
            (true, Value::String(text)) => harmless(text.clone()),
            (true, other) => other.to_string(),
        };
        csv.write_record(columns.iter().map(|name| shown(&Value::from(*name))))?;
        for line in BufReader::new(self.file).lines() {
            let members: Map<String, Value> = serde_json::from_str(&line?)?;
            let cells = columns.iter().map(|name| members.get(*name));
            csv.write_record(cells.map(|value| value.map(shown).unwrap_or_default()))?;
        }
        let text = csv.into_inner().map_err(|error| error.into_error())?;
        text.finish().map(drop)
    }
}

/// Null, empty objects and empty lists hold nothing. The mirror of the external id and the copies of the version counter
/// hold nothing new, and could not be imported again.
fn is_worth_exporting(name: &str, value: &Value) -> bool {
    let empty = value.is_null()
        || value.as_object().is_some_and(Map::is_empty)
        || value.as_array().is_some_and(Vec::is_empty);
    !empty
        && !matches!(
            name,
            "external_id" | "_end_user_version" | "_END_USER_VERSION" | "_calculated_version"
        )
}
