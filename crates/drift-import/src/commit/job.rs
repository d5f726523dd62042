//! A row that is to be sent: small while it is queued, and what is sent for it made in its turn.

use std::time::Duration;

use drift::{ContactId, NewContact};

use crate::context::import_context::ImportContext;
use crate::context::options::OnDuplicate;
use crate::error::Error;
use crate::input::format::records::Record;
use crate::input::hash::hex;
use crate::input::value::row::Row;
use crate::journal::outcomes::now_millis;
use crate::journal::rows::JournalRow;
use crate::plan::decision::Verdict;

/// A row that waits for its turn, as it stands in the journal and in the file. Many are queued, so what is sent for them
/// is made late, while it is still in the caches. The memory is used again for a later row.
pub(crate) type Queued = Box<QueuedRow>;

pub(crate) struct QueuedRow {
    pub(crate) planned: JournalRow,
    pub(crate) record: Record,
}

/// What is sent for a row.
pub(crate) struct Job {
    pub(crate) queued: Queued,
    pub(crate) external_id: Option<String>,
    pub(crate) new: NewContact,
    /// The row, for an update; none where no update can be needed.
    pub(crate) row: Option<Box<Row>>,
    pub(crate) stamp: Option<Stamp>,
    /// The time since it may have been sent in an earlier run, if it was: then it is looked up first.
    pub(crate) sent_before: Option<Duration>,
}

/// The attribute and the value that prove that this import created a contact.
pub(crate) struct Stamp {
    pub(crate) attribute: String,
    pub(crate) value: String,
}

impl Job {
    /// Makes what is sent for a row. Returns the row and the error if it is not the one that was planned.
    pub(crate) fn of(
        queued: Queued,
        context: &ImportContext,
        journal_id: &str,
    ) -> Result<Self, (Queued, Error)> {
        let planned = &queued.planned;
        let row = match context.read_planned(&queued.record, planned.hash) {
            Ok(row) => row,
            Err(error) => return Err((queued, error)),
        };
        let stamp = context.options.stamp.as_ref().map(|attribute| {
            let hash = hex(&planned.hash.unwrap_or_default());
            Stamp {
                attribute: attribute.clone(),
                value: format!("{journal_id}-{hash}"),
            }
        });
        let sent_before = planned.intent_at.map(|at| {
            let ago = u64::try_from(now_millis() - at).unwrap_or_default();
            Duration::from_millis(ago)
        });
        let may_update = planned.decision.verdict != Verdict::Create
            || context.options.on_duplicate == OnDuplicate::Update;
        Ok(Self {
            external_id: row.external_id.as_ref().map(|id| id.as_str().to_owned()),
            row: may_update.then(|| Box::new(row.clone())),
            new: match &stamp {
                Some(stamp) => row
                    .contact()
                    .attribute(stamp.attribute.as_str(), stamp.value.as_str()),
                None => row.contact(),
            },
            stamp,
            sent_before,
            queued,
        })
    }

    /// The contact to update; none where one is to be created.
    pub(crate) fn update(&self) -> Option<ContactId> {
        match self.queued.planned.decision.verdict {
            Verdict::Update(contact) => Some(contact),
            _ => None,
        }
    }
}
