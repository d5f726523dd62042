//! Changes to stored contacts: update, delete, and erasure.

use std::borrow::Cow;

use rusqlite::params;
use serde_json::value::RawValue;

use super::index::Key;
use super::ledger::Ledger;
use crate::rules::attributes::Attributes;
use crate::rules::contact::Contact;
use crate::rules::external_id::ExternalId;

/// New values by name; `None` removes an attribute.
pub(crate) type Values = Vec<(String, Option<Box<RawValue>>)>;

/// What to change in a contact; an outer `None` leaves the value alone.
pub(crate) struct Change {
    pub(crate) organization: i64,
    pub(crate) target: Target,
    /// The email in the form in which emails are compared.
    pub(crate) email: Option<Option<String>>,
    pub(crate) external_id: Option<Option<ExternalId>>,
    /// The other attributes, and the email as it is shown.
    pub(crate) attributes: Values,
    /// Whether another contact's email or external id may be taken.
    pub(crate) collisions_allowed: bool,
}

/// The contact that a change is meant for.
pub(crate) enum Target {
    Id(i64),
    ExternalId(String),
}

/// What became of an update.
pub(crate) enum UpdateOutcome {
    /// The contact as it now is, and its counter before the change.
    Updated {
        contact: Contact,
        version_before: i64,
    },
    NotFound,
    EmailTaken,
    ExternalIdTaken,
}

impl Ledger {
    /// Changes the attributes that are named and moves the version counter by one. The uniqueness rules are
    /// those of a create, applied to the contact as it would become.
    pub(crate) fn update(&mut self, change: &Change) -> rusqlite::Result<UpdateOutcome> {
        let Some(mut contact) = self.target(change)? else {
            return Ok(UpdateOutcome::NotFound);
        };
        if let Some(external_id) = &change.external_id {
            contact.external_id.clone_from(external_id);
        }
        if !change.collisions_allowed
            && let Some(refusal) = self.collision(change, &contact)?
        {
            return Ok(refusal);
        }
        let version_before = contact.version;
        if change.changes_something() {
            contact.members = merged(&contact.members, &change.attributes);
            contact.version = contact.version.saturating_add(1);
            self.save(&contact, change)?;
        }
        Ok(UpdateOutcome::Updated {
            contact,
            version_before,
        })
    }

    fn target(&self, change: &Change) -> rusqlite::Result<Option<Contact>> {
        match &change.target {
            Target::Id(id) => self.get(change.organization, *id, false),
            Target::ExternalId(id) => Ok(self
                .find_by_external_id(change.organization, id)?
                .into_iter()
                .next()),
        }
    }

    fn collision(
        &self,
        change: &Change,
        after: &Contact,
    ) -> rusqlite::Result<Option<UpdateOutcome>> {
        let (organization, except) = (change.organization, Some(after.id));
        if let Some(id) = &after.external_id {
            let taken = change.external_id.is_some()
                && self.is_taken(Key::ExternalId(organization, &id.text), except)?;
            return Ok(taken.then_some(UpdateOutcome::ExternalIdTaken));
        }
        if change.email.is_none() && change.external_id.is_none() {
            return Ok(None);
        }
        let stored = self.email_key(after.id)?;
        let Some(email) = change.email.clone().unwrap_or(stored) else {
            return Ok(None);
        };
        let taken = self.is_taken(Key::Email(organization, &email), except)?;
        Ok(taken.then_some(UpdateOutcome::EmailTaken))
    }

    fn is_taken(&self, key: Key<'_>, except: Option<i64>) -> rusqlite::Result<bool> {
        self.is_key_taken(key, self.hash(key), except)
    }

