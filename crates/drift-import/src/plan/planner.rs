//! Makes the plan: reads the file twice, once for what it shows by itself, once to look its contacts up, many rows at a
//! time.

use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use crate::context::import_context::ImportContext;
use crate::context::options::OnDuplicate;
use crate::context::rate::RateCeiling;
use crate::error::Error;
use crate::input::format::records::Record;
use crate::input::hash::short_hash;
use crate::input::value::mapping::Definition;
use crate::input::value::misfit::is_misfit;
use crate::input::value::row::{Row, email_key};
use crate::journal::database::Journal;
use crate::journal::outcomes::now_millis;
use crate::journal::planning::{Keys, NewRow, Twins};
use crate::journal::rows::JournalRow;
use crate::journal::state::State;
use crate::plan::decision::{Decision, Facts, Found, Rules, Verdict, decide, decision, refuse};
use crate::plan::filling::Filling;
use crate::plan::look_ups::LookUps;
use crate::plan::reading_version;
use crate::plan::sequences::Sequences;
use crate::plan::undecided::Undecided;

/// Rows that share a commit and a round of look-ups.
const PAGE: usize = 512;

/// The journal's note of how many rows had empty cells only.
pub(crate) const BLANK_ROWS: &str = "blank rows";

/// Makes a plan. It blocks; look-ups run on `runtime`.
pub(crate) fn make_plan(
    journal: &mut Journal,
    context: &ImportContext,
    definitions: &[Definition],
    runtime: &Handle,
) -> Result<(), Error> {
    reading_version::check_doubts(journal, context)?;
    reading_version::note(journal)?;
    journal.begin_plan()?;
    let last_doubt = journal.last_doubt()?;
    let looks_up = context.contacts().is_some();
    journal.set("asked", if looks_up { "yes" } else { "no" })?;
    let definitions = serde_json::to_string(definitions).unwrap_or_default();
    journal.set("definitions", &definitions)?;
    let sequences = read_file(journal, context)?;
    wait_for_index(last_doubt, context)?;
    decide_rows(journal, context, &sequences, runtime)?;
    let marks = serde_json::to_string(&context.options.marks()).unwrap_or_default();
    journal.set("marks", &marks)?;
    journal.finish_plan(context.source.hash(), &context.options.fingerprint())
}

/// Reads the file for the first time. Returns the sequences among its external ids, which only the whole file shows.
fn read_file(journal: &mut Journal, context: &ImportContext) -> Result<Sequences, Error> {
    let mut records = context.source.records()?;
    let mut record = Record::default();
    let mut sequences = Sequences::default();
    let mut rows = Vec::with_capacity(PAGE);
    let (mut seq, mut misfits) = (0, false);
    while records.next(&mut record)? {
        context.check_cancelled()?;
        rows.push(read_row(context, &record, seq, &mut sequences));
        misfits |= is_misfit(&record, &context.columns);
        seq += 1;
        if rows.len() == PAGE {
            journal.add(&rows)?;
            rows.clear();
        }
    }
    journal.add(&rows)?;
    journal.note_misfits(misfits)?;
    journal.set(BLANK_ROWS, &records.blank().to_string())?;
    context.counters.set_rows(seq as u64);
    journal.match_rows()?;
    Ok(sequences)
}

fn read_row(
    context: &ImportContext,
    record: &Record,
    seq: i64,
    sequences: &mut Sequences,
) -> NewRow {
    let (keys, decision) = match context.read_row(record) {
        Ok(row) => {
            let id = row.external_id.as_ref().map(|id| id.as_str());
            // Derived ids are no sequence, and where guessable ones are allowed a sequence is allowed too.
            if context.options.derive.is_none() && !context.options.allow_guessable {
                id.iter().for_each(|id| sequences.observe(id));
            }
            let keys = Keys {
                hash: row.hash(),
                email: short_hash(&email_key(row.email.as_str())),
                external_id: id.map(short_hash),
            };
            (Some(keys), decision(Verdict::Create, ""))
        }
        Err(problem) => (None, refuse(problem.to_string())),
    };
    NewRow {
        seq,
        line: record.line,
        keys,
        decision,
    }
}

