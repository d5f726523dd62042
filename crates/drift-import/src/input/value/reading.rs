//! A record read as a row: each cell or member becomes the value that its column asks for.

use std::collections::BTreeMap;
use std::fmt;

use drift::{AttributeKind, ExternalId, IdKey};
use serde_json::Value;

use crate::input::format::json_members::{Member, Members};
use crate::input::format::records::{Cells, Record};
use crate::input::value::address::reader::read_address;
use crate::input::value::attribute::cell::{self, NOT_WHOLE};
use crate::input::value::attribute::dates::DateRules;
use crate::input::value::attribute::own_attribute::{check_own, check_tags, tags};
use crate::input::value::column_checks::check_name;
use crate::input::value::columns::Columns;
use crate::input::value::invisible::{is_blank, is_invisible, is_lost};
use crate::input::value::leftover::placeholder::placeholder;
use crate::input::value::leftover::spreadsheet;
use crate::input::value::mapping::{Target, Unmapped};
use crate::input::value::result_columns::{MISFIT, RESULT_COLUMNS};
use crate::input::value::row::Row;

/// What is wrong with a record: the column where it is known, never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RowProblem {
    pub(crate) column: Option<String>,
    pub(crate) problem: String,
}

impl fmt::Display for RowProblem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(out, "column {column:?}: {}", self.problem),
            None => out.write_str(&self.problem),
        }
    }
}

/// Where external ids come from, and what is accepted.
#[derive(Clone, Copy, Default)]
pub(crate) struct RowRules<'a> {
    /// The column with the caller's own ids, and the key to derive external ids from them with.
    pub(crate) derive: Option<&'a (String, IdKey)>,
    /// Whether ids that strangers can guess are accepted.
    pub(crate) allow_guessable: bool,
    /// Values that look like placeholders and are ids.
    pub(crate) allow_placeholders: &'a [String],
    /// Whether spreadsheet errors outside of identities are sent, with a warning.
    pub(crate) warn_only: bool,
    /// Cells that stand for an empty one.
    pub(crate) null_markers: &'a [String],
    /// Attributes of rows that have none of their own.
    pub(crate) defaults: &'a [(String, Value)],
    pub(crate) dates: Option<&'a DateRules>,
}

impl RowRules<'_> {
    pub(super) fn is_empty(&self, text: &str) -> bool {
        text.is_empty() || self.null_markers.iter().any(|marker| marker == text)
    }
}

/// Reads a record as a row.
pub(crate) fn read_row(
    record: &Record,
    columns: &Columns,
    rules: RowRules,
) -> Result<Row, RowProblem> {
    let mut draft = Draft::new(rules);
    match &record.cells {
        Cells::Csv(cells) => draft.read_cells(record, cells, columns)?,
        Cells::Json(_, Ok(members)) => draft.read_members(members, columns)?,
        Cells::Json(_, Err(problem)) => return Err(row_problem(None, problem.clone())),
    }
    draft.finish(columns)
}

const INVISIBLE: &str = "there is an invisible or directional character in the id";
const LOST: &str = "there is a control character or a replacement character";
pub(super) const NUL: &str = "there is a NUL character in the row";
pub(super) const NOT_FIXED: &str =
    "the row did not fit its header; fix the row, then empty this cell";

/// The largest value, in bytes; Drift's own limit is not documented, and no attribute of a person is as long.
pub(super) const CELL_LIMIT: usize = 1 << 20;
pub(super) const TOO_LARGE: &str = "the value is larger than 1 MiB";

fn check_size(name: &str, member: &Member) -> Result<(), RowProblem> {
    match member {
        Member::Value(Value::String(text)) | Member::Long(text) if text.len() > CELL_LIMIT => {
            Err(row_problem(Some(name), TOO_LARGE))
        }
        _ => Ok(()),
    }
}

pub(super) fn row_problem(column: Option<&str>, problem: impl Into<String>) -> RowProblem {
    RowProblem {
        column: column.map(str::to_owned),
        problem: problem.into(),
    }
}

/// A row while its cells are read.
pub(super) struct Draft<'a> {
    pub(super) rules: RowRules<'a>,
    pub(super) email: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) own_id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) attributes: BTreeMap<String, Value>,
    warnings: Vec<String>,
}

