//! Deletes again what a journal proves that its import created, and nothing else.

use std::path::Path;
use std::time::Duration;

use drift::{ContactId, ErrorKind};
use futures::stream::{StreamExt, iter};

use crate::account::{Account, Lifted};
use crate::context::poller::Patient;
use crate::context::progress::{Cancel, Counters};
use crate::error::Error;
use crate::import::{created, looking};
use crate::journal::database::Journal;

/// Contacts whose deletion shares a commit.
const PAGE: usize = 200;
/// Deletions under way at a time.
const CONCURRENCY: usize = 8;

/// How an undo ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Undone {
    /// Contacts that were deleted.
    pub deleted: u64,
    /// Contacts that were not there any more.
    pub gone: u64,
    /// Contacts that could not be deleted; the next undo tries them again.
    pub failed: u64,
    /// Contacts that are left because it was asked to stop.
    pub left: u64,
    /// Rows whose contact exists and is not proved to be this import's making. They are left as they are.
    pub not_proved: u64,
}

/// What an undo would delete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Undoable {
    /// Contacts that would be deleted.
    pub contacts: u64,
    /// Those of them whose rows are not in the file as it was last planned: a journal is kept while its file changes.
    pub earlier: u64,
}

/// How many contacts an undo of this journal would delete.
///
/// # Errors
///
/// [`Error::Locked`] when an import is at work on it; [`Error::Journal`] when it cannot be read.
pub fn undoable(journal: &Path) -> Result<Undoable, Error> {
    let journal = existing(journal)?;
    Ok(Undoable {
        contacts: count(
            &journal,
            "SELECT count(*) FROM (SELECT contact FROM outcome WHERE state IN (1, 7)
                                   UNION SELECT contact FROM past WHERE state IN (1, 7))",
        )?,
        earlier: count(
            &journal,
            "SELECT count(*) FROM (SELECT contact FROM past WHERE state IN (1, 7)
                                   EXCEPT SELECT contact FROM outcome WHERE state IN (1, 7))",
        )?,
    })
}

/// Deletes the contacts that this journal proves its import created: those whose create Drift answered, and those
/// that bear the import's stamp. Contacts that were there before, were updated, or were found after a lost answer
/// without a stamp stay. A repeated undo goes on where the last one ended; a later import of the file makes a new plan.
///
/// # Errors
///
/// [`Error::OtherAccount`] when the journal was made with another account: its contacts are strangers' there;
/// [`Error::Drift`] when Drift refuses the token; as [`undoable`] besides; [`Error::Broken`] where contacts were deleted
/// before.
pub async fn undo(
    account: impl Into<Account>,
    journal: &Path,
    cancel: &Cancel,
) -> Result<Undone, Error> {
    let account = account.into();
    let mut journal = existing(journal)?;
    let hasty = Patient::new(Duration::ZERO, &Counters::default(), cancel);
    account.claim(&mut journal, Lifted::Nothing, &hasty).await?;
    journal.set("planned", "no")?;
    let client = &account.client;
    let contacts = client.contacts().with_options(looking(client));
    let mut undone = Undone {
        not_proved: count(
            &journal,
            "SELECT count(*) FROM row JOIN outcome USING (seq) WHERE verdict < 2 AND state IN (2, 5)",
        )?,
        ..Undone::default()
    };
    let deleted = delete_all(&contacts, &mut journal, cancel, &mut undone).await;
    deleted.map_err(|cause| cause.after(undone.deleted, 0))?;
    Ok(undone)
}

async fn delete_all(
    contacts: &drift::Contacts,
    journal: &mut Journal,
    cancel: &Cancel,
    undone: &mut Undone,
) -> Result<(), Error> {
    let mut after = i64::MIN;
    loop {
        let page = created(journal, after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.get();
        if cancel.is_cancelled() {
            undone.left += page.len() as u64;
            continue;
        }
        note(journal, &page, &BEGUN)?;
        let deletions = iter(page).map(|id| {
            let contacts = contacts.clone();
            async move { (id, delete(&contacts, id).await) }
        });
        let ended: Vec<_> = deletions.buffer_unordered(CONCURRENCY).collect().await;
        let mut done = Vec::with_capacity(ended.len());
        let mut refusal = None;
        for (id, result) in ended {
            match result {
                Ok(true) => undone.deleted += 1,
                Ok(false) => undone.gone += 1,
                Err(error) => {
                    undone.failed += 1;
                    if matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::Forbidden) {
                        refusal = Some(error);
                    }
                    continue;
                }
            }
            done.push(id);
        }
        note(journal, &done, &DONE)?;
        if let Some(error) = refusal {
            return Err(error.into());
        }
    }
}

/// Deletes a contact; false when it was not there. Waits as long as Drift asks.
async fn delete(contacts: &drift::Contacts, id: ContactId) -> Result<bool, drift::Error> {
    for _ in 0..10 {
        match contacts.delete(id).await {
            Ok(()) => return Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) if error.kind() == ErrorKind::RateLimited => {
                let wait = error.retry_after().unwrap_or(Duration::from_secs(1));
                tokio::time::sleep(wait).await;
            }
            Err(error) => return Err(error),
        }
    }
    contacts.delete(id).await.map(|()| true)
}

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

fn note(journal: &mut Journal, contacts: &[ContactId], statements: &[&str]) -> Result<(), Error> {
    journal.write(|db| {
        for statement in statements {
            let mut statement = db.prepare_cached(statement)?;
            for id in contacts {
                statement.execute([id.get()])?;
            }
        }
        Ok(())
    })
}

fn existing(path: &Path) -> Result<Journal, Error> {
    std::fs::metadata(path).map_err(crate::error::at(path))?;
    let mut journal = Journal::open(path)?;
    journal.write(|db| {
        db.execute_batch(
            "DROP INDEX IF EXISTS outcome_contact;
             CREATE INDEX IF NOT EXISTS contact_of_outcome ON outcome (contact) WHERE contact IS NOT NULL;
             CREATE INDEX IF NOT EXISTS contact_of_past ON past (contact) WHERE contact IS NOT NULL;",
        )
    })?;
    Ok(journal)
}

fn count(journal: &Journal, query: &str) -> Result<u64, Error> {
    journal
        .db
        .query_row(query, [], |row| row.get(0))
        .map_err(|error| journal.error(error))
}
