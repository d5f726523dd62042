//! The task that sends: a bounded number of requests at the pace that Drift accepts, each row followed up to its end.

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use drift::pace::{Pace, Waiting};
use drift::protocol::{Claim, Step};
use drift::{
    CallOptions, Client, Contacts, Delivery, ErrorKind, RetryPolicy, SafeWrite, Seen, Start,
    VerifyPolicy,
};
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::commit::job::{Job, Queued, filling};
use crate::commit::request::{Signal, signal};
use crate::commit::row_outcome::{RowEnd, WriteEnd, row_end};
use crate::context::import_context::ImportContext;
use crate::context::options::OnDuplicate;
use crate::context::outcome::Stop;
use crate::context::rate::RateCeiling;
use crate::error::Error;
use crate::journal::outcomes::RowResult;
use crate::journal::state::State;

/// Rows that may end unknown one after the other before Drift is taken to be down.
const FAILING: u32 = 50;

/// What the sender reports to the feeder.
pub(crate) enum Report {
    /// What became of a row.
    Row(RowResult, Queued),
    /// No more will come.
    End(Result<Option<Stop>, Error>),
}

/// A row that is sent and followed up. Boxed, since it is moved often.
type Task = Box<RowWrite>;

struct RowWrite {
    queued: Queued,
    write: SafeWrite,
    /// How long to wait before its next request.
    wait: Duration,
    /// Whether a request left.
    requested: bool,
    /// Of an update that fills the gaps of a contact which a create met: whether that create is in doubt.
    fills_after: Option<bool>,
}

impl RowWrite {
    /// Whether a create of the row may have been executed.
    fn is_doubted(&self) -> bool {
        self.fills_after == Some(true) || self.write.protocol().create_in_doubt()
    }
}

/// A row, when its request was sent, and what was seen.
type Ended = (Task, Duration, Option<Seen>);

/// The most creates, and the most updates, that are sent for a row in one run.
const SENDS: u32 = 5;

/// Sends rows until there are no more.
pub(crate) struct Sender {
    contacts: Contacts,
    /// The time that the look-ups of a round take.
    look_up_after: Duration,
    context: Arc<ImportContext>,
    journal_id: String,
    pace: Pace,
    rate: RateCeiling,
    reports: mpsc::Sender<Report>,
    ready: VecDeque<Task>,
    started: Instant,
    /// The time now, read once per turn of the loop, and of the last success, since the start.
    now: Duration,
    last_success: Duration,
    unknown_in_a_row: u32,
    /// Why no more is sent.
    stop: Option<Result<Stop, Error>>,
}

impl Sender {
    pub(crate) fn new(
        client: &Client,
        context: Arc<ImportContext>,
        journal_id: String,
        reports: mpsc::Sender<Report>,
    ) -> Self {
        let options = &context.options;
        let look_up_after = &options.look_up_after;
        Self {
            contacts: client
                .contacts()
                .with_options(write_options(client, look_up_after)),
            look_up_after: look_up_after.iter().sum(),
            pace: Pace::new(options.concurrency),
            rate: RateCeiling::new(options.rate),
            context,
            journal_id,
            reports,
            ready: VecDeque::new(),
            started: Instant::now(),
            now: Duration::ZERO,
            last_success: Duration::ZERO,
            unknown_in_a_row: 0,
            stop: None,
        }
    }