impl<'a> Draft<'a> {
    fn new(rules: RowRules<'a>) -> Self {
        Self {
            rules,
            email: None,
            external_id: None,
            own_id: None,
            name: None,
            phone: None,
            attributes: BTreeMap::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn take_text(
        &mut self,
        column: &str,
        target: &Target,
        text: &str,
    ) -> Result<(), RowProblem> {
        match target {
            Target::Email => self.check_identity(column, text)?,
            Target::ExternalId => {
                self.external_id = Some(self.id(column, text)?);
                return Ok(());
            }
            Target::Nothing => return Ok(()),
            _ => self.check_damage(column, text)?,
        }
        let slot = match target {
            Target::Email => &mut self.email,
            Target::Name => &mut self.name,
            Target::Phone => &mut self.phone,
            Target::Attribute(name, kind) => {
                let value = match name.as_str() {
                    // As an export writes them.
                    "tags" => tags(text),
                    _ => self.value(kind, text),
                };
                let value = value.and_then(|value| check_own(name, &value).map(|()| value));
                let value = value.map_err(|problem| row_problem(Some(column), problem))?;
                self.attributes.insert(name.clone(), value);
                return Ok(());
            }
            Target::ExternalId | Target::Nothing => return Ok(()),
        };
        *slot = Some(text.to_owned());
        Ok(())
    }

    /// A text as a value, days and moments by the caller's rules first.
    fn value(&self, kind: &AttributeKind, text: &str) -> Result<Value, &'static str> {
        let dated = self.rules.dates.and_then(|dates| dates.read(kind, text));
        dated.unwrap_or_else(|| cell::from_text(kind, text))
    }

    /// An id without what is not seen around it. What is not seen inside would make another id of it.
    pub(super) fn id(&self, column: &str, text: &str) -> Result<String, RowProblem> {
        let id = text.trim_matches(is_blank);
        self.check_identity(column, id)?;
        if id.chars().any(is_invisible) {
            return Err(row_problem(Some(column), INVISIBLE));
        }
        Ok(id.to_owned())
    }

    /// Refuses what stands in the place of an identity and is none.
    fn check_identity(&self, column: &str, text: &str) -> Result<(), RowProblem> {
        let allowed = |value: &String| value == text;
        match placeholder(text) {
            Some(problem) if !self.rules.allow_placeholders.iter().any(allowed) => {
                Err(row_problem(Some(column), problem))
            }
            _ => Ok(()),
        }
    }

    /// Refuses what no person wrote, and what a spreadsheet has damaged, unless it only warns of that.
    pub(super) fn check_damage(&mut self, column: &str, text: &str) -> Result<(), RowProblem> {
        if text.chars().any(is_lost) {
            return Err(row_problem(Some(column), LOST));
        }
        let Some(damage) = spreadsheet::damage(text) else {
            return Ok(());
        };
        let problem = row_problem(Some(column), damage);
        if !self.rules.warn_only {
            return Err(problem);
        }
        self.warnings.push(problem.to_string());
        Ok(())
    }

    fn read_members(&mut self, members: &Members, columns: &Columns) -> Result<(), RowProblem> {
        for (name, member) in members {
            let empty = |value: &Value| value.is_null() || value == "";
            if name == MISFIT && !matches!(member, Member::Value(value) if empty(value)) {
                return Err(row_problem(Some(MISFIT), NOT_FIXED));
            }
            let is_null = match member {
                Member::Value(Value::String(text)) => {
                    let text = text.trim();
                    !text.is_empty() && self.rules.is_empty(text)
                }
                member => *member == Member::Value(Value::Null),
            };
            if is_null || RESULT_COLUMNS.contains(&name.as_str()) {
                continue;
            }
            let Some(column) = columns.index(name) else {
                self.take_late(name, member, columns)?;
                continue;
            };
            if columns.derive_from() == Some(column) {
                let id = scalar(name, member)?;
                self.own_id = id.map(|id| self.id(name, &id)).transpose()?;
            }
            self.take_member(name, columns.target(column), member, columns.is_exact())?;
        }
        Ok(())
    }

    fn take_member(
        &mut self,
        name: &str,
        target: &Target,
        member: &Member,
        is_exact: bool,
    ) -> Result<(), RowProblem> {
        if *target == Target::Nothing {
            return Ok(());
        }
        check_size(name, member)?;
        if let Target::Attribute(attribute, kind) = target {
            return self.take_attribute(name, attribute, kind, member);
        }
        if let (true, Member::Value(Value::String(whole))) = (is_exact, member) {
            return self.take_exported(name, target, whole, true);
        }
        match scalar(name, member)? {
            Some(text) if !text.is_empty() => self.take_text(name, target, &text),
            Some(_) => Ok(()),
            None => Err(row_problem(Some(name), "neither text nor a number")),
        }
    }

    fn take_attribute(
        &mut self,
        name: &str,
        attribute: &str,
        kind: &AttributeKind,
        member: &Member,
    ) -> Result<(), RowProblem> {
        if let Member::Value(Value::String(text)) = member {
            self.check_damage(name, text.trim())?;
        }
        let value = match member {
            Member::Value(tags) if attribute == "tags" => check_tags(tags).map(|()| tags.clone()),
            Member::Value(Value::String(text)) => self.value(kind, text),
            _ => cell::from_member(kind, member),
        };
        let value = value.and_then(|value| check_own(attribute, &value).map(|()| value));
        let value = value.map_err(|problem| row_problem(Some(name), problem))?;
        self.attributes.insert(attribute.to_owned(), value);
        Ok(())
    }

    /// A key that did not occur in the lines that the columns were found by.
    fn take_late(
        &mut self,
        name: &str,
        member: &Member,
        columns: &Columns,
    ) -> Result<(), RowProblem> {
        match columns.unmapped {
            Unmapped::Ignore | Unmapped::Suggested => Ok(()),
            Unmapped::Attribute => {
                check_name(name).map_err(|problem| row_problem(Some(name), problem))?;
                check_size(name, member)?;
                self.take_attribute(name, name, &AttributeKind::Other(String::new()), member)
            }
            Unmapped::Refuse => Err(row_problem(Some(name), "no attribute has this name")),
        }
    }

    fn finish(self, columns: &Columns) -> Result<Row, RowProblem> {
        let ids = self.rules;
        let name_of = |target: &Target| {
            (0..columns.len())
                .find(|column| columns.target(*column) == target)
                .map(|column| columns.name(column))
        };
        let email = read_address(&self.email.unwrap_or_default())
            .map_err(|problem| row_problem(name_of(&Target::Email), problem))?;
        let external_id =
            match (ids.derive, self.own_id, self.external_id) {
                (Some((column, key)), own_id, None) => {
                    let none = "there is no id to derive the external id from";
                    let derived = ExternalId::derive(key, own_id.unwrap_or_default());
                    Some(derived.map_err(|_| row_problem(Some(column), none))?)
                }
                (_, _, Some(id)) if ids.allow_guessable => Some(ExternalId::allow_guessable(id)),
                (_, _, Some(id)) => Some(ExternalId::new(id).map_err(|reason| {
                    row_problem(name_of(&Target::ExternalId), reason.to_string())
                })?),
                (None, _, None) => None,
            };
        // Of what else the library would refuse, the names of attributes were checked with the columns.
        if let Some(id) = external_id.as_ref().filter(|_| !ids.allow_guessable)
            && drift::guessable::is_hash_of_email(id.as_str(), email.as_str())
        {
            let reason = drift::Guessable::HashOfEmail.to_string();
            return Err(row_problem(name_of(&Target::ExternalId), reason));
        }
        let mut attributes = self.attributes;
        for (name, value) in ids.defaults {
            attributes
                .entry(name.clone())
                .or_insert_with(|| value.clone());
        }
        Ok(Row {
            email,
            external_id,
            name: self.name,
            phone: self.phone,
            attributes,
            warnings: self.warnings,
        })
    }
}

/// Text, or a whole number as it is written; none where it is another value. A fraction is refused: its digits may not be
/// those that were written.
fn scalar(name: &str, member: &Member) -> Result<Option<String>, RowProblem> {
    match member {
        Member::Value(Value::String(text)) => Ok(Some(text.trim().to_owned())),
        Member::Value(Value::Number(number)) if number.is_f64() => {
            Err(row_problem(Some(name), NOT_WHOLE))
        }
        Member::Value(Value::Number(number)) => Ok(Some(number.to_string())),
        Member::Long(digits) => Ok(Some(digits.clone())),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::value::mapping::{Mapping, Unmapped};

    fn read(headers: &[&str], cells: &[&str]) -> Result<Row, RowProblem> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let mapping = Mapping {
            given: &[],
            definitions: &[],
            unmapped: Unmapped::Attribute,
            derive_from: None,
        };
        let columns = Columns::map(&headers, &mapping).expect("columns");
        let mut record = Record::default();
        record.cells = Cells::Csv(csv::ByteRecord::from(cells));
        read_row(&record, &columns, RowRules::default())
    }

    #[test]
    fn a_row_is_known_by_what_it_would_send() {
        let hash = |headers: &[&str], cells: &[&str]| read(headers, cells).expect("a row").hash();
        let first = hash(&["email", "name", "plan"], &["a@x.test", "Ada", "pro"]);
        assert_eq!(
            first,
            hash(&["plan", "email", "name"], &[" pro", "a@x.test", "Ada"])
        );
        assert_ne!(
            first,
            hash(&["email", "name", "plan"], &["a@x.test", "Ada", "free"])
        );
        assert_ne!(
            first,
            hash(&["email", "phone", "plan"], &["a@x.test", "Ada", "pro"])
        );
    }

    #[test]
    fn problems_name_the_column_and_not_the_value() {
        for (headers, cells, expected) in [
            (
                &["Email", "name"][..],
                &["nobody", "Ada"][..],
                "column \"Email\": the email address needs exactly one @",
            ),
            (
                &["email", "name"],
                &["a@x.test"],
                "1 cells where the header has 2",
            ),
            (
                &["email", ""],
                &["a@x.test", "Ada"],
                "there is a value in column 2, which has no name; name it in the header, or leave out what is not mapped",
            ),
            (
                &["email", "External Id"],
                &["a@x.test", "user-17"],
                "column \"External Id\": the external id is a sequence number, which strangers can count",
            ),
        ] {
            let problem = read(headers, cells)
                .err()
                .map(|problem| problem.to_string());
            assert_eq!(problem.as_deref(), Some(expected));
        }
    }
}
