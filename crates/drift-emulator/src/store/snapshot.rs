//! The whole state at once: counted, listed, dumped, loaded, and wiped.

use rusqlite::{Row, params};
use serde_json::value::RawValue;

use super::dump::{Document, Dump, DumpedContact, DumpedDefinition, DumpedEmail, DumpedEvent};
use super::ledger::Ledger;
use super::records::TimelineEvent;
use crate::rules::attributes::Attributes;
use crate::rules::definitions::AttributeDefinition;

/// One row of the contacts, deleted ones included.
pub(crate) struct StoredContact {
    pub(crate) id: i64,
    pub(crate) organization: i64,
    pub(crate) created_at: i64,
    pub(crate) version: i64,
    pub(crate) deleted_at: Option<i64>,
    /// An erased row keeps its id and nothing personal.
    pub(crate) erased: bool,
    pub(crate) external_id: Option<String>,
    pub(crate) external_id_is_number: bool,
    pub(crate) members: String,
}

/// All rows, as [`stored_contact`] reads them.
const ROWS: &str = "
    SELECT id, organization, created_at, version, deleted_at, erased,
        CASE WHEN erased THEN NULL ELSE external_id END, external_id_is_number,
        CASE WHEN erased THEN '' ELSE attributes END
    FROM contacts ORDER BY id";

fn stored_contact(row: &Row<'_>) -> rusqlite::Result<StoredContact> {
    Ok(StoredContact {
        id: row.get(0)?,
        organization: row.get(1)?,
        created_at: row.get(2)?,
        version: row.get(3)?,
        deleted_at: row.get(4)?,
        erased: row.get(5)?,
        external_id: row.get(6)?,
        external_id_is_number: row.get(7)?,
        members: row.get(8)?,
    })
}

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
        let mut rows = self.all_rows()?;
        rows.retain(|row| !row.erased);
        Ok(rows)
    }

    fn all_rows(&self) -> rusqlite::Result<Vec<StoredContact>> {
        self.connection
            .prepare_cached(ROWS)?
            .query_map([], stored_contact)?
            .collect()
    }

    /// Removes everything; ids begin anew.
    pub(crate) fn reset(&mut self) -> rusqlite::Result<()> {
        self.connection.execute_batch(
            "DELETE FROM contacts; DELETE FROM attribute_definitions;
             DELETE FROM timeline_events; DELETE FROM unsubscribed_emails;",
        )?;
        self.rows_replaced()
    }

    /// Everything as one document.
    pub(crate) fn dump(&self) -> rusqlite::Result<Dump> {
        let contacts = self.all_rows()?.into_iter().map(dumped);
        let document = Document {
            contacts: contacts.collect::<rusqlite::Result<_>>()?,
            attribute_definitions: self.all_definitions()?,
            timeline_events: self.all_events()?,
            unsubscribed_emails: self.all_unsubscribed()?,
        };
        serde_json::to_string(&document)
            .map(Dump)
            .map_err(unreadable)
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

    fn all_events(&self) -> rusqlite::Result<Vec<DumpedEvent>> {
        self.connection
            .prepare("SELECT organization, contact_id, created_at, event, attributes FROM timeline_events ORDER BY id")?
            .query_map([], |row| {
                Ok(DumpedEvent {
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

    /// Replaces everything by a dump. `email_key` gives the form in which emails are compared.
    pub(crate) fn load(
        &mut self,
        dump: &Dump,
        email_key: impl Fn(&str) -> String,
    ) -> rusqlite::Result<()> {
        let document: Document = serde_json::from_str(&dump.0).map_err(unreadable)?;
        self.reset()?;
        for contact in &document.contacts {
            self.load_contact(contact, &email_key)?;
        }
        for event in document.timeline_events {
            let organization = event.organization;
            self.add_event(organization, &TimelineEvent::from(event))?;
        }
        for definition in document.attribute_definitions {
            let organization = definition.organization;
            self.redefine(organization, &[AttributeDefinition::from(definition)])?;
        }
        for row in &document.unsubscribed_emails {
            self.unsubscribe(row.organization, &row.email)?;
        }
        self.rows_replaced()
    }

    fn load_contact(
        &mut self,
        contact: &DumpedContact,
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

impl From<DumpedEvent> for TimelineEvent {
    fn from(event: DumpedEvent) -> Self {
        TimelineEvent {
            contact_id: event.contact_id,
            created_at: event.created_at,
            event: event.event,
            attributes: event.attributes.get().to_owned(),
        }
    }
}

impl From<DumpedDefinition> for AttributeDefinition {
    fn from(definition: DumpedDefinition) -> Self {
        AttributeDefinition {
            kind: definition.kind,
            display_name: definition.display_name,
            name: definition.name,
        }
    }
}

fn dumped(row: StoredContact) -> rusqlite::Result<DumpedContact> {
    let external_id = match row.external_id {
        Some(text) if row.external_id_is_number => serde_json::from_str(&text).unwrap_or_default(),
        Some(text) => serde_json::Value::from(text),
        None => serde_json::Value::Null,
    };
    Ok(DumpedContact {
        id: row.id,
        organization: row.organization,
        created_at: row.created_at,
        version: row.version,
        deleted_at: row.deleted_at,
        erased: row.erased,
        external_id,
        attributes: raw_value(format!("{{{}}}", row.members))?,
    })
}

fn raw_value(text: String) -> rusqlite::Result<Box<RawValue>> {
    RawValue::from_string(text).map_err(unreadable)
}

fn unreadable(cause: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(Box::new(cause))
}