    /// Takes rows until their channel ends, or the import is to stop.
    pub(crate) async fn run(mut self, mut rows: UnboundedReceiver<Queued>) {
        let cancel = self.context.cancel.clone();
        let mut in_flight = FuturesUnordered::new();
        let mut asleep = FuturesUnordered::new();
        let mut more = true;
        let mut cancelled = std::pin::pin!(cancel.cancelled());
        loop {
            self.stop_if_cancelled();
            while self.stop.is_none() && self.may_send(in_flight.len()) {
                let task = match self.ready.pop_front() {
                    Some(task) => task,
                    None => match rows.try_recv() {
                        Ok(row) => match self.begin(row) {
                            Some(task) => task,
                            None => continue,
                        },
                        Err(_) => break,
                    },
                };
                if task.wait.is_zero() {
                    self.rate.take(self.now);
                    in_flight.push(self.request(task));
                } else {
                    asleep.push(sleep(task));
                }
            }
            if self.stop.is_some() && in_flight.is_empty() {
                break;
            }
            if !more && in_flight.is_empty() && asleep.is_empty() && self.ready.is_empty() {
                break;
            }
            let pause = self.pace.pause(self.now).max(self.rate.pause(self.now));
            let room =
                self.stop.is_none() && pause.is_zero() && in_flight.len() < self.pace.window();
            tokio::select! {
                biased;
                Some(ended) = in_flight.next(), if !in_flight.is_empty() => {
                    self.read_clock();
                    self.judge(ended);
                }
                Some(task) = asleep.next(), if !asleep.is_empty() => {
                    self.read_clock();
                    self.ready.push_back(task);
                }
                row = rows.recv(), if more && room && self.ready.is_empty() => {
                    self.read_clock();
                    more = row.is_some();
                    let task = row.and_then(|row| self.begin(row));
                    self.ready.extend(task);
                }
                () = sleep_for(pause), if !pause.is_zero() && self.stop.is_none() => self.read_clock(),
                () = &mut cancelled, if self.stop.is_none() => self.stop = Some(Ok(Stop::Cancelled)),
            }
            self.context.counters.set_pace(&self.pace, self.now);
        }
        let sleeping: Vec<Task> = asleep.into_iter().map(Sleeping::into_task).collect();
        self.report_rest(sleeping, rows).await;
    }

    /// Reads the clock for a new turn of the loop.
    fn read_clock(&mut self) {
        self.now = self.started.elapsed();
    }

    fn stop_if_cancelled(&mut self) {
        if self.context.cancel.is_cancelled() && self.stop.is_none() {
            self.stop = Some(Ok(Stop::Cancelled));
        }
    }

    fn may_send(&self, in_flight: usize) -> bool {
        let pause = self.pace.pause(self.now).max(self.rate.pause(self.now));
        in_flight < self.pace.window() && pause.is_zero()
    }

    /// Prepares what is sent for a row. Nothing if the row has ended with that.
    fn begin(&mut self, row: Queued) -> Option<Task> {
        let job = match Job::of(row, &self.context, &self.journal_id, self.look_up_after) {
            Ok(job) => job,
            Err((row, error)) => {
                self.report_unsent(row);
                self.stop.get_or_insert(Err(error));
                return None;
            }
        };
        let intent = match job.intent {
            Ok(intent) => intent,
            Err(error) => {
                let refused = (State::Refused, None, error.to_string());
                self.end_row(job.queued, refused, None, false);
                return None;
            }
        };
        let write = self.contacts.safe_write(intent, job.start);
        Some(Box::new(RowWrite {
            queued: job.queued,
            wait: write.wait(),
            requested: false,
            fills_after: None,
            write,
        }))
    }

    fn request(&self, mut task: Task) -> impl Future<Output = Ended> + use<> {
        let sent = self.now;
        async move {
            let seen = task.write.request().await;
            (task, sent, seen)
        }
    }