/// Waits until look-ups show what was sent a moment ago. Without it a row that was sent, and corrected in the file since,
/// would be planned as a new one and sent a second time.
fn wait_for_index(last_doubt: Option<i64>, context: &ImportContext) -> Result<(), Error> {
    let Some(at) = last_doubt.filter(|_| context.contacts().is_some()) else {
        return Ok(());
    };
    let ago = Duration::from_millis(u64::try_from(now_millis() - at).unwrap_or_default());
    let lag: Duration = context.options.look_up_after.iter().sum();
    let end = Instant::now() + lag.saturating_sub(ago);
    while Instant::now() < end {
        context.check_cancelled()?;
        std::thread::sleep(CANCEL_CHECK);
    }
    Ok(())
}

/// How often a wait checks whether the import is cancelled.
const CANCEL_CHECK: Duration = Duration::from_millis(20);

/// Reads the file for the second time, looks contacts up unless offline, and decides every row.
fn decide_rows(
    journal: &mut Journal,
    context: &ImportContext,
    sequences: &Sequences,
    runtime: &Handle,
) -> Result<(), Error> {
    let rules = Rules {
        on_duplicate: context.options.on_duplicate,
        second_contact: context.options.second_contact,
    };
    let mut records = context.source.records()?;
    let mut record = Record::default();
    let mut look_ups = context.contacts().map(|contacts| {
        let rate = RateCeiling::new(context.options.rate);
        LookUps::new(
            contacts,
            context.options.concurrency,
            rate,
            context.poller(),
        )
    });
    let mut from = 0;
    loop {
        let page = journal.page(from, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        let twins = journal.twins(from, last.seq)?;
        from = last.seq + 1;
        let mut rows = Vec::with_capacity(page.len());
        for planned in &page {
            context.check_cancelled()?;
            if !records.next(&mut record)? || record.line != planned.line {
                return Err(Error::FileChanged);
            }
            let twins = twins.get(&planned.seq).copied().unwrap_or_default();
            rows.extend(undecided(context, &record, planned, twins, sequences)?);
        }
        if let Some(look_ups) = &mut look_ups {
            runtime.block_on(look_ups.look_up(&mut rows))?;
        }
        let decisions: Vec<(i64, Decision)> = rows
            .iter()
            .map(|row| (row.seq, with_warnings(decide(&row.facts, rules), &row.row)))
            .collect();
        journal.decide(&decisions)?;
        context.counters.set_planned(from as u64);
    }
}

/// A decision that also says what is doubtful about a row that is sent.
fn with_warnings(mut decision: Decision, row: &Row) -> Decision {
    for warning in &row.warnings {
        let separator = if decision.reason.is_empty() { "" } else { "; " };
        decision.reason = format!("{}{separator}warning: {warning}", decision.reason);
    }
    decision
}

/// What the file alone shows of a row; nothing for one that is refused already or that an earlier run has dealt with.
fn undecided(
    context: &ImportContext,
    record: &Record,
    planned: &JournalRow,
    twins: Twins,
    sequences: &Sequences,
) -> Result<Option<Undecided>, Error> {
    if planned.decision.verdict == Verdict::Refuse {
        return Ok(None);
    }
    let row = context.read_planned(record, planned.hash)?;
    let Twins {
        line_with_id,
        line_with_email,
        shares_own_id,
    } = twins;
    let dealt_with = planned.state != State::Open || planned.intent_at.is_some();
    if dealt_with
        && line_with_id.is_none()
        && (row.external_id.is_some() || line_with_email.is_none())
    {
        return Ok(None);
    }
    let id = row.external_id.as_ref();
    let facts = Facts {
        has_external_id: id.is_some(),
        suppressed: context
            .options
            .suppress
            .as_ref()
            .is_some_and(|list| list.holds(row.email.as_str())),
        in_sequence: id.is_some_and(|id| sequences.holds(id.as_str())),
        // An id that the file holds itself is judged by the rule for equal external ids.
        shares_own_id: shares_own_id && context.options.derive.is_some(),
        line_with_id,
        line_with_email,
        by_id: Found::NotAsked,
        other_email: false,
        by_email: Found::NotAsked,
        filling: Filling::default(),
    };
    Ok(Some(Undecided {
        seq: planned.seq,
        fills: context.options.on_duplicate == OnDuplicate::Fill,
        row,
        facts,
        by_email: Vec::new(),
    }))
}
