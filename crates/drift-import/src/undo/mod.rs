//! Deletes the contacts that a journal proves its import created, and no others. `preview` shows them before, and
//! `recognition` decides whether a contact is still the one that was noted.

mod preview;
mod recognition;

pub use preview::{UndoContact, UndoPreview, UndoVerdict};

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
use crate::journal::deletions::Noted;
use crate::journal::owner::ForeignPlan;
use recognition::recognize;

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
    /// Contacts that are not those which the journal says the import created: their identity or their age differs. They are
    /// left as they are; an [`UndoPreview`] shows each with the reason.
    pub not_recognized: u64,
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
    Undoable::of(&Journal::open_existing(journal)?)
}

impl Undoable {
    fn of(journal: &Journal) -> Result<Self, Error> {
        Ok(Self {
            contacts: journal.count_created()?,
            earlier: journal.count_created_earlier()?,
        })
    }
}

/// Deletes the contacts that this journal proves its import created: those whose create Drift confirmed, and those
/// that bear the import's stamp. Contacts that were there before, were updated, or were found after a lost response
/// without a stamp stay. Each contact is fetched before it is deleted, and stays if it is not the one that was noted: a
/// contact that bears the import's stamp is; else its external id (its address, where the row had none) must be that of
/// the row, and it must not be older than the request, but for clocks that differ by up to 10 minutes. Of journals of
/// earlier versions the age alone is known. A repeated undo continues where the last one ended; a later import of the file makes a new plan.
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
    let mut undone = Undone {
        not_proved: journal.count_not_proved()?,
        ..Undone::default()
    };
    let mut deletions = Deletions {
        contacts: client.contacts().with_options(look_up_options(client)),
        journal_id: journal.id()?,
        journal: &mut journal,
        undone: &mut undone,
    };
    let deleted = deletions.run(cancel).await;
    deleted.map_err(|cause| cause.after(undone.deleted, 0))?;
    Ok(undone)
}

/// An undo at work.
struct Deletions<'a> {
    contacts: drift::Contacts,
    journal: &'a mut Journal,
    journal_id: String,
    undone: &'a mut Undone,
}

impl Deletions<'_> {
    async fn run(&mut self, cancel: &Cancel) -> Result<(), Error> {
        let mut after = i64::MIN;
        loop {
            let page = self.journal.created_contacts(after, PAGE)?;
            let Some(last) = page.last() else {
                return self.journal.check_kept();
            };
            after = last.contact.get();
            if cancel.is_cancelled() {
                self.undone.left += page.len() as u64;
                continue;
            }
            self.delete_page(page).await?;
        }
    }

    /// Deletes the contacts of a page that are still those which were noted.
    async fn delete_page(&mut self, page: Vec<Noted>) -> Result<(), Error> {
        let fetched = iter(page).map(|noted| {
            let contacts = self.contacts.clone();
            async move { (fetch(&contacts, noted.contact).await, noted) }
        });
        let fetched: Vec<_> = fetched.buffer_unordered(CONCURRENCY).collect().await;
        let (mut ours, mut gone, mut refusal) = (Vec::new(), Vec::new(), None);
        for (contact, noted) in fetched {
            match contact {
                Ok(None) => gone.push(noted.contact),
                Ok(Some(contact)) => match recognize(&noted, &contact, &self.journal_id) {
                    Ok(()) => ours.push(noted.contact),
                    Err(_) => self.undone.not_recognized += 1,
                },
                Err(error) => self.failed(error, &mut refusal),
            }
        }
        self.undone.gone += gone.len() as u64;
        self.journal.begin_deletion(&gone)?;
        self.journal.end_deletion(&gone)?;
        if refusal.is_none() {
            self.delete(ours, &mut refusal).await?;
        }
        refusal.map_or(Ok(()), |error| Err(error.into()))
    }

    async fn delete(
        &mut self,
        ours: Vec<ContactId>,
        refusal: &mut Option<drift::Error>,
    ) -> Result<(), Error> {
        self.journal.begin_deletion(&ours)?;
        let deletions = iter(ours).map(|id| {
            let contacts = self.contacts.clone();
            async move { (id, delete(&contacts, id).await) }
        });
        let ended: Vec<_> = deletions.buffer_unordered(CONCURRENCY).collect().await;
        let mut done = Vec::with_capacity(ended.len());
        for (id, result) in ended {
            match result {
                Ok(true) => self.undone.deleted += 1,
                Ok(false) => self.undone.gone += 1,
                Err(error) => {
                    self.failed(error, refusal);
                    continue;
                }
            }
            done.push(id);
        }
        self.journal.end_deletion(&done)
    }

    fn failed(&mut self, error: drift::Error, refusal: &mut Option<drift::Error>) {
        self.undone.failed += 1;
        if error.is_auth() {
            *refusal = Some(error);
        }
    }
}

/// Fetches a contact; none if it does not exist.
async fn fetch(
    contacts: &drift::Contacts,
    id: ContactId,
) -> Result<Option<drift::Contact>, drift::Error> {
    match patiently(|| contacts.get(id)).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        other => other.map(Some),
    }
}

/// Deletes a contact; false if it did not exist.
async fn delete(contacts: &drift::Contacts, id: ContactId) -> Result<bool, drift::Error> {
    match patiently(|| contacts.delete(id)).await {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        other => other.map(|()| true),
    }
}

/// The longest wait that Drift may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Calls again, up to 10 times, as long as Drift asks to wait.
async fn patiently<T, Called>(call: impl Fn() -> Called) -> Result<T, drift::Error>
where
    Called: Future<Output = Result<T, drift::Error>>,
{
    for _ in 0..10 {
        match call().await {
            Err(error) if error.kind() == ErrorKind::RateLimited => {
                let wait = error.retry_after().unwrap_or(Duration::from_secs(1));
                if wait > LONGEST_WAIT {
                    return Err(error);
                }
                tokio::time::sleep(wait).await;
            }
            other => return other,
        }
    }
    call().await
}