    /// Adapts to what the request says of Drift, and reports to the row's write what it says of the row. A request that
    /// was not executed is made again, and does not count.
    fn judge(&mut self, (mut task, sent, seen): Ended) {
        let Some(seen) = seen else {
            return self.end(task);
        };
        let not_sent = |error: &drift::Error| error.delivery() == Delivery::NotSent;
        task.requested |= !seen.error().is_some_and(not_sent);
        match (signal(&seen), seen.error()) {
            (Signal::RateLimited, error) => {
                self.slow_down(sent, error);
                return self.ready.push_front(task);
            }
            (Signal::Unreachable, Some(error)) => {
                self.pace.unreachable(sent, self.now, Waiting::Unreachable);
                let patience = self.context.options.patience;
                if self.now - self.last_success > patience && self.stop.is_none() {
                    self.stop = Some(Ok(Stop::Unreachable(error.clone())));
                }
                return self.ready.push_front(task);
            }
            (Signal::NotAllowed, Some(error)) => {
                self.stop.get_or_insert(Ok(Stop::NotAllowed(error.clone())));
                return self.ready.push_front(task);
            }
            (Signal::NotDrift, Some(error)) => {
                self.stop.get_or_insert(Ok(Stop::NotDrift(error.clone())));
                return self.ready.push_front(task);
            }
            (Signal::Responds, _) => {
                self.pace.succeeded();
                self.last_success = self.now;
            }
            (_, _) => {}
        }
        task.write.report(seen);
        if task.write.has_ended() {
            return self.end(task);
        }
        task.wait = task.write.wait();
        self.ready.push_front(task);
    }

    /// Obeys a rate limit. One that asks for a longer wait than there is patience ends the import, and so does one that asks
    /// for none, once nothing has succeeded for as long.
    fn slow_down(&mut self, sent: Duration, error: Option<&drift::Error>) {
        let patience = self.context.options.patience;
        let asked = error.and_then(drift::Error::retry_after);
        self.pace.rate_limited(sent, self.now, asked);
        let is_over = match asked {
            Some(asked) => asked > patience,
            None => self.now - self.last_success > patience,
        };
        if asked.is_some() {
            self.last_success = self.now;
        }
        if let Some(error) = error.filter(|_| is_over) {
            self.stop
                .get_or_insert(Ok(Stop::Unreachable(error.clone())));
        }
    }

    /// Ends a row whose write has ended. Where the token turned out to be refused the import ends too, and the row is left.
    fn end(&mut self, task: Task) {
        let write = &task.write;
        let error = write.last_error().filter(|_| write.step() == Step::Fail);
        let not_allowed = error.filter(|error| error.is_auth());
        if let Some(error) = not_allowed {
            self.stop.get_or_insert(Ok(Stop::NotAllowed(error.clone())));
            return self.ready.push_front(task);
        }
        let task = match self.fill(task) {
            Ok(filling) => return self.ready.push_front(filling),
            Err(ended) => ended,
        };
        let write = &task.write;
        let error = write.last_error().filter(|_| write.step() == Step::Fail);
        let end = WriteEnd {
            step: write.step(),
            create_in_doubt: task.is_doubted(),
            protocol: write.protocol(),
            last_look_up: write.last_look_up(),
            contact: write.contact_id(),
            refusal: error.map(|error| refusal(write, error)).unwrap_or_default(),
        };
        let end = row_end(self.context.options.on_duplicate, end);
        let doubted = task.is_doubted();
        let created_at = write.contact().and_then(drift::Contact::created_at_millis);
        self.end_row(task.queued, end, created_at, doubted);
    }

    /// Turns the write of a row that met a contact into an update that fills its gaps, where that is wanted and it has any.
    fn fill(&self, mut task: Task) -> Result<Task, Task> {
        let fills = self.context.options.on_duplicate == OnDuplicate::Fill;
        let met = task.write.step() == Step::Claim(Claim::Existed);
        let Some(contact) = task.write.contact().filter(|_| fills && met) else {
            return Err(task);
        };
        let id = contact.id();
        let Some(Ok(intent)) = filling(&task.queued, &self.context, contact) else {
            return Err(task);
        };
        task.fills_after = Some(task.is_doubted());
        task.write = self.contacts.safe_write(intent, Start::Known(id));
        Ok(task)
    }

