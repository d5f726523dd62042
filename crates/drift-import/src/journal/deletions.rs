//! The contacts that a journal proves its import created, and how far an undo of them has got.

use std::path::Path;

use drift::ContactId;

use crate::error::{Error, at};
use crate::journal::database::Journal;

/// From now on the contacts may be gone, whatever ends the process: for rows that found or changed them, too.
const BEGUN: [&str; 4] = [
    "UPDATE outcome SET state = 7 WHERE state = 1 AND contact = ?1",
    "UPDATE outcome SET state = 6 WHERE state IN (2, 3) AND contact = ?1",
    "UPDATE past SET state = 7 WHERE state = 1 AND contact = ?1",
    "DELETE FROM past WHERE state IN (2, 3) AND contact = ?1",
];
const DONE: [&str; 2] = [
    "UPDATE outcome SET state = 6 WHERE state = 7 AND contact = ?1",
    "DELETE FROM past WHERE state = 7 AND contact = ?1",
];

impl Journal {
    /// Opens a journal that exists, for an undo.
    pub(crate) fn open_existing(path: &Path) -> Result<Self, Error> {
        std::fs::metadata(path).map_err(at(path))?;
        let mut journal = Self::open(path)?;
        journal.write(|db| {
            db.execute_batch(
                "DROP INDEX IF EXISTS outcome_contact;
                 CREATE INDEX IF NOT EXISTS contact_of_outcome ON outcome (contact) WHERE contact IS NOT NULL;
                 CREATE INDEX IF NOT EXISTS contact_of_past ON past (contact) WHERE contact IS NOT NULL;",
            )
        })?;
        Ok(journal)
    }

    /// The contacts that this journal proves its import created, in the order of their ids.
    pub(crate) fn created_contacts(
        &self,
        after: i64,
        limit: usize,
    ) -> Result<Vec<ContactId>, Error> {
        let read = || {
            let mut statement = self.db.prepare_cached(
                "SELECT contact FROM (
                     SELECT * FROM (SELECT contact FROM outcome
                                    WHERE state IN (1, 7) AND contact > ?1 ORDER BY contact LIMIT ?2)
                     UNION SELECT * FROM (SELECT contact FROM past
                                          WHERE state IN (1, 7) AND contact > ?1 ORDER BY contact LIMIT ?2)
                 ) ORDER BY contact LIMIT ?2",
            )?;
            let rows =
                statement.query_map([after, limit as i64], |row| row.get(0).map(ContactId::new))?;
            rows.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|error| self.error(error))
    }

    /// How many contacts this journal proves its import created.
    pub(crate) fn count_created(&self) -> Result<u64, Error> {
        self.count(
            "SELECT count(*) FROM (SELECT contact FROM outcome WHERE state IN (1, 7)
                                   UNION SELECT contact FROM past WHERE state IN (1, 7))",
        )
    }

    /// How many of them belong to rows of an earlier version of the file.
    pub(crate) fn count_created_earlier(&self) -> Result<u64, Error> {
        self.count(
            "SELECT count(*) FROM (SELECT contact FROM past WHERE state IN (1, 7)
                                   EXCEPT SELECT contact FROM outcome WHERE state IN (1, 7))",
        )
    }

    /// How many rows have a contact that is not proved to be created by this import.
    pub(crate) fn count_not_proved(&self) -> Result<u64, Error> {
        self.count(
            "SELECT count(*) FROM row JOIN outcome USING (seq) WHERE verdict < 2 AND state IN (2, 5)",
        )
    }

    /// Notes that contacts are about to be deleted.
    pub(crate) fn begin_deletion(&mut self, contacts: &[ContactId]) -> Result<(), Error> {
        self.update_contacts(contacts, &BEGUN)
    }

    /// Notes that contacts are deleted.
    pub(crate) fn end_deletion(&mut self, contacts: &[ContactId]) -> Result<(), Error> {
        self.update_contacts(contacts, &DONE)
    }

    fn update_contacts(
        &mut self,
        contacts: &[ContactId],
        statements: &[&str],
    ) -> Result<(), Error> {
        self.write(|db| {
            for statement in statements {
                let mut statement = db.prepare_cached(statement)?;
                for id in contacts {
                    statement.execute([id.get()])?;
                }
            }
            Ok(())
        })
    }

    fn count(&self, query: &str) -> Result<u64, Error> {
        self.db
            .query_row(query, [], |row| row.get(0))
            .map_err(|error| self.error(error))
    }
}
