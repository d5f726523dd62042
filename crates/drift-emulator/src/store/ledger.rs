//! The open database, the index of its contacts, and what keeps the two in step.

use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, Row};

use super::index::{Hash, Index, Key};

/// The id before the first one.
const FIRST_ID: i64 = 24_100_000_000;

/// What [`keys`] reads.
const KEYS: &str =
    "SELECT id, organization, email, external_id, deleted_at IS NOT NULL FROM contacts";

/// What the settings say about deleted contacts.
#[derive(Clone, Copy)]
pub(crate) struct StoreRules {
    /// Email and external id of a deleted contact can be used again.
    pub(crate) deleted_frees_identity: bool,
}

/// The open database.
pub(crate) struct Ledger {
    pub(super) connection: Connection,
    pub(super) rules: StoreRules,
    index: Index,
    /// The largest id in use.
    last_id: i64,
    /// How often emails and external ids have moved; another process may have moved some.
    moves: i64,
    /// The state of the file that the index was last brought up to; none when it must be filled anew.
    seen: Option<i64>,
    /// Whether other processes may write to the same file.
    shared: bool,
    /// Whether a transaction is open that sees nothing new any more.
    caught_up: bool,
}

impl Ledger {
    pub(super) fn new(
        connection: Connection,
        shared: bool,
        rules: StoreRules,
    ) -> rusqlite::Result<Self> {
        let mut ledger = Ledger {
            connection,
            rules,
            index: Index::new(),
            last_id: FIRST_ID,
            moves: 0,
            seen: None,
            shared,
            caught_up: false,
        };
        ledger.catch_up()?;
        Ok(ledger)
    }

    /// Runs `work` in one transaction, which is rolled back if it fails.
    pub(super) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.connection
            .prepare_cached("BEGIN IMMEDIATE")?
            .execute([])?;
        let result = self.catch_up().and_then(|()| work(self)).and_then(|value| {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
            Ok(value)
        });
        self.caught_up = false;
        if result.is_err() {
            self.seen = None;
            if !self.connection.is_autocommit() {
                self.connection.execute_batch("ROLLBACK")?;
            }
        }
        result
    }

    /// Begins to read: what follows sees one state of the file, and takes its locks once.
    pub(super) fn begin_reading(&mut self) -> rusqlite::Result<()> {
        if self.shared {
            self.connection.prepare_cached("BEGIN")?.execute([])?;
        }
        Ok(())
    }

    /// Ends what [`Ledger::begin_reading`] began.
    pub(super) fn end_reading(&mut self) -> rusqlite::Result<()> {
        self.caught_up = false;
        if self.shared {
            self.connection.prepare_cached("COMMIT")?.execute([])?;
        }
        Ok(())
    }

    /// Takes in what another process has written since, once in a transaction.
    pub(super) fn catch_up(&mut self) -> rusqlite::Result<()> {
        if self.caught_up || self.seen.is_some() && !self.shared {
            return Ok(());
        }
        self.take_in()?;
        self.caught_up = !self.connection.is_autocommit();
        Ok(())
    }

    fn take_in(&mut self) -> rusqlite::Result<()> {
        let state: i64 = self
            .connection
            .prepare_cached("PRAGMA data_version")?
            .query_row([], |row| row.get(0))?;
        if self.seen == Some(state) {
            return Ok(());
        }
        let moves = self.moves()?;
        if self.seen.is_none() || moves != self.moves {
            return self.refill(state);
        }
        self.take_in_new_rows()?;
        self.seen = Some(state);
        Ok(())
    }

    /// Fills the index anew from the rows.
    pub(super) fn refill(&mut self, state: i64) -> rusqlite::Result<()> {
        self.index = Index::new();
        self.last_id = FIRST_ID;
        self.take_in_rows_from(i64::MIN)?;
        self.moves = self.moves()?;
        self.seen = Some(state);
        Ok(())
    }

    fn take_in_new_rows(&mut self) -> rusqlite::Result<()> {
        self.take_in_rows_from(self.last_id.saturating_add(1))
    }

    fn take_in_rows_from(&mut self, from: i64) -> rusqlite::Result<()> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("{KEYS} WHERE id >= ?1"))?;
        let mut rows = statement.query([from])?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            for key in keys(row, self.rules)?.into_iter().flatten() {
                let hash = self.index.hash(key);
                self.index.add(hash, id);
            }
            self.last_id = self.last_id.max(id);
        }
        Ok(())
    }

    /// Puts a contact into the index as its row now is.
    pub(super) fn remember(&mut self, id: i64) -> rusqlite::Result<()> {
        for hash in self.hashes(id)?.into_iter().flatten() {
            self.index.add(hash, id);
        }
        Ok(())
    }

    /// Takes a contact out of the index, before its row changes.
    pub(super) fn forget(&mut self, id: i64) -> rusqlite::Result<()> {
        for hash in self.hashes(id)?.into_iter().flatten() {
            self.index.remove(hash, id);
        }
        Ok(())
    }

    fn hashes(&self, id: i64) -> rusqlite::Result<[Option<Hash>; 2]> {
        self.connection
            .prepare_cached(&format!("{KEYS} WHERE id = ?1"))?
            .query_row([id], |row| {
                Ok(keys(row, self.rules)?.map(|key| key.map(|key| self.hash(key))))
            })
    }

    fn moves(&self) -> rusqlite::Result<i64> {
        self.connection
            .prepare_cached("SELECT count FROM identity_moves")?
            .query_row([], |row| row.get(0))
    }

    /// Counts that an email or external id has moved, so that other processes fill their index anew.
    pub(super) fn count_move(&mut self) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("UPDATE identity_moves SET count = count + 1")?
            .execute([])?;
        self.moves += 1;
        Ok(())
    }

    /// Fills the index anew after all rows were replaced.
    pub(super) fn rows_replaced(&mut self) -> rusqlite::Result<()> {
        self.count_move()?;
        let state = self.seen.unwrap_or_default();
        self.refill(state)
    }

    /// Ids grow by irregular steps, the same ones in every run. Past the largest id the database refuses the row.
    pub(super) fn next_id(&self) -> i64 {
        let step = 1 + (self.last_id.wrapping_mul(0x9E37_79B9) >> 7 & 63);
        self.last_id.saturating_add(step)
    }

    /// Adds a new row to the index.
    pub(super) fn index_row(&mut self, id: i64, email: Option<Hash>, external_id: Option<Hash>) {
        for hash in [email, external_id].into_iter().flatten() {
            self.index.add(hash, id);
        }
        self.last_id = self.last_id.max(id);
    }

    pub(super) fn hash(&self, key: Key<'_>) -> Hash {
        self.index.hash(key)
    }

    /// The contacts that may have the key, by growing id.
    pub(super) fn candidates(&self, hash: Hash) -> Vec<i64> {
        self.index.candidates(hash)
    }
}

/// What a contact is found by.
fn keys<'r>(row: &'r Row<'_>, rules: StoreRules) -> rusqlite::Result<[Option<Key<'r>>; 2]> {
    let organization: i64 = row.get(1)?;
    let email = row.get_ref(2)?.as_str_or_null().map_err(not_text)?;
    let external_id = row.get_ref(3)?.as_str_or_null().map_err(not_text)?;
    if row.get(4)? && rules.deleted_frees_identity {
        return Ok([
            email.map(|email| Key::FreedEmail(organization, email)),
            None,
        ]);
    }
    Ok([
        email.map(|email| Key::Email(organization, email)),
        external_id.map(|id| Key::ExternalId(organization, id)),
    ])
}

fn not_text(cause: FromSqlError) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(2, Type::Text, Box::new(cause))
}
