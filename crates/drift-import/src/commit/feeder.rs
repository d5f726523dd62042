//! The thread that reads the file and writes the journal, beside the task that sends.
//!
//! The thread writes the intents of the next rows and the outcomes of the last ones in one commit, then hands the rows
//! on; so a row is never sent before its intent is on the disk, and the disk is waited for once for many rows.

use std::sync::{Arc, mpsc};

use tokio::sync::mpsc::{Sender as Events, UnboundedSender};

use crate::commit::flush_interval::FlushInterval;
use crate::commit::job::{Queued, QueuedRow};
use crate::commit::read_ahead::ReadAhead;
use crate::commit::result_files::ResultFiles;
use crate::commit::send::Report;
use crate::commit::summary::{count_done, done_before, note_done, summary};
use crate::context::import_context::ImportContext;
use crate::context::outcome::{Event, Stop, Summary};
use crate::error::Error;
use crate::input::format::records::{Record, Records};
use crate::journal::database::Journal;
use crate::journal::outcomes::RowResult;
use crate::journal::rows::JournalRow;
use crate::journal::state::State;
use crate::plan::decision::Verdict;

/// Rows that are read from the journal at a time.
const PAGE: usize = 256;

/// How the feeder reaches the others.
pub(super) struct Channels {
    /// Rows to the sender; none after the last one.
    pub(super) rows: Option<UnboundedSender<Queued>>,
    /// Reports of the sender.
    pub(super) reports: mpsc::Receiver<Report>,
    /// Events to the caller.
    pub(super) events: Events<Result<Vec<Event>, Error>>,
}

/// Reads the file, queues rows for the sender, and writes the journal.
pub(super) struct Feeder {
    context: Arc<ImportContext>,
    journal: Journal,
    channels: Channels,
    records: Records,
    /// Rows that were sent, whose memory is used for later ones.
    spare: Vec<Queued>,
    page: std::vec::IntoIter<JournalRow>,
    next_seq: i64,
    read_ahead: ReadAhead,
    flush_interval: FlushInterval,
    stop: Option<Stop>,
    /// Why the sender could not continue.
    broken: Option<Error>,
    ended: bool,
    /// Rows that were queued, and those of them that came back without anything sent.
    queued: u64,
    not_sent: u64,
    /// Rows that came back so although a request left, which Drift did not execute.
    not_executed: u64,
    /// Rows of this run that were refused or ended unknown.
    errors: u64,
    /// When an earlier run did all rows.
    done_before: Option<i64>,
    /// Rows that were queued and have not come back, and the memory of their records.
    in_flight: usize,
    bytes_in_flight: usize,
}

impl Feeder {
    pub(super) fn new(
        context: Arc<ImportContext>,
        mut journal: Journal,
        channels: Channels,
    ) -> Result<Self, Error> {
        context.source.check_unchanged()?;
        journal.set("begun", "yes")?;
        count_done(&context, &journal)?;
        let done_before = done_before(&journal, context.source.hash())?;
        Ok(Self {
            records: context.source.records()?,
            channels,
            spare: Vec::new(),
            page: Vec::new().into_iter(),
            next_seq: 0,
            read_ahead: ReadAhead::new(context.options.concurrency),
            flush_interval: FlushInterval::new(),
            stop: None,
            broken: None,
            ended: false,
            queued: 0,
            not_sent: 0,
            not_executed: 0,
            errors: 0,
            done_before,
            in_flight: 0,
            bytes_in_flight: 0,
            context,
            journal,
        })
    }

    pub(super) fn run(mut self, mut results: ResultFiles) -> Result<Summary, Error> {
        let fed = self.feed();
        self.channels.rows = None;
        if fed.is_err() {
            self.follow_up();
        }
        let ended = fed.and_then(|()| self.finish(&mut results));
        ended.map_err(|cause| self.broken(cause))
    }

    /// Whatever happened, the rows that were sent are followed up, and noted as far as the journal can still be written.
    fn follow_up(&mut self) {
        self.context.cancel.cancel();
        while !self.ended {
            let ended = self.collect_reports();
            let _in_doubt = self.commit(ended, Vec::new());
        }
    }

