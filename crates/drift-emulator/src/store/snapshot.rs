//! The whole state at once: counted, listed, dumped as JSON, loaded, and wiped.

use std::fmt;

use rusqlite::params;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::ledger::Ledger;
use super::records::AttributeDefinition;
use crate::attributes::Attributes;

/// One row of the contacts, deleted ones included.
pub(crate) struct StoredContact {
    pub(crate) id: i64,
    pub(crate) organization: i64,
    pub(crate) created_at: i64,
    pub(crate) version: i64,
    pub(crate) deleted_at: Option<i64>,
    pub(crate) external_id: Option<String>,
    pub(crate) external_id_is_number: bool,
    pub(crate) members: String,
}

/// Everything an emulator holds, as one JSON document. It holds personal data, so `Debug` shows its size only.
#[derive(Clone, PartialEq, Eq)]
pub struct Dump(String);

/// A document that is no dump.
#[derive(Debug)]
pub struct DumpError(serde_json::Error);

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Document<'a> {
    #[serde(borrow)]
    contacts: Vec<DumpedContact<'a>>,
    #[serde(default)]
    attribute_definitions: Vec<DumpedDefinition>,
    #[serde(borrow, default)]
    timeline_events: Vec<DumpedEvent<'a>>,
    #[serde(default)]
    unsubscribed_emails: Vec<DumpedEmail>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DumpedContact<'a> {
    id: i64,
    #[serde(default = "first_organization")]
    organization: i64,
    created_at: i64,
    #[serde(default = "first_version")]
    version: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deleted_at: Option<i64>,
    #[serde(default, skip_serializing_if = "is_false")]
    erased: bool,
    #[serde(default)]
    external_id: serde_json::Value,
    #[serde(borrow)]
    attributes: &'a RawValue,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DumpedDefinition {
    #[serde(default = "first_organization")]
    organization: i64,
    #[serde(rename = "type")]
    kind: String,
    display_name: String,
    name: String,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DumpedEvent<'a> {
    #[serde(default = "first_organization")]
    organization: i64,
    contact_id: i64,
    created_at: i64,
    event: String,
    #[serde(borrow)]
    attributes: &'a RawValue,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DumpedEmail {
    #[serde(default = "first_organization")]
    organization: i64,
    email: String,
}

fn first_organization() -> i64 {
    crate::auth::DEFAULT_ORGANIZATION
}

fn first_version() -> i64 {
    3
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "the form that serde asks for"
)]
fn is_false(value: &bool) -> bool {
    !value
}

impl Dump {
    /// Takes a document that [`Dump::as_json`] gave, or one written by hand.
    ///
    /// # Errors
    ///
    /// When the text is no JSON of that form.
    pub fn from_json(text: impl Into<String>) -> Result<Self, DumpError> {
        let text = text.into();
        let document: Document<'_> = serde_json::from_str(&text).map_err(DumpError)?;
        for contact in &document.contacts {
            Attributes::from_object(contact.attributes.get()).map_err(DumpError)?;
        }
        Ok(Dump(text))
    }

    /// The document.
    pub fn as_json(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Dump {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Dump({} bytes)", self.0.len())
    }
}

impl fmt::Display for DumpError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "not a dump of an emulator: line {} column {}",
            self.0.line(),
            self.0.column()
        )
    }
}

impl std::error::Error for DumpError {}

impl Ledger {
    /// Contacts of all organizations that are not deleted.
    pub(crate) fn count(&self) -> rusqlite::Result<u64> {
        self.connection
            .prepare_cached("SELECT count(*) FROM contacts WHERE deleted_at IS NULL")?
            .query_row([], |row| row.get::<_, i64>(0).map(i64::unsigned_abs))
    }

    /// Contacts of all organizations with this email that are not deleted.
    pub(crate) fn count_by_email(&self, email: &str) -> rusqlite::Result<u64> {
        self.connection
            .prepare_cached(
                "SELECT count(*) FROM contacts WHERE email = ?1 AND deleted_at IS NULL",
            )?
            .query_row([email], |row| row.get::<_, i64>(0).map(i64::unsigned_abs))
    }

