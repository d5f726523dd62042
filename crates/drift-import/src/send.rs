//! Sends what is to be sent: bounded, at the pace that Drift takes, every request followed up until its row is settled.

use std::collections::VecDeque;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use drift::{CallOptions, Client, ContactId, Contacts, NewContact, RetryPolicy, VerifyPolicy};
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::mpsc::Receiver;

use crate::import::looking;
use crate::journal::{Settlement, State};
use crate::options::{OnDuplicate, Options};
use crate::pace::Pace;
use crate::progress::{Cancel, Counters, Stop, Waiting};
use crate::request::{self, Answer};
use crate::row::Row;
use crate::settle::{Action, Manner, Next, Progress, Seen};

/// Rows that may end unknown one after the other before it is taken that Drift is down.
const FAILING: u32 = 50;

/// A row to be sent.
pub(crate) struct Job {
    pub(crate) seq: i64,
    pub(crate) line: u64,
    pub(crate) external_id: Option<String>,
    pub(crate) new: NewContact,
    /// What an update would change; none where no update can come to be wanted.
    pub(crate) row: Option<Row>,
    /// The attribute and the value that prove the contact to be ours.
    pub(crate) stamp: Option<(String, String)>,
    /// The contact to update; none where one is to be created.
    pub(crate) update: Option<ContactId>,
    /// Whether an answer for it was ever lost.
    pub(crate) doubted: bool,
    /// Whether it may have been sent before, so that it must be looked up first; with the time since then.
    pub(crate) sent_before: Option<Duration>,
}

/// What the task that sends tells of.
pub(crate) enum Report {
    /// What became of a row.
    Row(Settlement),
    /// No more will come.
    End(Option<Stop>),
}

/// A row under way.
struct Task {
    job: Job,
    action: Action,
    progress: Progress,
    wait: Duration,
}

type Answered = (Task, Duration, Answer);

/// Sends rows until there are no more.
pub(crate) struct Sender {
    creating: Contacts,
    looking: Contacts,
    waits: Vec<Duration>,
    on_duplicate: OnDuplicate,
    patience: Duration,
    pace: Pace,
    counters: Counters,
    cancel: Cancel,
    reports: mpsc::Sender<Report>,
    ready: VecDeque<Task>,
    started: Instant,
    /// The time of this turn, and of the last success, since the start.
    now: Duration,
    last_success: Duration,
    unknown_in_a_row: u32,
    stop: Option<Stop>,
}

impl Sender {
    pub(crate) fn new(
        client: &Client,
        options: &Options,
        counters: Counters,
        cancel: Cancel,
        reports: mpsc::Sender<Report>,
    ) -> Self {
        let waits = match options.look_up_after.is_empty() {
            true => vec![Duration::ZERO],
            false => options.look_up_after.clone(),
        };
        Self {
            creating: client.contacts().with_options(sending(client.options())),
            looking: client.contacts().with_options(looking(client)),
            waits,
            on_duplicate: options.on_duplicate,
            patience: options.patience,
            pace: Pace::new(options.concurrency),
            counters,
            cancel,
            reports,
            ready: VecDeque::new(),
            started: Instant::now(),
            now: Duration::ZERO,
            last_success: Duration::ZERO,
            unknown_in_a_row: 0,
            stop: None,
        }
    }

    /// Takes jobs until their channel ends, or the import is to stop.
    pub(crate) async fn run(mut self, mut jobs: Receiver<Job>) {
        let cancel = self.cancel.clone();
        let mut under_way = FuturesUnordered::new();
        let mut asleep = FuturesUnordered::new();
        let mut more = true;
        let mut cancelled = std::pin::pin!(cancel.cancelled());
        loop {
            self.now = self.started.elapsed();
            self.stop_if_asked();
            while self.stop.is_none() && self.may_send(under_way.len()) {
                let task = match self.ready.pop_front() {
                    Some(task) => task,
                    None => match jobs.try_recv() {
                        Ok(job) => self.begin(job),
                        Err(_) => break,
                    },
                };
                if task.wait.is_zero() {
                    under_way.push(self.request(task));
                } else {
                    asleep.push(sleep(task));
                }
            }
            if self.stop.is_some() && under_way.is_empty() {
                break;
            }
            if !more && under_way.is_empty() && asleep.is_empty() && self.ready.is_empty() {
                break;
            }
            let pause = self.pace.pause(self.now);
            let room =
                self.stop.is_none() && pause.is_zero() && under_way.len() < self.pace.window();
            tokio::select! {
                biased;
                Some(answered) = under_way.next(), if !under_way.is_empty() => self.judge(answered),
                Some(task) = asleep.next(), if !asleep.is_empty() => self.ready.push_back(task),
                job = jobs.recv(), if more && room && self.ready.is_empty() => match job {
                    Some(job) => {
                        let task = self.begin(job);
                        self.ready.push_back(task);
                    }
                    None => more = false,
                },
                () = sleep_for(pause), if !pause.is_zero() && self.stop.is_none() => {}
                () = &mut cancelled, if self.stop.is_none() => self.stop = Some(Stop::Cancelled),
            }
            self.counters.set_pace(&self.pace, self.now);
        }
        let sleeping: Vec<Task> = asleep.into_iter().map(Sleeping::into_task).collect();
        self.leave(sleeping, jobs);
    }

