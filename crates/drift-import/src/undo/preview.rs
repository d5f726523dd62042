//! What an undo would do to each contact, before anything is deleted.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use drift::ContactId;
use futures::stream::{StreamExt, TryStreamExt, iter};

use super::{CONCURRENCY, PAGE, Undoable, fetch, recognition};
use crate::account::Account;
use crate::context::cancel::Cancel;
use crate::context::counters::Counters;
use crate::context::import_context::look_up_options;
use crate::context::poller::Poller;
use crate::error::Error;
use crate::journal::database::Journal;
use crate::journal::deletions::Noted;
use crate::journal::owner::ForeignPlan;

/// What an undo would do to a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UndoVerdict {
    /// It would be deleted.
    Delete,
    /// It does not exist any more.
    Gone,
    /// It is not the contact that the journal says the import created, and stays.
    Keep,
}

/// A contact that a journal says its import created. `Debug` hides its address.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct UndoContact {
    /// Its id.
    pub id: ContactId,
    /// Its address as Drift has it now; none where it has none, is gone, or was not fetched.
    pub email: Option<String>,
    /// What an undo would do to it.
    pub verdict: UndoVerdict,
    /// Why; empty where nothing needs to be said.
    pub reason: &'static str,
}

impl fmt::Debug for UndoContact {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("UndoContact")
            .field("id", &self.id)
            .field("verdict", &self.verdict)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

const NOT_FETCHED: &str = "Drift did not show it; the undo looks again before it deletes";

/// The contacts that an undo would delete, read a page at a time. It holds the journal, which no import can open meanwhile.
pub struct UndoPreview {
    journal: Journal,
    journal_id: String,
    contacts: Option<drift::Contacts>,
    after: i64,
}

impl UndoPreview {
    /// Opens a journal. Without an account the contacts are not fetched: their ids alone are shown.
    ///
    /// # Errors
    ///
    /// As [`undo`](crate::undo); nothing is deleted.
    pub async fn open(
        account: Option<Account>,
        journal: &Path,
        cancel: &Cancel,
    ) -> Result<Self, Error> {
        let mut journal = Journal::open_existing(journal)?;
        if let Some(account) = &account {
            let poller = Poller::new(Duration::ZERO, &Counters::default(), cancel);
            account
                .claim(&mut journal, ForeignPlan::Refuse, &poller)
                .await?;
        }
        let contacts = account.map(|account| {
            let contacts = account.client.contacts();
            contacts.with_options(look_up_options(&account.client))
        });
        Ok(Self {
            journal_id: journal.id()?,
            journal,
            contacts,
            after: i64::MIN,
        })
    }

    /// How many contacts there are.
    ///
    /// # Errors
    ///
    /// [`Error::Journal`] when the journal cannot be read.
    pub fn undoable(&self) -> Result<Undoable, Error> {
        Undoable::of(&self.journal)
    }

    /// The next contacts, in the order of their ids; none at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Journal`] when the journal cannot be read; [`Error::Drift`] when Drift refuses the token.
    pub async fn next_page(&mut self) -> Result<Vec<UndoContact>, Error> {
        let page = self.journal.created_contacts(self.after, PAGE)?;
        if let Some(last) = page.last() {
            self.after = last.contact.get();
        }
        let shown = iter(page).map(|noted| self.show(noted));
        Ok(shown.buffered(CONCURRENCY).try_collect().await?)
    }

    async fn show(&self, noted: Noted) -> Result<UndoContact, drift::Error> {
        let mut shown = UndoContact {
            id: noted.contact,
            email: None,
            verdict: UndoVerdict::Delete,
            reason: "",
        };
        let Some(contacts) = &self.contacts else {
            return Ok(shown);
        };
        match fetch(contacts, noted.contact).await {
            Ok(Some(contact)) => {
                shown.email = contact.email().map(str::to_owned);
                if let Err(reason) = recognition::recognize(&noted, &contact, &self.journal_id) {
                    shown.verdict = UndoVerdict::Keep;
                    shown.reason = reason;
                }
            }
            Ok(None) => shown.verdict = UndoVerdict::Gone,
            Err(error) if error.is_auth() => return Err(error),
            Err(_) => shown.reason = NOT_FETCHED,
        }
        Ok(shown)
    }
}
