//! A record read as a row: each cell or member becomes the value that its column asks for.

use std::collections::BTreeMap;
use std::fmt;

use drift::{AttributeKind, Email, ExternalId, IdKey};
use serde_json::Value;

use crate::input::format::json_members::{Member, Members};
use crate::input::format::records::{Cells, NOT_VALID, Record};
use crate::input::value::cell;
use crate::input::value::column_checks::check_name;
use crate::input::value::columns::Columns;
use crate::input::value::mapping::{Target, Unmapped};
use crate::input::value::misfit::has_misfit;
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

/// Where external ids come from, and which of them are accepted.
#[derive(Clone, Copy, Default)]
pub(crate) struct IdRules<'a> {
    /// The column with the caller's own ids, and the key to derive external ids from them with.
    pub(crate) derive: Option<&'a (String, IdKey)>,
    /// Whether ids that strangers can guess are accepted.
    pub(crate) allow_guessable: bool,
}

/// Reads a record as a row.
pub(crate) fn read_row(
    record: &Record,
    columns: &Columns,
    ids: IdRules,
) -> Result<Row, RowProblem> {
    let mut draft = Draft::default();
    match &record.cells {
        Cells::Csv(cells) => draft.read_cells(record, cells, columns)?,
        Cells::Json(_, Ok(members)) => draft.read_members(members, columns)?,
        Cells::Json(_, Err(problem)) => return Err(row_problem(None, problem.clone())),
    }
    draft.finish(columns, ids)
}

const NOT_FIXED: &str = "the row did not fit its header; fix the row, then empty this cell";

fn nameless(column: usize) -> String {
    let number = column + 1;
    format!(
        "there is a value in column {number}, which has no name; name it in the header, or leave out what is not mapped"
    )
}

fn row_problem(column: Option<&str>, problem: impl Into<String>) -> RowProblem {
    RowProblem {
        column: column.map(str::to_owned),
        problem: problem.into(),
    }
}

/// A row while its cells are read.
#[derive(Default)]
struct Draft {
    email: Option<String>,
    external_id: Option<String>,
    own_id: Option<String>,
    name: Option<String>,
    phone: Option<String>,
    attributes: BTreeMap<String, Value>,
}

impl Draft {
    fn read_cells(
        &mut self,
        record: &Record,
        cells: &csv::ByteRecord,
        columns: &Columns,
    ) -> Result<(), RowProblem> {
        if cells.len() != columns.len() {
            let problem = format!(
                "{} cells where the header has {}",
                cells.len(),
                columns.len()
            );
            return Err(row_problem(None, problem));
        }
        if has_misfit(cells, columns) {
            return Err(row_problem(Some(MISFIT), NOT_FIXED));
        }
        for (column, cell) in cells.iter().enumerate() {
            let target = columns.target(column);
            let derives = columns.derive_from() == Some(column);
            if columns.is_nameless(column) && !cell.trim_ascii().is_empty() {
                return Err(row_problem(None, nameless(column)));
            }
            if *target == Target::Nothing && !derives {
                continue;
            }
            let name = columns.name(column);
            let text = record
                .text(cell)
                .ok_or_else(|| row_problem(Some(name), NOT_VALID))?
                .trim();
            if text.is_empty() {
                continue;
            }
            if derives {
                self.own_id = Some(text.to_owned());
            }
            self.take_text(name, target, text)?;
        }
        Ok(())
    }

    fn take_text(&mut self, column: &str, target: &Target, text: &str) -> Result<(), RowProblem> {
        let slot = match target {
            Target::Email => &mut self.email,
            Target::ExternalId => &mut self.external_id,
            Target::Name => &mut self.name,
            Target::Phone => &mut self.phone,
            Target::Attribute(name, kind) => {
                let value = cell::from_text(kind, text)
                    .map_err(|problem| row_problem(Some(column), problem))?;
                self.attributes.insert(name.clone(), value);
                return Ok(());
            }
            Target::Nothing => return Ok(()),
        };
        *slot = Some(text.to_owned());
        Ok(())
    }

    fn read_members(&mut self, members: &Members, columns: &Columns) -> Result<(), RowProblem> {
        for (name, member) in members {
            let empty = |value: &Value| value.is_null() || value == "";
            if name == MISFIT && !matches!(member, Member::Value(value) if empty(value)) {
                return Err(row_problem(Some(MISFIT), NOT_FIXED));
            }
            if *member == Member::Value(Value::Null) || RESULT_COLUMNS.contains(&name.as_str()) {
                continue;
            }
            let Some(column) = columns.index(name) else {
                self.take_late(name, member, columns)?;
                continue;
            };
            if columns.derive_from() == Some(column) {
                self.own_id = scalar(member);
            }
            self.take_member(name, columns.target(column), member)?;
        }
        Ok(())
    }

    fn take_member(
        &mut self,
        name: &str,
        target: &Target,
        member: &Member,
    ) -> Result<(), RowProblem> {
        if *target == Target::Nothing {
            return Ok(());
        }
        if let Target::Attribute(attribute, kind) = target {
            let value = cell::from_member(kind, member)
                .map_err(|problem| row_problem(Some(name), problem))?;
            self.attributes.insert(attribute.clone(), value);
            return Ok(());
        }
        match scalar(member) {
            Some(text) if !text.is_empty() => self.take_text(name, target, &text),
            Some(_) => Ok(()),
            None => Err(row_problem(Some(name), "neither text nor a number")),
        }
    }

    /// A key that did not occur in the lines that the columns were found by.
    fn take_late(
        &mut self,
        name: &str,
        member: &Member,
        columns: &Columns,
    ) -> Result<(), RowProblem> {
        match columns.unmapped {
            Unmapped::Ignore => Ok(()),
            Unmapped::Attribute => {
                check_name(name).map_err(|problem| row_problem(Some(name), problem))?;
                let value = cell::from_member(&AttributeKind::Other(String::new()), member)
                    .map_err(|problem| row_problem(Some(name), problem))?;
                self.attributes.insert(name.to_owned(), value);
                Ok(())
            }
            Unmapped::Refuse => Err(row_problem(Some(name), "no attribute has this name")),
        }
    }

    fn finish(self, columns: &Columns, ids: IdRules) -> Result<Row, RowProblem> {
        let name_of = |target: &Target| {
            (0..columns.len())
                .find(|column| columns.target(*column) == target)
                .map(|column| columns.name(column))
        };
        let email = Email::new(self.email.unwrap_or_default())
            .map_err(|problem| row_problem(name_of(&Target::Email), problem.to_string()))?;
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
        Ok(Row {
            email,
            external_id,
            name: self.name,
            phone: self.phone,
            attributes: self.attributes,
        })
    }
}

fn scalar(member: &Member) -> Option<String> {
    match member {
        Member::Value(Value::String(text)) => Some(text.trim().to_owned()),
        Member::Value(Value::Number(number)) => Some(number.to_string()),
        Member::Long(digits) => Some(digits.clone()),
        _ => None,
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
        read_row(&record, &columns, IdRules::default())
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
