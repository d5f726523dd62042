//! A record as the contact that it asks for, and the hash by which it is known again.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use drift::{AttributeKind, Email, ExternalId, NewContact};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::commit::job::Stamp;
use crate::context::options::Options;
use crate::input::format::json_members::{Member, Members};
use crate::input::format::records::{Cells, NOT_VALID, Record};
use crate::input::value::cell;
use crate::input::value::columns::{Columns, MISFIT, OURS, Target};

/// 128 bits of SHA-256.
pub(crate) type Hash = [u8; 16];

/// What is wrong with a record: the column where it is known, never the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    pub(crate) column: Option<String>,
    pub(crate) problem: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(out, "column {column:?}: {}", self.problem),
            None => out.write_str(&self.problem),
        }
    }
}

/// The contact that a record asks for.
#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) email: Email,
    pub(crate) external_id: Option<ExternalId>,
    name: Option<String>,
    phone: Option<String>,
    attributes: BTreeMap<String, Value>,
}

impl Row {
    /// Reads a record.
    pub(crate) fn read(
        record: &Record,
        columns: &Columns,
        options: &Options,
    ) -> Result<Self, Complaint> {
        let mut draft = Draft::default();
        match &record.cells {
            Cells::Csv(cells) => draft.read_cells(record, cells, columns)?,
            Cells::Json(_, Ok(members)) => draft.read_members(members, columns)?,
            Cells::Json(_, Err(problem)) => return Err(complaint(None, problem.clone())),
        }
        draft.finish(columns, options)
    }

