//! A row that is to be sent: small while it is queued. What is sent for it is made when it is sent.

use std::time::Duration;

use drift::protocol::Goal;
use drift::{Contact, Intent, Start};

use crate::commit::row_outcome::goal;
use crate::context::import_context::ImportContext;
use crate::error::Error;
use crate::input::format::records::Record;
use crate::input::hash::hex;
use crate::journal::outcomes::now_millis;
use crate::journal::rows::JournalRow;
use crate::plan::decision::Verdict;
use crate::plan::filling::Filling;

/// A row that waits for its turn, as it stands in the journal and in the file. Many are queued, so what is sent for them
/// is made late, while it is still in the caches. The memory is used again for a later row.
pub(crate) type Queued = Box<QueuedRow>;

pub(crate) struct QueuedRow {
    pub(crate) planned: JournalRow,
    pub(crate) record: Record,
}

/// What is written for a row, and where to start.
pub(crate) struct Job {
    pub(crate) queued: Queued,
    /// The error if Drift's rules exclude the contact; then nothing is sent.
    pub(crate) intent: Result<Intent, drift::Error>,
    pub(crate) start: Start,
}

impl Job {
    /// Makes what is sent for a row. `look_up_after` is the time that the look-ups of a round take. Returns the row and the
    /// error if it is not the one that was planned.
    pub(crate) fn of(
        queued: Queued,
        context: &ImportContext,
        journal_id: &str,
        look_up_after: Duration,
    ) -> Result<Self, (Queued, Error)> {
        let planned = &queued.planned;
        let row = match context.read_planned(&queued.record, planned.hash) {
            Ok(row) => row,
            Err(error) => return Err((queued, error)),
        };
        let goal = match planned.decision.verdict {
            Verdict::Update(_) => Goal::Update,
            _ => goal(context.options.on_duplicate),
        };
        let row = row.without(&planned.decision.kept);
        let intent = Intent::new(goal, row.contact());
        let intent = match &context.options.stamp {
            Some(attribute) => {
                let hash = hex(&planned.hash.unwrap_or_default());
                intent.and_then(|intent| intent.stamped(attribute, format!("{journal_id}-{hash}")))
            }
            None => intent,
        };
        Ok(Self {
            intent,
            start: start(planned, look_up_after),
            queued,
        })
    }
}

/// What a create that met an existing contact still has to write: the attributes that the contact lacks or has empty.
/// Nothing where it lacks none.
pub(crate) fn filling(
    queued: &QueuedRow,
    context: &ImportContext,
    contact: &Contact,
) -> Option<Result<Intent, drift::Error>> {
    // The row was read for the create, so that it can be read.
    let row = context.read_row(&queued.record).ok()?;
    let filling = Filling::of(&row, contact);
    let new = row.without(&filling.kept).contact();
    filling.fills.then(|| Intent::new(Goal::Update, new))
}

/// Where the write of a row starts. One that may have been sent before is looked up first: once if that was so long ago
/// that look-ups have caught up. An update may be sent again without harm.
fn start(planned: &JournalRow, look_up_after: Duration) -> Start {
    let sent_before = planned.intent_at.map(|at| {
        let ago = u64::try_from(now_millis().saturating_sub(at)).unwrap_or_default();
        Duration::from_millis(ago)
    });
    match (&planned.decision.verdict, sent_before) {
        (Verdict::Update(contact), _) => Start::Known(*contact),
        (_, Some(ago)) if ago <= look_up_after => Start::InDoubt,
        (_, Some(_)) => Start::LongAfter,
        (_, None) if planned.doubted => Start::LongAfter,
        (_, None) => Start::Fresh,
    }
}