    fn finish(&mut self, results: &mut ResultFiles) -> Result<Summary, Error> {
        // The result files hold the rows of the file beside the outcomes of the planned ones.
        self.context.source.check_unchanged()?;
        let mut summary = summary(&self.journal)?;
        summary.sent = self.sent() + self.not_executed;
        summary.stopped = self.stop.take();
        if summary.left > 0 && self.has_too_many_errors() && !is_drifts(&summary.stopped) {
            summary.stopped = Some(Stop::TooManyErrors(self.errors));
        }
        let limit = self.context.options.limit;
        if let Some(limit) = limit.filter(|limit| self.queued >= *limit)
            && summary.left > 0
            && summary.stopped.is_none()
        {
            summary.stopped = Some(Stop::Limit(limit));
        }
        summary.done_before = self.done_before;
        if summary.left + summary.unknown == 0 && self.done_before.is_none() {
            note_done(&mut self.journal, self.context.source.hash())?;
        }
        summary.results = results.write(&self.context, &mut self.journal)?;
        self.journal.check_kept()?;
        Ok(summary)
    }

    fn has_too_many_errors(&self) -> bool {
        let most = self.context.options.max_errors;
        most.is_some_and(|most| self.errors >= most)
    }

    /// How many more rows may be queued, so that never more can fail than are allowed to.
    fn may_fail(&self) -> usize {
        let Some(most) = self.context.options.max_errors else {
            return usize::MAX;
        };
        let left = usize::try_from(most.saturating_sub(self.errors)).unwrap_or(usize::MAX);
        left.saturating_sub(self.in_flight)
    }

    /// Rows of this run of which something was sent.
    fn sent(&self) -> u64 {
        self.queued - self.not_sent
    }

    /// Why it broke off, and what had been done.
    fn broken(&self, cause: Error) -> Error {
        let sent = self.sent();
        if sent == 0 {
            return cause;
        }
        // If the journal is gone or cannot be read, nothing is known of any row.
        let kept = self.journal.check_kept();
        let unknown = kept.and_then(|()| self.journal.in_doubt());
        let unknown = unknown.unwrap_or(sent);
        cause.after(sent.saturating_sub(unknown), unknown)
    }

    fn feed(&mut self) -> Result<(), Error> {
        let mut ended = Vec::new();
        loop {
            let batch = if self.channels.rows.is_some() && !self.ended {
                let room = self.read_ahead.room(ended.len(), self.in_flight);
                self.read_rows(room.min(self.may_fail()))
            } else {
                Ok(Vec::new())
            };
            // What has ended is noted even if the file cannot be read on.
            let (batch, unread) = match batch {
                Ok(batch) => (batch, None),
                Err(error) => (Vec::new(), Some(error)),
            };
            self.commit(ended, batch)?;
            if let Some(error) = unread {
                return Err(error);
            }
            if self.ended {
                return self.broken.take().map_or(Ok(()), Err);
            }
            ended = self.collect_reports();
        }
    }

    /// The next rows that are to be sent, at most so many.
    fn read_rows(&mut self, most: usize) -> Result<Vec<Queued>, Error> {
        let limit = self.context.options.limit.unwrap_or(u64::MAX);
        let left = limit.saturating_sub(self.queued);
        if left == 0 {
            self.next_seq = i64::MAX;
            return Ok(Vec::new());
        }
        let most = most.min(usize::try_from(left).unwrap_or(usize::MAX));
        let mut batch = Vec::with_capacity(most);
        let mut bytes = self.bytes_in_flight;
        while batch.len() < most
            && bytes < ReadAhead::MOST_BYTES
            && !self.context.cancel.is_cancelled()
        {
            let Some(row) = self.next_row()? else {
                self.next_seq = i64::MAX;
                break;
            };
            let sends = matches!(
                row.planned.decision.verdict,
                Verdict::Create | Verdict::Update(_)
            );
            if sends && !row.planned.state.is_done() {
                bytes += row.record.bytes();
                batch.push(row);
            } else {
                self.spare.extend(reusable(row));
            }
        }
        if self.context.cancel.is_cancelled() {
            self.next_seq = i64::MAX;
        }
        Ok(batch)
    }

