//! Shows the progress of an import, and listens for Ctrl-C and other signals to stop.

use std::time::{Duration, Instant};

use drift_import::{Cancel, Counters, Error, Event, Plan, Run, Snapshot, Summary, Waiting};

use super::input::remove_copy;
use super::next_command;
use crate::failure::Failure;
use crate::output::{ProgressLine, Screen};
use crate::session::interrupt::stop_signal;

/// How often the progress is looked at.
const TICK: Duration = Duration::from_millis(200);

/// What a process that a second Ctrl-C ended returns.
const EXIT_INTERRUPTED: i32 = 130;

/// An import whose progress is shown.
pub struct Watched<'a> {
    screen: &'a Screen,
    counters: Counters,
}

impl<'a> Watched<'a> {
    pub fn new(screen: &'a Screen, counters: Counters) -> Self {
        Self { screen, counters }
    }

    /// Waits for a plan.
    pub async fn planning(
        &self,
        plan: impl Future<Output = Result<Plan, Error>>,
        cancel: &Cancel,
    ) -> Result<Result<Plan, Error>, Failure> {
        let planned = self.watch(plan, cancel, planning_line).await?;
        if cancel.is_cancelled() && planned.is_err() {
            return Err(
                Failure::input("stopped while planning: nothing was sent to Drift")
                    .next(format!("to start again: {}", next_command::typed_again())),
            );
        }
        Ok(planned)
    }

    /// Waits for a commit. The first Ctrl-C lets the requests in flight finish; a second one ends the process at once.
    /// `limit` is how many rows this run sends at most.
    pub async fn committing(
        &self,
        run: Run,
        limit: Option<u64>,
    ) -> Result<Result<Summary, Error>, Failure> {
        let cancel = run.canceller();
        let begun = Instant::now();
        let line = |snapshot: &Snapshot| committing_line(snapshot, begun.elapsed(), limit);
        self.watch(summary(run), &cancel, line).await
    }

    async fn watch<T>(
        &self,
        work: impl Future<Output = T>,
        cancel: &Cancel,
        line: impl Fn(&Snapshot) -> String,
    ) -> Result<T, Failure> {
        let mut progress = ProgressLine::new(self.screen);
        let draw = || {
            let snapshot = self.counters.snapshot();
            progress.draw(&line(&snapshot), &snapshot);
        };
        let ended = drive(work, cancel, self.screen, draw).await?;
        progress.erase();
        Ok(ended)
    }
}

/// Runs a commit to its end.
async fn summary(mut run: Run) -> Result<Summary, Error> {
    loop {
        let event = std::future::poll_fn(|context| {
            futures_core::Stream::poll_next(std::pin::Pin::new(&mut run), context)
        });
        match event.await {
            Some(Ok(Event::Finished(summary))) => return Ok(summary),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error),
            None => return Err(Error::Interrupted),
        }
    }
}

/// Waits for work that Ctrl-C asks to stop, and shows no progress.
pub async fn cancel_on_signal<T>(
    work: impl Future<Output = T>,
    cancel: &Cancel,
    screen: &Screen,
) -> Result<T, Failure> {
    drive(work, cancel, screen, || {}).await
}

async fn drive<T>(
    work: impl Future<Output = T>,
    cancel: &Cancel,
    screen: &Screen,
    mut draw: impl FnMut(),
) -> Result<T, Failure> {
    let mut work = std::pin::pin!(work);
    let mut stopped = std::pin::pin!(stop_signal()?);
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            ended = &mut work => return Ok(ended),
            () = &mut stopped, if !cancel.is_cancelled() => {
                cancel.cancel();
                screen.note_below_progress("stopping", STOPPING);
                exit_on_second_signal()?;
            }
            _ = ticks.tick() => draw(),
        }
    }
}

const STOPPING: &str = "stopping after the requests in flight; press Ctrl-C again to stop at once";

fn exit_on_second_signal() -> Result<(), Failure> {
    let second = stop_signal()?;
    tokio::spawn(async move {
        second.await;
        remove_copy();
        std::process::exit(EXIT_INTERRUPTED);
    });
    Ok(())
}

