//! The task that sends: a bounded number of requests at the pace that Drift accepts, each row followed up to its end.

use std::collections::VecDeque;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use drift::{CallOptions, Client, ContactId, Contacts, RetryPolicy, VerifyPolicy};
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::commit::job::{Job, Queued};
use crate::commit::request::{self, Attempt};
use crate::commit::settle::{Action, Next, Progress, RowPolicy, Seen};
use crate::context::import_context::{ImportContext, look_up_options};
use crate::context::outcome::Stop;
use crate::context::pace::Pace;
use crate::context::poller::is_beyond;
use crate::context::waiting::Waiting;
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

/// A row that is sent and followed up.
struct Task {
    job: Job,
    action: Action,
    progress: Progress,
    wait: Duration,
}

type Ended = (Task, Duration, Attempt);

/// Sends rows until there are no more.
pub(crate) struct Sender {
    creating: Contacts,
    looking_up: Contacts,
    waits: Vec<Duration>,
    context: Arc<ImportContext>,
    journal_id: String,
    pace: Pace,
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
        let waits = if options.look_up_after.is_empty() {
            vec![Duration::ZERO]
        } else {
            options.look_up_after.clone()
        };
        Self {
            creating: client.contacts().with_options(sending(client.options())),
            looking_up: client.contacts().with_options(look_up_options(client)),
            waits,
            pace: Pace::new(options.concurrency),
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
            let pause = self.pace.pause(self.now);
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
        in_flight < self.pace.window() && self.pace.pause(self.now).is_zero()
    }

    /// Prepares what is sent for a row.
    fn begin(&mut self, row: Queued) -> Option<Task> {
        match Job::of(row, &self.context, &self.journal_id) {
            Ok(job) => Some(self.first(job)),
            Err((row, error)) => {
                self.report_unsent(row);
                self.stop.get_or_insert(Err(error));
                None
            }
        }
    }

    /// The first thing to do for a row.
    fn first(&self, job: Job) -> Task {
        let mut progress = Progress {
            // An update may be sent again without harm.
            lost: job.update().is_none()
                && (job.queued.planned.doubted || job.sent_before.is_some()),
            ..Progress::default()
        };
        let (action, wait) = match (job.sent_before, job.update()) {
            (_, Some(contact)) => (Action::Update(contact), Duration::ZERO),
            (None, None) => (Action::Send, Duration::ZERO),
            (Some(ago), None) => {
                // It was sent so long ago that the index has caught up: one look-up is enough.
                let total: Duration = self.waits.iter().sum();
                if ago > total {
                    progress.looks = self.waits.len() - 1;
                    (Action::Look, Duration::ZERO)
                } else {
                    (
                        Action::Look,
                        self.waits.first().copied().unwrap_or_default(),
                    )
                }
            }
        };
        Task {
            job,
            action,
            progress,
            wait,
        }
    }

    fn request(&self, mut task: Task) -> impl Future<Output = Ended> + use<> {
        let contacts = match task.action {
            Action::Look => self.looking_up.clone(),
            Action::Send | Action::Update(_) => self.creating.clone(),
        };
        let sent = self.now;
        task.wait = Duration::ZERO;
        async move {
            let (job, progress) = (&task.job, &mut task.progress);
            let attempt = match task.action {
                Action::Send => request::create(&contacts, job, progress).await,
                Action::Look => request::look_up(&contacts, job).await,
                Action::Update(contact) => request::update(&contacts, job, progress, contact).await,
            };
            (task, sent, attempt)
        }
    }

    fn judge(&mut self, (mut task, sent, attempt): Ended) {
        let seen = match attempt {
            Attempt::Seen(seen) => seen,
            Attempt::RateLimited(error) => {
                self.pace.rate_limited(sent, self.now, error.retry_after());
                if is_beyond(self.context.options.patience, &error) {
                    self.stop.get_or_insert(Ok(Stop::Unreachable(error)));
                }
                return self.ready.push_front(task);
            }
            Attempt::Unreachable(error) => {
                self.pace.unreachable(sent, self.now, Waiting::Unreachable);
                let patience = self.context.options.patience;
                if self.now - self.last_success > patience && self.stop.is_none() {
                    self.stop = Some(Ok(Stop::Unreachable(error)));
                }
                return self.ready.push_front(task);
            }
            Attempt::NotAllowed(error) => {
                self.stop.get_or_insert(Ok(Stop::NotAllowed(error)));
                return self.ready.push_front(task);
            }
        };
        if !matches!(seen, Seen::Lost | Seen::LookUpFailed | Seen::UpdateLost(_)) {
            self.pace.succeeded();
            self.last_success = self.now;
        }
        let policy = RowPolicy {
            on_duplicate: self.context.options.on_duplicate,
            waits: &self.waits,
        };
        match policy.next(&mut task.progress, seen) {
            Next::Do(action, wait) => {
                task.action = action;
                task.wait = wait;
                self.ready.push_front(task);
            }
            Next::Settled(state, contact, reason) => self.end_row(task, state, contact, reason),
        }
    }

    fn end_row(&mut self, task: Task, state: State, contact: Option<ContactId>, reason: String) {
        self.unknown_in_a_row = match state {
            State::Unknown => self.unknown_in_a_row + 1,
            _ => 0,
        };
        if self.unknown_in_a_row >= FAILING {
            self.stop.get_or_insert(Ok(Stop::Failing));
        }
        let result = RowResult {
            seq: task.job.queued.planned.seq,
            line: task.job.queued.planned.line,
            state,
            contact,
            reason,
            doubted: task.progress.lost,
        };
        self.report(Report::Row(result, task.job.queued));
    }

    /// Reports the rows that are not followed up any more.
    async fn report_rest(mut self, sleeping: Vec<Task>, mut rows: UnboundedReceiver<Queued>) {
        rows.close();
        let tasks: Vec<Task> = self.ready.drain(..).chain(sleeping).collect();
        for task in tasks {
            let (job, progress) = (&task.job, &task.progress);
            let in_doubt = job.sent_before.is_some()
                || progress.update_lost
                || progress.lost && progress.sends > 0;
            self.report_left(task.job.queued, in_doubt);
        }
        while let Some(row) = rows.recv().await {
            self.report_unsent(row);
        }
        let stop = self.stop.take();
        self.report(Report::End(stop.transpose()));
    }

    fn report_unsent(&self, row: Queued) {
        let in_doubt = row.planned.intent_at.is_some();
        self.report_left(row, in_doubt);
    }

    fn report_left(&self, row: Queued, in_doubt: bool) {
        let (seq, line) = (row.planned.seq, row.planned.line);
        let result = if in_doubt {
            RowResult {
                seq,
                line,
                state: State::Unknown,
                contact: None,
                reason: "a response was lost, and the import was stopped before the look-up"
                    .to_owned(),
                doubted: true,
            }
        } else {
            RowResult::not_sent(seq, line)
        };
        self.report(Report::Row(result, row));
    }

    /// The feeder is gone only if the journal cannot be written; then nothing is left to do.
    fn report(&self, report: Report) {
        let _received = self.reports.send(report);
    }
}

/// One attempt and one look-up at once; what is unknown after them is followed up here, beside other rows.
fn sending(options: &CallOptions) -> CallOptions {
    options
        .clone()
        .retry(RetryPolicy::none())
        .verify(VerifyPolicy::after([]))
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