    /// The next row of the journal, with its record read.
    fn next_row(&mut self) -> Result<Option<Queued>, Error> {
        if self.next_seq == i64::MAX {
            return Ok(None);
        }
        let planned = match self.page.next() {
            Some(planned) => planned,
            None => {
                self.page = self.journal.page(self.next_seq, PAGE)?.into_iter();
                let Some(planned) = self.page.next() else {
                    return Ok(None);
                };
                planned
            }
        };
        let mut row = match self.spare.pop() {
            Some(mut row) => {
                row.planned = planned;
                row
            }
            None => Box::new(QueuedRow {
                planned,
                record: Record::default(),
            }),
        };
        if !self.records.next(&mut row.record)? || row.record.line != row.planned.line {
            return Err(Error::FileChanged);
        }
        self.next_seq = row.planned.seq + 1;
        Ok(Some(row))
    }

    /// Collects the reports of one flush interval, at least one. The thread sleeps meanwhile: waking up for each report
    /// would cost more than all else that is done for a row here.
    fn collect_reports(&mut self) -> Vec<RowResult> {
        let mut ended = Vec::new();
        let first = self.channels.reports.recv();
        // The sender ends without a report only if it panicked.
        self.ended = first.is_err();
        if matches!(first, Ok(Report::Row(..))) {
            let at_the_end = self.channels.rows.is_none();
            std::thread::sleep(self.flush_interval.wait(at_the_end));
        }
        for report in first.into_iter().chain(self.channels.reports.try_iter()) {
            match report {
                Report::End(end) => {
                    self.ended = true;
                    match end {
                        Ok(stop) => self.stop = stop,
                        Err(error) => self.broken = Some(error),
                    }
                }
                Report::Row(result, row) => {
                    self.in_flight -= 1;
                    self.bytes_in_flight -= row.record.bytes();
                    let is_open = result.state == State::Open;
                    self.not_sent += u64::from(is_open);
                    self.not_executed += u64::from(is_open && result.requested);
                    let failed = matches!(result.state, State::Refused | State::Unknown);
                    self.errors += u64::from(failed);
                    ended.push(result);
                    self.spare.extend(reusable(row));
                }
            }
        }
        self.flush_interval.flushed(self.in_flight);
        if self.has_too_many_errors() {
            self.context.cancel.cancel();
        }
        ended
    }

    /// Counts the rows that ended, and publishes an event for each.
    fn publish(&mut self, ended: Vec<RowResult>) {
        let mut events = Vec::with_capacity(ended.len());
        for row in ended {
            let Some(outcome) = row.state.outcome() else {
                continue;
            };
            self.context.counters.count(outcome, 1);
            self.context.counters.count_sent();
            events.push(Event::Row {
                line: row.line,
                outcome,
                contact: row.contact,
                reason: row.reason,
            });
        }
        if !events.is_empty() {
            // The receiver is gone when the run was dropped.
            let _received = self.channels.events.blocking_send(Ok(events));
        }
    }

    /// Commits outcomes and intents, publishes the outcomes, and queues the rows.
    fn commit(&mut self, ended: Vec<RowResult>, batch: Vec<Queued>) -> Result<(), Error> {
        let intents: Vec<i64> = batch.iter().map(|row| row.planned.seq).collect();
        self.journal.note(&ended, &intents)?;
        self.publish(ended);
        let Some(rows) = &self.channels.rows else {
            return Ok(());
        };
        for row in batch {
            self.queued += 1;
            let bytes = row.record.bytes();
            // The sender closes the channel when it stops; the rows that it did not take are open again.
            let Err(closed) = rows.send(row) else {
                self.in_flight += 1;
                self.bytes_in_flight += bytes;
                continue;
            };
            self.not_sent += 1;
            let planned = &closed.0.planned;
            if planned.intent_at.is_none() {
                let not_sent = RowResult::not_sent(planned.seq, planned.line);
                self.journal.note(&[not_sent], &[])?;
            }
        }
        if self.next_seq == i64::MAX {
            self.channels.rows = None;
        }
        Ok(())
    }
}

/// Whether it was Drift that stopped the import.
fn is_drifts(stop: &Option<Stop>) -> bool {
    !matches!(stop, None | Some(Stop::Cancelled))
}

/// A row whose memory is to be used again.
fn reusable(row: Queued) -> Option<Queued> {
    row.record.is_worth_keeping().then_some(row)
}
