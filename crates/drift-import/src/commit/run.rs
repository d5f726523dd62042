//! Executes a plan: one thread reads the file and writes the journal, one task sends.
//!
//! The thread writes the intents of the next rows and the outcomes of the last ones in one commit, then hands the rows
//! on; so a row is never sent before its intent is on the disk, and the disk is waited for once for many rows.

use std::pin::Pin;
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll, ready};

use drift::Client;
use futures::stream::{Stream, StreamExt};
use tokio::sync::mpsc::{Receiver, Sender as Events, UnboundedSender, channel, unbounded_channel};

use crate::commit::flush_interval::Gathering;
use crate::commit::job::{Queued, QueuedRow};
use crate::commit::read_ahead::Ahead;
use crate::commit::results::ResultFiles;
use crate::commit::send::{Report, Sender};
use crate::context::cancel::Cancel;
use crate::context::import_context::ImportContext;
use crate::context::outcome::{Event, RowOutcome, Stop, Summary};
use crate::error::Error;
use crate::input::format::records::{Record, Records};
use crate::journal::database::Journal;
use crate::journal::results::RowResult;
use crate::journal::rows::JournalRow;
use crate::journal::state::{State, outcome};
use crate::plan::decision::Verdict;

/// Rows that are read from the journal at a time.
const PAGE: usize = 256;
/// Commits whose events wait to be read before the work waits too.
const UNREAD: usize = 2;

/// A commit under way: a stream of how each row ended, then [`Event::Finished`]. It must be driven; when it is dropped
/// the import stops as if it was cancelled.
pub struct Run {
    events: Receiver<Result<Vec<Event>, Error>>,
    ready: std::vec::IntoIter<Event>,
    cancel: Cancel,
}

impl Run {
    pub(crate) fn start(
        context: Arc<ImportContext>,
        journal: Journal,
        client: Client,
        results: ResultFiles,
    ) -> Result<Self, Error> {
        let (events, receiver) = channel(UNREAD);
        let (reports, reported) = mpsc::channel();
        let ahead = Ahead::new(context.options.concurrency);
        let (jobs, to_send) = unbounded_channel();
        let cancel = context.cancel.clone();
        let sender = Sender::new(&client, context.clone(), journal.id()?, reports);
        tokio::spawn(sender.run(to_send));
        tokio::task::spawn_blocking(move || {
            let feeder = Feeder::new(context, journal, jobs, reported, events.clone(), ahead);
            let ended = feeder.and_then(|feeder| feeder.run(results));
            // Nobody listens when the run was dropped.
            let _heard = events.blocking_send(ended.map(|summary| vec![Event::Finished(summary)]));
        });
        Ok(Self {
            events: receiver,
            ready: Vec::new().into_iter(),
            cancel,
        })
    }