fn planning_line(snapshot: &Snapshot) -> String {
    let line = match snapshot.rows {
        0 => "reading the file".to_owned(),
        rows => format!("planning {}/{rows}", snapshot.planned),
    };
    line + &waiting(snapshot)
}

fn committing_line(snapshot: &Snapshot, elapsed: Duration, limit: Option<u64>) -> String {
    let (rows, done) = (snapshot.rows, snapshot.done());
    let percent = done * 100 / rows.max(1);
    let rate = snapshot.sent as f64 / elapsed.as_secs_f64().max(0.001);
    let updated = match snapshot.updated {
        0 => String::new(),
        updated => format!(", updated {updated}"),
    };
    let mut line = format!(
        "{done}/{rows} ({percent} %), {rate:.0}/s, created {}, existed {}{updated}, refused {}, unknown {}",
        snapshot.created, snapshot.existed, snapshot.refused, snapshot.unknown,
    );
    if rate > 0.0 && snapshot.sent > 0 {
        let may_be_sent = limit.unwrap_or(u64::MAX).saturating_sub(snapshot.sent);
        let left = rows.saturating_sub(done).min(may_be_sent) as f64 / rate;
        line.push_str(&format!(", {} left", duration_words(left)));
    }
    line + &waiting(snapshot)
}

/// Why nothing is sent at the moment, and for how long.
fn waiting(snapshot: &Snapshot) -> String {
    let seconds = snapshot.pause_millis.div_ceil(1_000);
    match snapshot.waiting {
        None => String::new(),
        Some(Waiting::Asked) => format!(", waiting {seconds} s as Drift asked"),
        Some(Waiting::RateLimit) => {
            format!(", waiting {seconds} s: Drift limits the rate")
        }
        Some(Waiting::Failing) => format!(", waiting {seconds} s: Drift responds with errors"),
        Some(_) => format!(", waiting {seconds} s: Drift cannot be reached"),
    }
}

/// A duration for people: `42 s`, `3 min`, `2 h 5 min`.
fn duration_words(seconds: f64) -> String {
    let seconds = seconds.ceil() as u64;
    match seconds {
        0..=99 => format!("{seconds} s"),
        100..=5_999 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_shown_with_its_reason() {
        let mut snapshot = Snapshot::default();
        assert_eq!(waiting(&snapshot), "");
        snapshot.pause_millis = 7_001;
        for (why, text) in [
            (Waiting::Asked, ", waiting 8 s as Drift asked"),
            (Waiting::RateLimit, ", waiting 8 s: Drift limits the rate"),
            (
                Waiting::Failing,
                ", waiting 8 s: Drift responds with errors",
            ),
            (
                Waiting::Unreachable,
                ", waiting 8 s: Drift cannot be reached",
            ),
        ] {
            snapshot.waiting = Some(why);
            assert_eq!(waiting(&snapshot), text);
            let line = planning_line(&snapshot);
            assert!(line.ends_with(text), "{line}");
            let line = committing_line(&snapshot, Duration::ZERO, None);
            assert!(line.ends_with(text), "{line}");
        }
    }

    #[test]
    fn the_time_left_is_that_of_the_rows_that_this_run_sends() {
        let mut snapshot = Snapshot::default();
        (snapshot.rows, snapshot.sent) = (1_000, 10);
        (snapshot.created, snapshot.updated) = (8, 2);
        for (limit, left) in [(None, "99 s left"), (Some(50), "4 s left")] {
            let line = committing_line(&snapshot, Duration::from_secs(1), limit);
            assert!(line.ends_with(left), "{line}");
            assert!(line.contains("created 8, existed 0, updated 2,"), "{line}");
        }
    }

    #[test]
    fn times_are_short() {
        for (seconds, text) in [
            (0.2, "1 s"),
            (99.0, "99 s"),
            (150.0, "3 min"),
            (7_500.0, "2 h 5 min"),
        ] {
            assert_eq!(duration_words(seconds), text);
        }
    }
}