    fn end_row(
        &mut self,
        row: Queued,
        (state, contact, reason): RowEnd,
        created_at: Option<i64>,
        doubted: bool,
    ) {
        self.unknown_in_a_row = match state {
            State::Unknown => self.unknown_in_a_row + 1,
            _ => 0,
        };
        if self.unknown_in_a_row >= FAILING {
            self.stop.get_or_insert(Ok(Stop::Failing));
        }
        let result = RowResult {
            seq: row.planned.seq,
            line: row.planned.line,
            state,
            contact,
            created_at: created_at.filter(|_| state == State::Created),
            reason,
            doubted,
            requested: true,
        };
        self.report(Report::Row(result, row));
    }

    /// Reports the rows that are not followed up any more.
    async fn report_rest(mut self, sleeping: Vec<Task>, mut rows: UnboundedReceiver<Queued>) {
        rows.close();
        let tasks: Vec<Task> = self.ready.drain(..).chain(sleeping).collect();
        for task in tasks {
            let protocol = task.write.protocol();
            let was_sent = protocol.sent() + protocol.updates() > 0;
            let in_doubt = task.queued.planned.intent_at.is_some()
                || task.fills_after == Some(true)
                || protocol.may_be_executed() && was_sent;
            self.report_left(task.queued, in_doubt, task.requested);
        }
        while let Some(row) = rows.recv().await {
            self.report_unsent(row);
        }
        let stop = self.stop.take();
        self.report(Report::End(stop.transpose()));
    }

    fn report_unsent(&self, row: Queued) {
        let in_doubt = row.planned.intent_at.is_some();
        self.report_left(row, in_doubt, false);
    }

    fn report_left(&self, row: Queued, in_doubt: bool, requested: bool) {
        let (seq, line) = (row.planned.seq, row.planned.line);
        let result = if in_doubt {
            RowResult {
                seq,
                line,
                state: State::Unknown,
                contact: None,
                created_at: None,
                reason: "a response was lost, and the import was stopped before the look-up"
                    .to_owned(),
                doubted: true,
                requested: true,
            }
        } else {
            RowResult {
                requested,
                ..RowResult::not_sent(seq, line)
            }
        };
        self.report(Report::Row(result, row));
    }

    /// The feeder is gone only if the journal cannot be written; then nothing is left to do.
    fn report(&self, report: Report) {
        let _received = self.reports.send(report);
    }
}

/// How often is sent and looked up. A server's `Retry-After` is returned at once, so that the pace obeys it.
fn write_options(client: &Client, look_up_after: &[Duration]) -> CallOptions {
    let retry = RetryPolicy::default()
        .max_attempts(SENDS)
        .max_retry_after(Duration::ZERO);
    let verify = VerifyPolicy::after(look_up_after.iter().copied());
    client.options().clone().retry(retry).verify(verify)
}

/// Why Drift refused the last request of a row.
fn refusal(write: &SafeWrite, error: &drift::Error) -> String {
    let is_duplicate = matches!(
        error.kind(),
        ErrorKind::DuplicateEmail | ErrorKind::DuplicateExternalId
    );
    match write.protocol().updates() {
        1.. if is_duplicate => "another contact has what the update would set".to_owned(),
        _ => error.to_string(),
    }
}

/// Makes its timer only when it is polled: most rounds need none.
async fn sleep_for(time: Duration) {
    tokio::time::sleep(time).await;
}

/// A task that waits. It can be taken back when the import stops.
struct Sleeping {
    task: Option<Task>,
    timer: std::pin::Pin<Box<tokio::time::Sleep>>,
}

fn sleep(mut task: Task) -> Sleeping {
    let timer = Box::pin(tokio::time::sleep(task.wait));
    task.wait = Duration::ZERO;
    Sleeping {
        task: Some(task),
        timer,
    }
}

impl Sleeping {
    fn into_task(self) -> Task {
        self.task
            .unwrap_or_else(|| unreachable!("a sleeping task is taken once"))
    }
}

impl Future for Sleeping {
    type Output = Task;

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Task> {
        std::task::ready!(self.timer.as_mut().poll(context));
        match self.task.take() {
            Some(task) => std::task::Poll::Ready(task),
            None => std::task::Poll::Pending,
        }
    }
}