    /// What to ask with to stop it.
    pub fn canceller(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Drives it to its end.
    ///
    /// # Errors
    ///
    /// [`Error::FileChanged`] when the file changed under way; [`Error::Journal`] when the journal cannot be written;
    /// [`Error::File`] when a result file cannot. Where rows were sent by then it is [`Error::Broken`] by one of them.
    pub async fn finish(mut self) -> Result<Summary, Error> {
        while let Some(event) = self.next().await {
            if let Event::Finished(summary) = event? {
                return Ok(summary);
            }
        }
        Err(Error::Interrupted)
    }
}

impl Stream for Run {
    type Item = Result<Event, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(event) = self.ready.next() {
                return Poll::Ready(Some(Ok(event)));
            }
            match ready!(self.events.poll_recv(context)) {
                Some(Ok(events)) => self.ready = events.into_iter(),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

/// Reads the file, hands rows on, and writes the journal.
struct Feeder {
    context: Arc<ImportContext>,
    journal: Journal,
    records: Records,
    /// Rows that were sent, whose memory is free for others.
    spare: Vec<Queued>,
    page: std::vec::IntoIter<JournalRow>,
    next_seq: i64,
    jobs: Option<UnboundedSender<Queued>>,
    reports: mpsc::Receiver<Report>,
    events: Events<Result<Vec<Event>, Error>>,
    ahead: Ahead,
    gathering: Gathering,
    stop: Option<Stop>,
    /// Why the sending task could not go on.
    broken: Option<Error>,
    ended: bool,
    /// Rows that were handed on, and those of them that came back without anything sent.
    handed: u64,
    not_sent: u64,
    /// Rows that were handed on and have not come back, and the memory of their records.
    under_way: usize,
    bytes_under_way: usize,
}

impl Feeder {
    fn new(
        context: Arc<ImportContext>,
        mut journal: Journal,
        jobs: UnboundedSender<Queued>,
        reports: mpsc::Receiver<Report>,
        events: Events<Result<Vec<Event>, Error>>,
        ahead: Ahead,
    ) -> Result<Self, Error> {
        context.source.check_unchanged()?;
        journal.set("begun", "yes")?;
        count_what_is_done(&context, &journal)?;
        Ok(Self {
            records: context.source.records()?,
            spare: Vec::new(),
            page: Vec::new().into_iter(),
            next_seq: 0,
            jobs: Some(jobs),
            reports,
            events,
            ahead,
            gathering: Gathering::new(),
            stop: None,
            broken: None,
            ended: false,
            handed: 0,
            not_sent: 0,
            under_way: 0,
            bytes_under_way: 0,
            context,
            journal,
        })
    }

    fn run(mut self, mut results: ResultFiles) -> Result<Summary, Error> {
        let fed = self.feed();
        self.jobs = None;
        if fed.is_err() {
            self.follow_up();
        }
        let ended = fed.and_then(|()| self.finish(&mut results));
        ended.map_err(|cause| self.broken(cause))
    }

    /// Whatever happened, what was sent is followed up, and noted as far as the journal still takes it.
    fn follow_up(&mut self) {
        self.context.cancel.cancel();
        while !self.ended {
            let settled = self.gather();
            let _in_doubt = self.commit(settled, Vec::new());
        }
    }

    fn finish(&mut self, results: &mut ResultFiles) -> Result<Summary, Error> {
        // The result files hold its rows beside what became of those that were planned.
        self.context.source.check_unchanged()?;
        let mut summary = summary(&self.journal)?;
        summary.sent = self.sent();
        summary.stopped = self.stop.take();
        summary.results = results.write(&self.context, &mut self.journal)?;
        Ok(summary)
    }

    /// Rows of this run of which something was sent.
    fn sent(&self) -> u64 {
        self.handed - self.not_sent
    }

    /// Why it broke off, and what had been done.
    fn broken(&self, cause: Error) -> Error {
        match self.sent() {
            0 => cause,
            sent => {
                // A journal that cannot even be read tells of no end.
                let unknown = self.journal.in_doubt().unwrap_or(sent);
                cause.after(sent.saturating_sub(unknown), unknown)
            }
        }
    }

    fn feed(&mut self) -> Result<(), Error> {
        let mut settled = Vec::new();
        loop {
            let batch = match self.jobs.is_some() && !self.ended {
                true => self.read_rows(self.ahead.room(settled.len(), self.under_way)),
                false => Ok(Vec::new()),
            };
            // What has ended is noted even where the file cannot be read on.
            let (batch, unread) = match batch {
                Ok(batch) => (batch, None),
                Err(error) => (Vec::new(), Some(error)),
            };
            self.commit(settled, batch)?;
            if let Some(error) = unread {
                return Err(error);
            }
            if self.ended {
                return self.broken.take().map_or(Ok(()), Err);
            }
            settled = self.gather();
        }
    }

    /// The next rows that are to be sent, as many as may be ahead.
    fn read_rows(&mut self, most: usize) -> Result<Vec<Queued>, Error> {
        let mut batch = Vec::with_capacity(most);
        let mut bytes = self.bytes_under_way;
        while batch.len() < most && bytes < Ahead::MOST_BYTES && !self.context.cancel.is_cancelled()
        {
            let Some(row) = self.next_row()? else {
                self.next_seq = i64::MAX;
                break;
            };
            let sends = matches!(
                row.planned.decision.verdict,
                Verdict::Create | Verdict::Update(_)
            );
            match sends && !row.planned.state.is_done() {
                true => {
                    bytes += row.record.bytes();
                    batch.push(row);
                }
                false => self.spare.extend(reusable(row)),
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

    /// Takes the reports of a while, at least one. It sleeps meanwhile: to be woken up for each would cost more than all
    /// else that is done for a row here.
    fn gather(&mut self) -> Vec<RowResult> {
        let mut settled = Vec::new();
        let first = self.reports.recv();
        // The sending task may be gone without a word.
        self.ended = first.is_err();
        if matches!(first, Ok(Report::Row(..))) {
            let at_the_end = self.jobs.is_none();
            std::thread::sleep(self.gathering.time(at_the_end));
        }
        for report in first.into_iter().chain(self.reports.try_iter()) {
            match report {
                Report::End(end) => {
                    self.ended = true;
                    match end {
                        Ok(stop) => self.stop = stop,
                        Err(error) => self.broken = Some(error),
                    }
                }
                Report::Row(settlement, row) => {
                    self.under_way -= 1;
                    self.bytes_under_way -= row.record.bytes();
                    self.not_sent += u64::from(settlement.state == State::Open);
                    settled.push(settlement);
                    self.spare.extend(reusable(row));
                }
            }
        }
        self.gathering.gathered(self.under_way);
        settled
    }

    /// Counts what ended, and makes it known.
    fn tell(&mut self, settled: Vec<RowResult>) {
        let mut events = Vec::with_capacity(settled.len());
        for row in settled {
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
            // Nobody listens when the run was dropped.
            let _heard = self.events.blocking_send(Ok(events));
        }
    }

    /// Commits outcomes and intents, tells of the outcomes, and hands the rows on.
    fn commit(&mut self, settled: Vec<RowResult>, batch: Vec<Queued>) -> Result<(), Error> {
        let intents: Vec<i64> = batch.iter().map(|row| row.planned.seq).collect();
        self.journal.note(&settled, &intents)?;
        self.tell(settled);
        let Some(jobs) = &self.jobs else {
            return Ok(());
        };
        for row in batch {
            self.handed += 1;
            let bytes = row.record.bytes();
            // The sending task closes the channel when it stops; the rows it did not take are open again.
            let Err(refused) = jobs.send(row) else {
                self.under_way += 1;
                self.bytes_under_way += bytes;
                continue;
            };
            self.not_sent += 1;
            let planned = &refused.0.planned;
            if planned.intent_at.is_none() {
                let not_sent = RowResult::not_sent(planned.seq, planned.line);
                self.journal.note(&[not_sent], &[])?;
            }
        }
        if self.next_seq == i64::MAX {
            self.jobs = None;
        }
        Ok(())
    }
}

/// A row whose memory is to be used again.
fn reusable(row: Queued) -> Option<Queued> {
    row.record.is_worth_keeping().then_some(row)
}

fn count_what_is_done(context: &ImportContext, journal: &Journal) -> Result<(), Error> {
    let mut rows = 0;
    context.counters.restart();
    for (verdict, state, count) in journal.tally()? {
        rows += count;
        // What is unknown is looked up again.
        let outcome = outcome(&verdict, state).filter(|outcome| *outcome != RowOutcome::Unknown);
        if let Some(outcome) = outcome {
            context.counters.count(outcome, count);
        }
    }
    context.counters.set_rows(rows);
    context.counters.set_planned(rows);
    Ok(())
}

fn summary(journal: &Journal) -> Result<Summary, Error> {
    let mut summary = Summary::default();
    for (verdict, state, rows) in journal.tally()? {
        summary.rows += rows;
        *match outcome(&verdict, state) {
            Some(RowOutcome::Created) => &mut summary.created,
            Some(RowOutcome::Existed) => &mut summary.existed,
            Some(RowOutcome::Updated) => &mut summary.updated,
            Some(RowOutcome::Refused) => &mut summary.refused,
            Some(RowOutcome::Unknown) => &mut summary.unknown,
            None => &mut summary.left,
        } += rows;
    }
    Ok(summary)
}