    /// Contacts of all organizations with this external id that are not deleted.
    pub(crate) fn count_by_external_id(&self, id: &str) -> rusqlite::Result<u64> {
        self.connection
            .prepare_cached(
                "SELECT count(*) FROM contacts WHERE external_id = ?1 AND deleted_at IS NULL",
            )?
            .query_row([id], |row| row.get::<_, i64>(0).map(i64::unsigned_abs))
    }

    /// All contacts that are not erased, oldest first.
    pub(crate) fn all(&self) -> rusqlite::Result<Vec<StoredContact>> {
        self.connection
            .prepare_cached(
                "SELECT id, organization, created_at, version, deleted_at, external_id, external_id_is_number,
                     attributes
                 FROM contacts WHERE NOT erased ORDER BY id",
            )?
            .query_map([], |row| {
                Ok(StoredContact {
                    id: row.get(0)?,
                    organization: row.get(1)?,
                    created_at: row.get(2)?,
                    version: row.get(3)?,
                    deleted_at: row.get(4)?,
                    external_id: row.get(5)?,
                    external_id_is_number: row.get(6)?,
                    members: row.get(7)?,
                })
            })?
            .collect()
    }

    /// Removes everything; ids begin anew.
    pub(crate) fn reset(&mut self) -> rusqlite::Result<()> {
        self.connection.execute_batch(
            "DELETE FROM contacts; DELETE FROM attribute_definitions;
             DELETE FROM timeline_events; DELETE FROM unsubscribed_emails;",
        )?;
        self.exchanged()
    }

    /// Everything as one document.
    pub(crate) fn dump(&self) -> rusqlite::Result<Dump> {
        let rows: Vec<(StoredContact, bool)> = self.all_rows()?;
        let events = self.all_events()?;
        let mut raw = Vec::with_capacity(rows.len());
        for (row, _) in &rows {
            raw.push(raw_value(format!("{{{}}}", row.members))?);
        }
        let document = Document {
            contacts: rows
                .iter()
                .zip(&raw)
                .map(|((row, erased), raw)| dumped(row, *erased, raw))
                .collect(),
            attribute_definitions: self.all_definitions()?,
            timeline_events: events.iter().map(DumpedEventRow::borrow).collect(),
            unsubscribed_emails: self.all_unsubscribed()?,
        };
        serde_json::to_string(&document)
            .map(Dump)
            .map_err(unreadable)
    }

    fn all_rows(&self) -> rusqlite::Result<Vec<(StoredContact, bool)>> {
        let mut rows: Vec<(StoredContact, bool)> =
            self.all()?.into_iter().map(|row| (row, false)).collect();
        let mut statement = self.connection.prepare_cached(
            "SELECT id, organization, created_at, version, deleted_at FROM contacts WHERE erased ORDER BY id",
        )?;
        let erased = statement.query_map([], |row| {
            Ok(StoredContact {
                id: row.get(0)?,
                organization: row.get(1)?,
                created_at: row.get(2)?,
                version: row.get(3)?,
                deleted_at: row.get(4)?,
                external_id: None,
                external_id_is_number: false,
                members: String::new(),
            })
        })?;
        for row in erased {
            rows.push((row?, true));
        }
        rows.sort_by_key(|(row, _)| row.id);
        Ok(rows)
    }

    fn all_definitions(&self) -> rusqlite::Result<Vec<DumpedDefinition>> {
        self.connection
            .prepare("SELECT organization, type, display_name, name FROM attribute_definitions ORDER BY 1, 4")?
            .query_map([], |row| {
                Ok(DumpedDefinition {
                    organization: row.get(0)?,
                    kind: row.get(1)?,
                    display_name: row.get(2)?,
                    name: row.get(3)?,
                })
            })?
            .collect()
    }

