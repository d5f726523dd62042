//! Deletes the contacts that a journal proves its import created, and no others.

use std::path::Path;
use std::time::Duration;

use drift::{ContactId, ErrorKind};
use futures::stream::{StreamExt, iter};

use crate::account::Account;
use crate::context::cancel::Cancel;
use crate::context::counters::Counters;
use crate::context::import_context::look_up_options;
use crate::context::poller::Poller;
use crate::error::Error;
use crate::journal::database::Journal;
use crate::journal::owner::ForeignPlan;

/// Contacts whose deletion shares a commit.
const PAGE: usize = 200;
/// Deletions in flight at a time.
const CONCURRENCY: usize = 8;

/// How an undo ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Undone {
    /// Contacts that were deleted.
    pub deleted: u64,
    /// Contacts that did not exist any more.
    pub gone: u64,
    /// Contacts that could not be deleted; the next undo tries them again.
    pub failed: u64,
    /// Contacts that are left because the undo was cancelled.
    pub left: u64,
    /// Rows whose contact exists, without proof that this import created it. They are left as they are.
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
    let journal = Journal::open_existing(journal)?;
    Ok(Undoable {
        contacts: journal.count_created()?,
        earlier: journal.count_created_earlier()?,
    })
}

/// Deletes the contacts that this journal proves its import created: those whose create Drift confirmed, and those
/// that bear the import's stamp. Contacts that were there before, were updated, or were found after a lost response
/// without a stamp stay. A repeated undo goes on where the last one ended; a later import of the file makes a new plan.
///
/// # Errors
///
/// [`Error::OtherAccount`] when the journal belongs to another account;
/// [`Error::Drift`] when Drift refuses the token; as [`undoable`] besides; [`Error::Broken`] where contacts were deleted
/// before.
pub async fn undo(
    account: impl Into<Account>,
    journal: &Path,
    cancel: &Cancel,
) -> Result<Undone, Error> {
    let account = account.into();
    let mut journal = Journal::open_existing(journal)?;
    let poller = Poller::new(Duration::ZERO, &Counters::default(), cancel);
    account
        .claim(&mut journal, ForeignPlan::Refuse, &poller)
        .await?;
    journal.set("planned", "no")?;
    let client = &account.client;
    let contacts = client.contacts().with_options(look_up_options(client));
    let mut undone = Undone {
        not_proved: journal.count_not_proved()?,
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
        let page = journal.created_contacts(after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.get();
        if cancel.is_cancelled() {
            undone.left += page.len() as u64;
            continue;
        }
        journal.begin_deletion(&page)?;
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
        journal.end_deletion(&done)?;
        if let Some(error) = refusal {
            return Err(error.into());
        }
    }
}

/// The longest wait that Drift may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Deletes a contact; false if it did not exist. Waits as long as Drift asks for, up to 60 s at a time.
async fn delete(contacts: &drift::Contacts, id: ContactId) -> Result<bool, drift::Error> {
    for _ in 0..10 {
        match contacts.delete(id).await {
            Ok(()) => return Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) if error.kind() == ErrorKind::RateLimited => {
                let wait = error.retry_after().unwrap_or(Duration::from_secs(1));
                if wait > LONGEST_WAIT {
                    return Err(error);
                }
                tokio::time::sleep(wait).await;
            }
            Err(error) => return Err(error),
        }
    }
    contacts.delete(id).await.map(|()| true)
}
