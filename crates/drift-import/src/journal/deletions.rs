//! The contacts that a journal proves its import created, and how far an undo of them has got.

use std::path::Path;

use drift::ContactId;
use rusqlite::{Connection, OptionalExtension};

use crate::error::Error;
use crate::input::hash::Hash;
use crate::journal::database::Journal;
use crate::journal::outcomes::LONGEST_RUN;

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

/// When the row `outcome.seq` may have been sent; `?1` is the longest run of rows in one intent.
pub(super) const SENT_AT: &str = "(SELECT max(at) FROM intent
    WHERE first BETWEEN outcome.seq - ?1 AND outcome.seq AND last >= outcome.seq)";

/// The beginning of a hash of an external id or an address. It only has to differ for two contacts, and is kept for every
/// row, so it is short.
pub(crate) type Identity = [u8; 8];

/// The identity of a hash.
pub(crate) fn identity(hash: Hash) -> Identity {
    let mut short = Identity::default();
    short.iter_mut().zip(hash).for_each(|(to, byte)| *to = byte);
    short
}

/// What the journal holds of a contact that its import created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Noted {
    pub(crate) contact: ContactId,
    /// The hash of the row that created it.
    pub(crate) row: Option<Hash>,
    /// A hash of its external id, or of its address where it has none; none in journals of earlier versions.
    pub(crate) identity: Option<Identity>,
    /// When it may have been sent, in milliseconds since 1970 by the clock of that machine.
    /// Where nothing is noted of the contact, when the first row of all was sent; none if none was.
    pub(crate) sent_at: Option<i64>,
    /// When Drift said that it created it; none in journals of earlier versions.
    pub(crate) created_at: Option<i64>,
}

impl Journal {
    /// Opens a journal that exists, for an undo.
    pub(crate) fn open_existing(path: &Path) -> Result<Self, Error> {
        let mut journal = Self::open_present(path)?;
        journal.write(|db| {
            db.execute_batch(
                "DROP INDEX IF EXISTS outcome_contact;
                 CREATE INDEX IF NOT EXISTS contact_of_outcome ON outcome (contact) WHERE contact IS NOT NULL;
                 CREATE INDEX IF NOT EXISTS contact_of_past ON past (contact) WHERE contact IS NOT NULL;",
            )
        })?;
        Ok(journal)
    }

    /// The contacts that this journal proves its import created, in the order of their ids, with what it holds of them.
    pub(crate) fn created_contacts(&self, after: i64, limit: usize) -> Result<Vec<Noted>, Error> {
        let read = || {
            let mut statement = self.db.prepare_cached(
                "SELECT contact FROM (
                     SELECT * FROM (SELECT contact FROM outcome
                                    WHERE state IN (1, 7) AND contact > ?1 ORDER BY contact LIMIT ?2)
                     UNION SELECT * FROM (SELECT contact FROM past
                                          WHERE state IN (1, 7) AND contact > ?1 ORDER BY contact LIMIT ?2)
                 ) ORDER BY contact LIMIT ?2",
            )?;
            let first_sent = first_sent(&self.db)?;
            let ids = statement.query_map([after, limit as i64], |row| row.get(0))?;
            ids.map(|id| {
                let noted = noted(&self.db, id?)?;
                let sent_at = noted.sent_at.or(first_sent);
                Ok(Noted { sent_at, ..noted })
            })
            .collect::<rusqlite::Result<Vec<_>>>()
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

/// When the first row may have been sent that the journal knows of.
fn first_sent(db: &Connection) -> rusqlite::Result<Option<i64>> {
    let earliest = "SELECT min(at) FROM (
        SELECT at FROM intent UNION ALL SELECT at FROM proof UNION ALL SELECT at FROM past WHERE at > 0)";
    db.query_row(earliest, [], |row| row.get(0))
}

/// What is noted of a contact: with the row of this plan that created it, else with a row of an earlier one.
fn noted(db: &Connection, contact: i64) -> rusqlite::Result<Noted> {
    let of = |row: &rusqlite::Row| {
        Ok(Noted {
            contact: ContactId::new(contact),
            row: row.get(0)?,
            identity: row.get(1)?,
            sent_at: row.get(2)?,
            created_at: row.get(3)?,
        })
    };
    let mut present = db.prepare_cached(&format!(
        "SELECT row.hash, identity.hash, coalesce({SENT_AT}, proof.at), outcome.created_at FROM outcome
         JOIN row ON row.seq = outcome.seq LEFT JOIN identity ON identity.seq = outcome.seq
         LEFT JOIN proof ON proof.hash = row.hash
         WHERE state IN (1, 7) AND contact = ?2 LIMIT 1"
    ))?;
    let found = present
        .query_row([LONGEST_RUN as i64, contact], of)
        .optional()?;
    if let Some(found) = found {
        return Ok(found);
    }
    let mut past = db.prepare_cached(
        "SELECT hash, identity, proof.at, proof.created_at FROM past LEFT JOIN proof USING (hash)
         WHERE state IN (1, 7) AND contact = ?1 LIMIT 1",
    )?;
    past.query_row([contact], of)
}