    /// By this the row is known again: a hash of what would be sent, wherever in whichever file it stands.
    pub(crate) fn hash(&self) -> Hash {
        let mut hash = Sha256::new();
        let mut part = |kind: u8, text: &str| {
            hash.update([kind]);
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        part(b'e', self.email.as_str());
        if let Some(id) = &self.external_id {
            part(b'x', id.as_str());
        }
        self.name.iter().for_each(|name| part(b'n', name));
        self.phone.iter().for_each(|phone| part(b'p', phone));
        let mut text = String::with_capacity(64);
        for (name, value) in &self.attributes {
            text.clear();
            let _written = write!(text, "{value}");
            part(b'k', name);
            part(b'v', &text);
        }
        short(hash)
    }

    /// The contact to create; with a stamp if one is given.
    pub(crate) fn contact(self, stamp: Option<&Stamp>) -> NewContact {
        let mut new = NewContact::with_email(self.email);
        if let Some(id) = self.external_id {
            new = new.external_id(id);
        }
        if let Some(name) = self.name {
            new = new.name(name);
        }
        if let Some(phone) = self.phone {
            new = new.phone(phone);
        }
        for (name, value) in self.attributes {
            new = new.attribute(name, value);
        }
        match stamp {
            Some(stamp) => new.attribute(stamp.attribute.as_str(), stamp.value.as_str()),
            None => new,
        }
    }

    /// What to change of a contact that exists, so that it has the row's attributes.
    pub(crate) fn changes(self) -> drift::ContactChanges {
        let mut changes = drift::ContactChanges::new();
        if self.external_id.is_some() {
            changes = changes.email(self.email);
        }
        if let Some(name) = self.name {
            changes = changes.name(name);
        }
        if let Some(phone) = self.phone {
            changes = changes.phone(phone);
        }
        for (name, value) in self.attributes {
            changes = changes.attribute(name, value);
        }
        changes
    }
}

/// An address as it is compared: without case.
pub(crate) fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// 128 bits of SHA-256 of a text.
pub(crate) fn short_hash(text: &str) -> Hash {
    short(Sha256::new_with_prefix(text.as_bytes()))
}

fn short(hash: Sha256) -> Hash {
    let mut short = Hash::default();
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

const NOT_MENDED: &str = "the row did not fit its header; mend the row, then empty this";

fn has_misfit(cells: &csv::ByteRecord, columns: &Columns) -> bool {
    let cell = columns.misfit().and_then(|column| cells.get(column));
    cell.is_some_and(|cell| !cell.trim_ascii().is_empty())
}

/// Whether a record is one that result files need the column for what did not fit for.
pub(crate) fn is_misfit(record: &Record, columns: &Columns) -> bool {
    match &record.cells {
        Cells::Csv(cells) => {
            let valid = cells.iter().all(|cell| record.is_valid(cell));
            !valid || cells.len() != columns.len() || has_misfit(cells, columns)
        }
        Cells::Json(..) => false,
    }
}

fn nameless(column: usize) -> String {
    let number = column + 1;
    format!(
        "there is a value in column {number}, which has no name; name it in the header, or leave out what is not mapped"
    )
}

fn complaint(column: Option<&str>, problem: impl Into<String>) -> Complaint {
    Complaint {
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
    ) -> Result<(), Complaint> {
        if cells.len() != columns.len() {
            let problem = format!(
                "{} cells where the header has {}",
                cells.len(),
                columns.len()
            );
            return Err(complaint(None, problem));
        }
        if has_misfit(cells, columns) {
            return Err(complaint(Some(MISFIT), NOT_MENDED));
        }
        for (column, cell) in cells.iter().enumerate() {
            let target = columns.target(column);
            let derives = columns.derive_from() == Some(column);
            if columns.is_nameless(column) && !cell.trim_ascii().is_empty() {
                return Err(complaint(None, nameless(column)));
            }
            if *target == Target::Nothing && !derives {
                continue;
            }
            let name = columns.name(column);
            let text = record
                .text(cell)
                .ok_or_else(|| complaint(Some(name), NOT_VALID))?
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

    fn take_text(&mut self, column: &str, target: &Target, text: &str) -> Result<(), Complaint> {
        let slot = match target {
            Target::Email => &mut self.email,
            Target::ExternalId => &mut self.external_id,
            Target::Name => &mut self.name,
            Target::Phone => &mut self.phone,
            Target::Attribute(name, kind) => {
                let value = cell::from_text(kind, text)
                    .map_err(|problem| complaint(Some(column), problem))?;
                self.attributes.insert(name.clone(), value);
                return Ok(());
            }
            Target::Nothing => return Ok(()),
        };
        *slot = Some(text.to_owned());
        Ok(())
    }

    fn read_members(&mut self, members: &Members, columns: &Columns) -> Result<(), Complaint> {
        for (name, member) in members {
            let empty = |value: &Value| value.is_null() || value == "";
            if name == MISFIT && !matches!(member, Member::Value(value) if empty(value)) {
                return Err(complaint(Some(MISFIT), NOT_MENDED));
            }
            if *member == Member::Value(Value::Null) || OURS.contains(&name.as_str()) {
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
    ) -> Result<(), Complaint> {
        if *target == Target::Nothing {
            return Ok(());
        }
        if let Target::Attribute(attribute, kind) = target {
            let value = cell::from_member(kind, member)
                .map_err(|problem| complaint(Some(name), problem))?;
            self.attributes.insert(attribute.clone(), value);
            return Ok(());
        }
        match scalar(member) {
            Some(text) if !text.is_empty() => self.take_text(name, target, &text),
            Some(_) => Ok(()),
            None => Err(complaint(Some(name), "neither text nor a number")),
        }
    }

    /// A key that did not occur in the lines that the columns were found by.
    fn take_late(
        &mut self,
        name: &str,
        member: &Member,
        columns: &Columns,
    ) -> Result<(), Complaint> {
        use crate::input::value::columns::Unmapped;
        match columns.unmapped {
            Unmapped::Ignore => Ok(()),
            Unmapped::Attribute => {
                crate::input::value::columns::check_name(name)
                    .map_err(|problem| complaint(Some(name), problem))?;
                let value = cell::from_member(&AttributeKind::Other(String::new()), member)
                    .map_err(|problem| complaint(Some(name), problem))?;
                self.attributes.insert(name.to_owned(), value);
                Ok(())
            }
            Unmapped::Refuse => Err(complaint(Some(name), "no attribute has this name")),
        }
    }

    fn finish(self, columns: &Columns, options: &Options) -> Result<Row, Complaint> {
        let name_of = |target: &Target| {
            (0..columns.len())
                .find(|column| columns.target(*column) == target)
                .map(|column| columns.name(column))
        };
        let email = Email::new(self.email.unwrap_or_default())
            .map_err(|problem| complaint(name_of(&Target::Email), problem.to_string()))?;
        let external_id = match (&options.derive, self.own_id, self.external_id) {
            (Some((column, key)), own_id, None) => {
                let none = "there is no id to derive the external id from";
                let derived = ExternalId::derive(key, own_id.unwrap_or_default());
                Some(derived.map_err(|_| complaint(Some(column), none))?)
            }
            (_, _, Some(id)) if options.allow_guessable => Some(ExternalId::allow_guessable(id)),
            (_, _, Some(id)) => {
                Some(ExternalId::new(id).map_err(|reason| {
                    complaint(name_of(&Target::ExternalId), reason.to_string())
                })?)
            }
            (None, _, None) => None,
        };
        // Of what else the library would refuse, the names of attributes were checked with the columns.
        if let Some(id) = external_id.as_ref().filter(|_| !options.allow_guessable)
            && drift::guessable::is_hash_of_email(id.as_str(), email.as_str())
        {
            let reason = drift::Guessable::HashOfEmail.to_string();
            return Err(complaint(name_of(&Target::ExternalId), reason));
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
    use crate::input::value::columns::{Mapping, Unmapped};

    fn read(headers: &[&str], cells: &[&str]) -> Result<Row, Complaint> {
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
        Row::read(&record, &columns, &Options::default())
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
    fn complaints_name_the_column_and_not_the_value() {
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
            let complaint = read(headers, cells)
                .err()
                .map(|complaint| complaint.to_string());
            assert_eq!(complaint.as_deref(), Some(expected));
        }
    }
}
