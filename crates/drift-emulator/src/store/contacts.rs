//! Contacts in the database: the two uniqueness rules, and the look-ups.

use rusqlite::{OptionalExtension, Row, params};

use super::index::{Hash, Key};
use super::ledger::Ledger;
use crate::rules::contact::Contact;
use crate::rules::definitions::AttributeDefinition;
use crate::rules::external_id::ExternalId;

/// What [`contact`] reads.
pub(super) const COLUMNS: &str =
    "id, created_at, version, external_id, external_id_is_number, attributes";

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
}

/// What became of a create.
pub(crate) enum CreateOutcome {
    Created(Contact),
    EmailTaken,
    ExternalIdTaken,
}

impl Ledger {
    /// Creates a contact under Drift's two rules: with an external id, that id must be unused and the email is
    /// not looked at; without one, the email must be unused.
    pub(crate) fn create(&mut self, new: NewContact) -> rusqlite::Result<CreateOutcome> {
        let email = Key::Email(new.organization, &new.email);
        let email = (email, self.hash(email));
        let external_id = new.external_id.as_ref().map(|id| {
            let key = Key::ExternalId(new.organization, &id.text);
            (key, self.hash(key))
        });
        match external_id {
            Some((key, hash)) if self.is_key_taken(key, hash, None)? => {
                return Ok(CreateOutcome::ExternalIdTaken);
            }
            None if self.is_key_taken(email.0, email.1, None)? => {
                return Ok(CreateOutcome::EmailTaken);
            }
            _ => {}
        }
        let hashes = (email.1, external_id.map(|(_, hash)| hash));
        self.insert(new, hashes).map(CreateOutcome::Created)
    }

    fn insert(
        &mut self,
        new: NewContact,
        (email, external_id): (Hash, Option<Hash>),
    ) -> rusqlite::Result<Contact> {
        let version = if new.external_id.is_some() { 4 } else { 3 };
        let id = self.next_id();
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
        self.index_row(id, Some(email), external_id);
        self.define(new.organization, &new.definitions)?;
        Ok(Contact {
            id,
            created_at: new.created_at,
            version,
            external_id: new.external_id,
            members: new.members,
        })
    }

    /// Whether a contact other than `except` has the key.
    pub(super) fn is_key_taken(
        &self,
        key: Key<'_>,
        hash: Hash,
        except: Option<i64>,
    ) -> rusqlite::Result<bool> {
        for id in self.candidates(hash) {
            if Some(id) != except && self.has(id, key, !self.rules.deleted_frees_identity)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a contact has the key.
    pub(super) fn has(&self, id: i64, key: Key<'_>, deleted: bool) -> rusqlite::Result<bool> {
        let (condition, organization, text) = condition(key);
        self.connection
            .prepare_cached(&format!(
                "SELECT 1 FROM contacts WHERE {condition} AND (deleted_at IS NULL OR ?4)"
            ))?
            .exists(params![id, organization, text, deleted])
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
                "SELECT {COLUMNS} FROM contacts
                 WHERE id = ?1 AND organization = ?2 AND NOT erased AND (deleted_at IS NULL OR ?3)"
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
        self.find(Key::Email(organization, email), limit as usize)
    }

    /// The contacts with this external id, oldest first.
    pub(crate) fn find_by_external_id(
        &self,
        organization: i64,
        id: &str,
    ) -> rusqlite::Result<Vec<Contact>> {
        self.find(Key::ExternalId(organization, id), usize::MAX)
    }

    fn find(&self, key: Key<'_>, limit: usize) -> rusqlite::Result<Vec<Contact>> {
        let (condition, organization, text) = condition(key);
        let sql =
            format!("SELECT {COLUMNS} FROM contacts WHERE {condition} AND deleted_at IS NULL");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut found = Vec::new();
        for id in self.candidates(self.hash(key)) {
            found.extend(
                statement
                    .query_row(params![id, organization, text], contact)
                    .optional()?,
            );
            if found.len() >= limit {
                break;
            }
        }
        Ok(found)
    }
}

/// The condition that a row with a given id meets if it has the key, with the values for it.
fn condition(key: Key<'_>) -> (&'static str, i64, &str) {
    match key {
        Key::Email(organization, email) | Key::FreedEmail(organization, email) => (
            "id = ?1 AND organization = ?2 AND email = ?3",
            organization,
            email,
        ),
        Key::ExternalId(organization, id) => (
            "id = ?1 AND organization = ?2 AND external_id = ?3",
            organization,
            id,
        ),
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
