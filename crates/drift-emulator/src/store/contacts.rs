//! Contacts in the database: the two uniqueness rules, and the look-ups.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::records::AttributeDefinition;
use crate::contact::{Contact, ExternalId};

/// The id before the first one.
const FIRST_ID: i64 = 24_100_000_000;

pub(super) const COLUMNS: &str =
    "id, created_at, version, external_id, external_id_is_number, attributes";

/// The open database.
pub(crate) struct Ledger {
    pub(super) connection: Connection,
}

/// A contact about to be made.
pub(crate) struct NewContact {
    pub(crate) organization: i64,
    pub(crate) created_at: i64,
    /// The email in the form in which emails are compared.
    pub(crate) email: String,
    pub(crate) external_id: Option<ExternalId>,
    pub(crate) members: String,
    /// Definitions of attributes that may be new.
    pub(crate) definitions: Vec<AttributeDefinition>,
    pub(crate) rules: Rules,
}

/// What the settings say about deleted contacts.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    /// Email and external id of a deleted contact can be used again.
    pub(crate) deleted_frees_identity: bool,
}

/// What became of a create.
pub(crate) enum CreateOutcome {
    Created(Contact),
    EmailTaken,
    ExternalIdTaken,
}

impl Ledger {
    pub(super) fn new(connection: Connection) -> rusqlite::Result<Self> {
        Ok(Ledger { connection })
    }

    /// Runs `work` in one transaction, which is taken back if it fails.
    pub(super) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.connection
            .prepare_cached("BEGIN IMMEDIATE")?
            .execute([])?;
        let result = work(self).and_then(|value| {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
            Ok(value)
        });
        if result.is_err() && !self.connection.is_autocommit() {
            self.connection.execute_batch("ROLLBACK")?;
        }
        result
    }

    /// Creates a contact under Drift's two rules: with an external id, that id must be unused and the email is
    /// not looked at; without one, the email must be unused.
    pub(crate) fn create(&mut self, new: NewContact) -> rusqlite::Result<CreateOutcome> {
        match &new.external_id {
            Some(id) if self.external_id_taken(new.organization, &id.text, None, new.rules)? => {
                return Ok(CreateOutcome::ExternalIdTaken);
            }
            None if self.email_taken(new.organization, &new.email, None, new.rules)? => {
                return Ok(CreateOutcome::EmailTaken);
            }
            _ => {}
        }
        self.insert(new).map(CreateOutcome::Created)
    }

    fn insert(&mut self, new: NewContact) -> rusqlite::Result<Contact> {
        let version = if new.external_id.is_some() { 4 } else { 3 };
        let id = self.next_id()?;
        self.connection
            .prepare_cached(
                "INSERT INTO contacts
                     (id, organization, created_at, version, email, external_id, external_id_is_number, attributes)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                id,
                new.organization,
                new.created_at,
                version,
                new.email,
                new.external_id.as_ref().map(|id| &id.text),
                new.external_id.as_ref().is_some_and(|id| id.number),
                new.members,
            ])?;
        self.define(new.organization, &new.definitions)?;
        Ok(Contact {
            id,
            created_at: new.created_at,
            version,
            external_id: new.external_id,
            members: new.members,
        })
    }

    /// Ids grow by irregular steps, the same ones in every run.
    fn next_id(&self) -> rusqlite::Result<i64> {
        let last: Option<i64> = self
            .connection
            .prepare_cached("SELECT max(id) FROM contacts")?
            .query_row([], |row| row.get(0))?;
        let last = last.unwrap_or(FIRST_ID);
        Ok(last + 1 + (last.wrapping_mul(0x9E37_79B9) >> 7 & 63))
    }

    /// Whether a contact other than `besides` has the email.
    pub(crate) fn email_taken(
        &self,
        organization: i64,
        email: &str,
        besides: Option<i64>,
        rules: Rules,
    ) -> rusqlite::Result<bool> {
        self.connection
            .prepare_cached(
                "SELECT 1 FROM contacts
                 WHERE email = ?1 AND organization = ?2 AND id IS NOT ?3
                     AND (deleted_at IS NULL OR NOT ?4)",
            )?
            .exists(params![
                email,
                organization,
                besides,
                rules.deleted_frees_identity
            ])
    }

    /// Whether a contact other than `besides` has the external id.
    pub(crate) fn external_id_taken(
        &self,
        organization: i64,
        id: &str,
        besides: Option<i64>,
        rules: Rules,
    ) -> rusqlite::Result<bool> {
        self.connection
            .prepare_cached(
                "SELECT 1 FROM contacts
                 WHERE external_id = ?1 AND organization = ?2 AND id IS NOT ?3
                     AND (deleted_at IS NULL OR NOT ?4)",
            )?
            .exists(params![
                id,
                organization,
                besides,
                rules.deleted_frees_identity
            ])
    }

    /// One contact; a deleted one only if asked, an erased one never.
    pub(crate) fn get(
        &self,
        organization: i64,
        id: i64,
        deleted: bool,
    ) -> rusqlite::Result<Option<Contact>> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM contacts WHERE id = ?1 AND organization = ?2 AND NOT erased AND (deleted_at IS NULL OR ?3)"
            ))?
            .query_row(params![id, organization, deleted], contact)
            .optional()
    }

    /// The contacts with this email, oldest first.
    pub(crate) fn find_by_email(
        &self,
        organization: i64,
        email: &str,
        limit: u32,
    ) -> rusqlite::Result<Vec<Contact>> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM contacts
                 WHERE email = ?1 AND organization = ?2 AND deleted_at IS NULL ORDER BY id LIMIT ?3"
            ))?
            .query_map(params![email, organization, limit], contact)?
            .collect()
    }

    /// The contacts with this external id, oldest first.
    pub(crate) fn find_by_external_id(
        &self,
        organization: i64,
        id: &str,
    ) -> rusqlite::Result<Vec<Contact>> {
        self.connection
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM contacts
                 WHERE external_id = ?1 AND organization = ?2 AND deleted_at IS NULL ORDER BY id"
            ))?
            .query_map(params![id, organization], contact)?
            .collect()
    }
}

pub(super) fn contact(row: &Row<'_>) -> rusqlite::Result<Contact> {
    let external_id: Option<String> = row.get(3)?;
    let number = row.get(4)?;
    Ok(Contact {
        id: row.get(0)?,
        created_at: row.get(1)?,
        version: row.get(2)?,
        external_id: external_id.map(|text| ExternalId { text, number }),
        members: row.get(5)?,
    })
}