    fn all_events(&self) -> rusqlite::Result<Vec<DumpedEventRow>> {
        self.connection
            .prepare("SELECT organization, contact_id, created_at, event, attributes FROM timeline_events ORDER BY id")?
            .query_map([], |row| {
                Ok(DumpedEventRow {
                    organization: row.get(0)?,
                    contact_id: row.get(1)?,
                    created_at: row.get(2)?,
                    event: row.get(3)?,
                    attributes: raw_value(row.get(4)?)?,
                })
            })?
            .collect()
    }

    fn all_unsubscribed(&self) -> rusqlite::Result<Vec<DumpedEmail>> {
        self.connection
            .prepare("SELECT organization, email FROM unsubscribed_emails ORDER BY 1, 2")?
            .query_map([], |row| {
                Ok(DumpedEmail {
                    organization: row.get(0)?,
                    email: row.get(1)?,
                })
            })?
            .collect()
    }

    /// Puts a dump in the place of everything. `email_key` gives the form in which emails are compared.
    pub(crate) fn load(
        &mut self,
        dump: &Dump,
        email_key: impl Fn(&str) -> String,
    ) -> rusqlite::Result<()> {
        let document: Document<'_> = serde_json::from_str(&dump.0).map_err(unreadable)?;
        self.reset()?;
        for contact in &document.contacts {
            self.load_contact(contact, &email_key)?;
        }
        for event in &document.timeline_events {
            self.connection.prepare_cached(
                "INSERT INTO timeline_events (organization, contact_id, created_at, event, attributes)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                event.organization,
                event.contact_id,
                event.created_at,
                event.event,
                event.attributes.get()
            ])?;
        }
        for definition in document.attribute_definitions {
            let DumpedDefinition {
                organization,
                kind,
                display_name,
                name,
            } = definition;
            self.redefine(
                organization,
                &[AttributeDefinition {
                    kind,
                    display_name,
                    name,
                }],
            )?;
        }
        for row in &document.unsubscribed_emails {
            self.unsubscribe(row.organization, &row.email)?;
        }
        self.exchanged()
    }

    fn load_contact(
        &mut self,
        contact: &DumpedContact<'_>,
        email_key: impl Fn(&str) -> String,
    ) -> rusqlite::Result<()> {
        let attributes = Attributes::from_object(contact.attributes.get()).map_err(unreadable)?;
        let email: Option<String> = match attributes.get("email") {
            Some(value) => serde_json::from_str(value.get()).map_err(unreadable)?,
            None => None,
        };
        let (external_id, number) = match &contact.external_id {
            serde_json::Value::Null => (None, false),
            serde_json::Value::String(text) => (Some(text.clone()), false),
            other => (Some(other.to_string()), true),
        };
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO contacts (id, organization, created_at, version, deleted_at, erased, email,
                     external_id, external_id_is_number, attributes)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                contact.id,
                contact.organization,
                contact.created_at,
                contact.version,
                contact.deleted_at,
                contact.erased,
                email.as_deref().map(email_key),
                external_id,
                number,
                attributes.members(),
            ])
            .map(drop)
    }
}

struct DumpedEventRow {
    organization: i64,
    contact_id: i64,
    created_at: i64,
    event: String,
    attributes: Box<RawValue>,
}

impl DumpedEventRow {
    fn borrow(&self) -> DumpedEvent<'_> {
        DumpedEvent {
            organization: self.organization,
            contact_id: self.contact_id,
            created_at: self.created_at,
            event: self.event.clone(),
            attributes: &self.attributes,
        }
    }
}

fn dumped<'a>(row: &StoredContact, erased: bool, attributes: &'a RawValue) -> DumpedContact<'a> {
    let external_id = match &row.external_id {
        Some(text) if row.external_id_is_number => serde_json::from_str(text).unwrap_or_default(),
        Some(text) => serde_json::Value::from(text.as_str()),
        None => serde_json::Value::Null,
    };
    DumpedContact {
        id: row.id,
        organization: row.organization,
        created_at: row.created_at,
        version: row.version,
        deleted_at: row.deleted_at,
        erased,
        external_id,
        attributes,
    }
}

fn raw_value(text: String) -> rusqlite::Result<Box<RawValue>> {
    RawValue::from_string(text).map_err(unreadable)
}

fn unreadable(cause: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(cause))
}
