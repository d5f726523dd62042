//! Shows how an import goes on: a line that changes on a terminal, plain lines elsewhere; and listens for Ctrl-C.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use drift_import::{Cancel, Counters, Error, Event, Plan, Run, Snapshot, Summary, Waiting};

use crate::failure::Failure;
use crate::interrupt::stop_signal;
use crate::screen::Screen;

/// How often the line on a terminal changes.
const TICK: Duration = Duration::from_millis(200);
/// How often a plain line is written.
const LINE: Duration = Duration::from_secs(10);

/// An import that is watched.
pub struct Watched {
    counters: Counters,
    json: bool,
    live: bool,
}

impl Watched {
    pub fn new(screen: &Screen, counters: Counters) -> Self {
        let json = screen.is_json();
        Self {
            counters,
            json,
            live: !json && io::stderr().is_terminal(),
        }
    }

    /// Waits for a plan.
    pub async fn planning(
        &self,
        plan: impl Future<Output = Result<Plan, Error>>,
        cancel: &Cancel,
    ) -> Result<Result<Plan, Error>, Failure> {
        let mut drawing = Drawing::new(self);
        let planned = watch(plan, cancel, self.json, || {
            drawing.draw(|snapshot, _| planning_line(snapshot))
        })
        .await?;
        drawing.wipe();
        if cancel.is_cancelled() && planned.is_err() {
            return Err(Failure::input("stopped before anything was sent"));
        }
        Ok(planned)
    }

    /// Waits for a commit. Ctrl-C stops it in order; a second one at once.
    pub async fn committing(&self, mut run: Run) -> Result<Result<Summary, Error>, Failure> {
        let mut drawing = Drawing::new(self);
        let cancel = run.canceller();
        let driven = async {
            loop {
                let event = std::future::poll_fn(|context| poll(&mut run, context)).await;
                match event {
                    Some(Ok(Event::Finished(summary))) => return Ok(summary),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error),
                    None => return Err(Error::Interrupted),
                }
            }
        };
        let ended = watch(driven, &cancel, self.json, || drawing.draw(committing_line)).await?;
        drawing.wipe();
        Ok(ended)
    }
}

fn poll(
    run: &mut Run,
    context: &mut std::task::Context<'_>,
) -> std::task::Poll<Option<Result<Event, Error>>> {
    futures_core::Stream::poll_next(std::pin::Pin::new(run), context)
}

/// Waits for something that Ctrl-C asks to stop in order.
pub async fn unless_told<T>(
    work: impl Future<Output = T>,
    cancel: &Cancel,
    screen: &Screen,
) -> Result<T, Failure> {
    watch(work, cancel, screen.is_json(), || {}).await
}

async fn watch<T>(
    work: impl Future<Output = T>,
    cancel: &Cancel,
    json: bool,
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
                tell_of_stop(json);
                let again = stop_signal()?;
                tokio::spawn(async move {
                    again.await;
                    std::process::exit(130);
                });
            }
            _ = ticks.tick() => draw(),
        }
    }
}

const STOPPING: &str =
    "stopping: what is under way is finished first; Ctrl-C again ends it at once";

fn tell_of_stop(json: bool) {
    let text = match json {
        true => {
            serde_json::json!({ "note": { "kind": "stopping", "message": STOPPING } }).to_string()
        }
        false => format!("\n{STOPPING}"),
    };
    // Where standard error is closed, nobody waits to be told.
    let _ = writeln!(io::stderr(), "{text}");
}

struct Drawing<'a> {
    watched: &'a Watched,
    begun: Instant,
    last_line: Instant,
    drawn: bool,
}

impl<'a> Drawing<'a> {
    fn new(watched: &'a Watched) -> Self {
        Self {
            watched,
            begun: Instant::now(),
            last_line: Instant::now(),
            drawn: false,
        }
    }

    fn draw(&mut self, line: impl Fn(&Snapshot, Duration) -> Option<String>) {
        let due = self.watched.live || self.last_line.elapsed() >= LINE;
        let snapshot = self.watched.counters.snapshot();
        let Some(line) = line(&snapshot, self.begun.elapsed()).filter(|_| due) else {
            return;
        };
        self.last_line = Instant::now();
        let text = match (self.watched.json, self.watched.live) {
            (true, _) => format!("{}\n", serde_json::json!({ "progress": snapshot })),
            (false, true) => format!("\r\u{1b}[2K{line}"),
            (false, false) => format!("{line}\n"),
        };
        self.drawn = true;
        // Where standard error is closed, nobody watches.
        let _ = io::stderr().write_all(text.as_bytes());
    }

    fn wipe(&self) {
        if self.watched.live && self.drawn {
            let _ = io::stderr().write_all(b"\r\x1b[2K");
        }
    }
}

fn planning_line(snapshot: &Snapshot) -> Option<String> {
    Some(match snapshot.rows {
        0 => "reading the file".to_owned(),
        rows => format!("planning {}/{rows}", snapshot.planned),
    })
    .map(|line| line + &waiting(snapshot))
}

fn committing_line(snapshot: &Snapshot, elapsed: Duration) -> Option<String> {
    let (rows, done) = (snapshot.rows, snapshot.done());
    let percent = done * 100 / rows.max(1);
    let rate = snapshot.sent as f64 / elapsed.as_secs_f64().max(0.001);
    let mut line = format!(
        "{done}/{rows} ({percent} %), {rate:.0}/s, created {}, existed {}, refused {}, unknown {}",
        snapshot.created,
        snapshot.existed + snapshot.updated,
        snapshot.refused,
        snapshot.unknown,
    );
    if rate > 0.0 && snapshot.sent > 0 {
        let left = (rows.saturating_sub(done)) as f64 / rate;
        line.push_str(&format!(", {} left", span(left)));
    }
    line.push_str(&waiting(snapshot));
    Some(line)
}

/// Why nothing is sent, and for how long.
fn waiting(snapshot: &Snapshot) -> String {
    let seconds = snapshot.pause_millis.div_ceil(1_000);
    match snapshot.waiting {
        None => String::new(),
        Some(Waiting::Asked) => format!(", waiting {seconds} s as Drift asked"),
        Some(Waiting::RateLimit) => {
            format!(", waiting {seconds} s: Drift takes no more calls for now")
        }
        Some(Waiting::Failing) => format!(", waiting {seconds} s: Drift answers that it fails"),
        Some(_) => format!(", waiting {seconds} s: Drift cannot be reached"),
    }
}

/// A time for people: `42 s`, `3 min`, `2 h 5 min`.
fn span(seconds: f64) -> String {
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
    fn a_wait_is_told_with_its_reason() {
        let mut snapshot = Snapshot::default();
        assert_eq!(waiting(&snapshot), "");
        snapshot.pause_millis = 7_001;
        for (why, text) in [
            (Waiting::Asked, ", waiting 8 s as Drift asked"),
            (
                Waiting::RateLimit,
                ", waiting 8 s: Drift takes no more calls for now",
            ),
            (
                Waiting::Failing,
                ", waiting 8 s: Drift answers that it fails",
            ),
            (
                Waiting::Unreachable,
                ", waiting 8 s: Drift cannot be reached",
            ),
        ] {
            snapshot.waiting = Some(why);
            assert_eq!(waiting(&snapshot), text);
            let line = planning_line(&snapshot).expect("a line");
            assert!(line.ends_with(text), "{line}");
            let line = committing_line(&snapshot, Duration::ZERO).expect("a line");
            assert!(line.ends_with(text), "{line}");
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
            assert_eq!(span(seconds), text);
        }
    }
}