    fn email_key(&self, id: i64) -> rusqlite::Result<Option<String>> {
        self.connection
            .prepare_cached("SELECT email FROM contacts WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
    }

    fn save(&mut self, contact: &Contact, change: &Change) -> rusqlite::Result<()> {
        let moves = change.email.is_some() || change.external_id.is_some();
        if moves {
            self.forget(contact.id)?;
        }
        self.connection
            .prepare_cached(
                "UPDATE contacts SET version = ?2, external_id = ?3, external_id_is_number = ?4, attributes = ?5,
                     email = CASE WHEN ?6 THEN ?7 ELSE email END
                 WHERE id = ?1",
            )?
            .execute(params![
                contact.id,
                contact.version,
                contact.external_id.as_ref().map(|id| &id.text),
                contact.external_id.as_ref().is_some_and(|id| id.number),
                contact.members,
                change.email.is_some(),
                change.email.clone().flatten(),
            ])?;
        if !moves {
            return Ok(());
        }
        self.remember(contact.id)?;
        self.count_move()
    }

    /// Marks a contact as deleted; false if there is none.
    pub(crate) fn delete(
        &mut self,
        organization: i64,
        id: i64,
        now: i64,
    ) -> rusqlite::Result<bool> {
        if self.get(organization, id, false)?.is_none() {
            return Ok(false);
        }
        self.forget(id)?;
        self.connection
            .prepare_cached("UPDATE contacts SET deleted_at = ?2 WHERE id = ?1")?
            .execute([id, now])?;
        self.remember(id)?;
        Ok(true)
    }

    /// Erases everything about an email. The emptied rows stay, so that no id is given out twice.
    pub(crate) fn erase(
        &mut self,
        organization: i64,
        email: &str,
        now: i64,
    ) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "DELETE FROM unsubscribed_emails WHERE email = ?1 AND organization = ?2",
            )?
            .execute(params![email, organization])?;
        for key in [
            Key::Email(organization, email),
            Key::FreedEmail(organization, email),
        ] {
            for id in self.candidates(self.hash(key)) {
                if self.has(id, key, true)? {
                    self.erase_one(id, now)?;
                }
            }
        }
        Ok(())
    }

    fn erase_one(&mut self, id: i64, now: i64) -> rusqlite::Result<()> {
        self.forget(id)?;
        self.connection
            .prepare_cached("DELETE FROM timeline_events WHERE contact_id = ?1")?
            .execute([id])?;
        self.connection
            .prepare_cached(
                "UPDATE contacts SET email = NULL, external_id = NULL, attributes = '', erased = 1,
                     deleted_at = coalesce(deleted_at, ?2)
                 WHERE id = ?1",
            )?
            .execute(params![id, now])
            .map(drop)
    }
}

impl Change {
    fn changes_something(&self) -> bool {
        self.external_id.is_some() || !self.attributes.is_empty()
    }
}

fn merged(members: &str, changes: &[(String, Option<Box<RawValue>>)]) -> String {
    let object = format!("{{{members}}}");
    // What is stored was written by this program; should it be unreadable, the change alone remains.
    let mut attributes = Attributes::from_object(&object).unwrap_or_default();
    for (name, value) in changes {
        match value {
            Some(value) => attributes.set(Cow::Borrowed(name), value),
            None => attributes.remove(name),
        }
    }
    attributes.members()
}

#[cfg(test)]
mod tests {
    use super::{Change, Target};
    use crate::store::contacts::{CreateOutcome, NewContact};
    use crate::store::index::Key;
    use crate::store::ledger::{Ledger, StoreRules};
    use crate::store::{Location, schema};

    const ADA: Key<'_> = Key::Email(1, "ada@b");

    fn ledger(deleted_frees_identity: bool) -> Ledger {
        let rules = StoreRules {
            deleted_frees_identity,
        };
        Ledger::new(schema::open(&Location::Memory).unwrap(), false, rules).unwrap()
    }

    fn create(ledger: &mut Ledger) -> Option<i64> {
        let new = NewContact {
            organization: 1,
            created_at: 0,
            email: "ada@b".to_owned(),
            external_id: None,
            members: String::new(),
            definitions: Vec::new(),
        };
        match ledger.create(new).unwrap() {
            CreateOutcome::Created(contact) => Some(contact.id),
            _ => None,
        }
    }

    fn candidates(ledger: &Ledger, key: Key<'_>) -> usize {
        ledger.candidates(ledger.hash(key)).len()
    }

    #[test]
    fn the_cost_of_a_create_does_not_grow_with_the_contacts_that_had_the_email() {
        let mut ledger = ledger(true);
        for round in 0..10 {
            let deleted = create(&mut ledger).unwrap();
            assert!(ledger.delete(1, deleted, 0).unwrap());
            assert!(!ledger.delete(1, deleted, 0).unwrap());
            let moved = create(&mut ledger).unwrap();
            let change = Change {
                organization: 1,
                target: Target::Id(moved),
                email: Some(Some(format!("{round}@b"))),
                external_id: None,
                attributes: vec![("email".to_owned(), None)],
                collisions_allowed: false,
            };
            ledger.update(&change).unwrap();
            assert_eq!(candidates(&ledger, ADA), 0);
        }
        assert_eq!(candidates(&ledger, Key::Email(1, "7@b")), 1);
        ledger.refill(0).unwrap();
        assert_eq!(candidates(&ledger, ADA), 0);
        ledger.erase(1, "ada@b", 0).unwrap();
        assert_eq!(candidates(&ledger, Key::FreedEmail(1, "ada@b")), 0);
    }

    #[test]
    fn an_email_that_a_delete_does_not_free_stays_taken() {
        let mut ledger = ledger(false);
        let deleted = create(&mut ledger).unwrap();
        assert!(ledger.delete(1, deleted, 0).unwrap());
        assert_eq!(create(&mut ledger), None);
        ledger.refill(0).unwrap();
        assert_eq!(create(&mut ledger), None);
    }
}
