//! What is kept besides the contacts: definitions, timeline events, unsubscribed emails.

use rusqlite::params;

use super::ledger::Ledger;
use crate::rules::definitions::AttributeDefinition;

/// An event on a contact's timeline.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TimelineEvent {
    /// The contact that it belongs to.
    pub contact_id: i64,
    /// In milliseconds since 1970.
    pub created_at: i64,
    /// What happened.
    pub event: String,
    /// A JSON object.
    pub attributes: String,
}

impl Ledger {
    /// Adds the definitions that are not there yet.
    pub(crate) fn define(
        &mut self,
        organization: i64,
        definitions: &[AttributeDefinition],
    ) -> rusqlite::Result<()> {
        for definition in definitions {
            self.put_definition("INSERT OR IGNORE", organization, definition)?;
        }
        Ok(())
    }

    /// Adds definitions, or replaces those of the same name.
    pub(crate) fn redefine(
        &mut self,
        organization: i64,
        definitions: &[AttributeDefinition],
    ) -> rusqlite::Result<()> {
        for definition in definitions {
            self.put_definition("INSERT OR REPLACE", organization, definition)?;
        }
        Ok(())
    }

    fn put_definition(
        &self,
        verb: &str,
        organization: i64,
        new: &AttributeDefinition,
    ) -> rusqlite::Result<()> {
        let sql = format!(
            "{verb} INTO attribute_definitions (organization, name, type, display_name) VALUES (?1, ?2, ?3, ?4)"
        );
        self.connection
            .prepare_cached(&sql)?
            .execute(params![organization, new.name, new.kind, new.display_name])
            .map(drop)
    }

    /// The definitions of an organization, by name.
    pub(crate) fn definitions(
        &self,
        organization: i64,
    ) -> rusqlite::Result<Vec<AttributeDefinition>> {
        self.connection
            .prepare_cached(
                "SELECT type, display_name, name FROM attribute_definitions WHERE organization = ?1 ORDER BY name",
            )?
            .query_map([organization], |row| {
                Ok(AttributeDefinition { kind: row.get(0)?, display_name: row.get(1)?, name: row.get(2)? })
            })?
            .collect()
    }

    pub(crate) fn add_event(
        &mut self,
        organization: i64,
        event: &TimelineEvent,
    ) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO timeline_events (organization, contact_id, created_at, event, attributes)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![organization, event.contact_id, event.created_at, event.event, event.attributes])
            .map(drop)
    }

    /// The events of a contact, oldest first.
    pub(crate) fn events(
        &self,
        organization: i64,
        contact_id: i64,
    ) -> rusqlite::Result<Vec<TimelineEvent>> {
        self.connection
            .prepare_cached(
                "SELECT contact_id, created_at, event, attributes FROM timeline_events
                 WHERE contact_id = ?1 AND organization = ?2 ORDER BY created_at, id",
            )?
            .query_map(params![contact_id, organization], |row| {
                Ok(TimelineEvent {
                    contact_id: row.get(0)?,
                    created_at: row.get(1)?,
                    event: row.get(2)?,
                    attributes: row.get(3)?,
                })
            })?
            .collect()
    }

    /// Notes that an email, in the form in which emails are compared, is unsubscribed.
    pub(crate) fn unsubscribe(&mut self, organization: i64, email: &str) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT OR IGNORE INTO unsubscribed_emails (organization, email) VALUES (?1, ?2)",
            )?
            .execute(params![organization, email])
            .map(drop)
    }

    /// Whether an email is unsubscribed.
    pub(crate) fn is_unsubscribed(&self, organization: i64, email: &str) -> rusqlite::Result<bool> {
        self.connection
            .prepare_cached(
                "SELECT 1 FROM unsubscribed_emails WHERE organization = ?1 AND email = ?2",
            )?
            .exists(params![organization, email])
    }
}