    fn stop_if_asked(&mut self) {
        if self.cancel.is_cancelled() && self.stop.is_none() {
            self.stop = Some(Stop::Cancelled);
        }
    }

    fn may_send(&self, under_way: usize) -> bool {
        under_way < self.pace.window() && self.pace.pause(self.now).is_zero()
    }

    /// The first thing to do for a row.
    fn begin(&self, job: Job) -> Task {
        let mut progress = Progress {
            // An update may be sent as often as it takes.
            lost: job.update.is_none() && (job.doubted || job.sent_before.is_some()),
            ..Progress::default()
        };
        let (action, wait) = match (job.sent_before, job.update) {
            (_, Some(contact)) => (Action::Update(contact), Duration::ZERO),
            (None, None) => (Action::Send, Duration::ZERO),
            (Some(ago), None) => {
                // Long after it may have been sent no index lags behind any more: one look tells.
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

    fn request(&self, mut task: Task) -> impl Future<Output = Answered> + use<> {
        let (creating, looking) = (self.creating.clone(), self.looking.clone());
        let sent = self.now;
        task.wait = Duration::ZERO;
        async move {
            let (job, progress) = (&task.job, &mut task.progress);
            let answer = match task.action {
                Action::Send => request::create(&creating, job, progress).await,
                Action::Look => request::look(&looking, job).await,
                Action::Update(contact) => request::update(&creating, job, progress, contact).await,
            };
            (task, sent, answer)
        }
    }

    fn judge(&mut self, (mut task, sent, answer): Answered) {
        self.now = self.started.elapsed();
        let seen = match answer {
            Answer::Seen(seen) => seen,
            Answer::PutOff(error) => {
                self.pace.put_off(sent, self.now, error.retry_after());
                return self.ready.push_front(task);
            }
            Answer::Unreachable(error) => {
                self.pace.unreachable(sent, self.now, Waiting::Unreachable);
                if self.now - self.last_success > self.patience && self.stop.is_none() {
                    self.stop = Some(Stop::Unreachable(error));
                }
                return self.ready.push_front(task);
            }
            Answer::NotAllowed(error) => {
                self.stop.get_or_insert(Stop::NotAllowed(error));
                return self.ready.push_front(task);
            }
        };
        if !matches!(seen, Seen::Lost | Seen::LookUpFailed | Seen::UpdateLost(_)) {
            self.pace.succeeded();
            self.last_success = self.now;
        }
        let manner = Manner {
            on_duplicate: self.on_duplicate,
            waits: &self.waits,
        };
        match manner.next(&mut task.progress, seen) {
            Next::Do(action, wait) => {
                task.action = action;
                task.wait = wait;
                self.ready.push_front(task);
            }
            Next::Settled(state, contact, reason) => self.settled(&task, state, contact, reason),
        }
    }

    fn settled(&mut self, task: &Task, state: State, contact: Option<ContactId>, reason: String) {
        self.unknown_in_a_row = match state {
            State::Unknown => self.unknown_in_a_row + 1,
            _ => 0,
        };
        if self.unknown_in_a_row >= FAILING {
            self.stop.get_or_insert(Stop::Failing);
        }
        self.report(Report::Row(Settlement {
            seq: task.job.seq,
            line: task.job.line,
            state,
            contact,
            reason,
            doubted: task.progress.lost,
        }));
    }

    /// Tells of the rows that are not followed up any more.
    fn leave(mut self, sleeping: Vec<Task>, mut jobs: Receiver<Job>) {
        jobs.close();
        let tasks: Vec<Task> = self.ready.drain(..).chain(sleeping).collect();
        for task in tasks {
            self.leave_task(&task.job, &task.progress);
        }
        while let Ok(job) = jobs.try_recv() {
            let progress = Progress {
                lost: job.sent_before.is_some(),
                ..Progress::default()
            };
            self.leave_task(&job, &progress);
        }
        let stop = self.stop.take();
        self.report(Report::End(stop));
    }

    fn leave_task(&self, job: &Job, progress: &Progress) {
        let in_doubt = job.sent_before.is_some() || progress.lost && progress.sends > 0;
        self.report(Report::Row(match in_doubt {
            true => Settlement {
                seq: job.seq,
                line: job.line,
                state: State::Unknown,
                contact: None,
                reason: "an answer was lost, and the import was stopped before it was looked for"
                    .to_owned(),
                doubted: true,
            },
            false => Settlement::not_sent(job),
        }));
    }

    /// Whoever takes the reports is gone only when the journal cannot be written; then there is nothing left to do.
    fn report(&self, report: Report) {
        let _gone = self.reports.send(report);
    }
}

/// One attempt and one look at once; what is still unknown then is followed up here, beside other rows.
fn sending(options: &CallOptions) -> CallOptions {
    options
        .clone()
        .retry(RetryPolicy::off())
        .verify(VerifyPolicy::after([]))
}

/// Makes its timer only when it is polled: most rounds need none.
async fn sleep_for(time: Duration) {
    tokio::time::sleep(time).await;
}

/// A task that waits. Its row can be had back when the import stops.
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
