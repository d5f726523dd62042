//! Drives a safe write under a lease: one request at a time, each only while the lease outlasts it.

use std::time::{Duration, Instant};

use drift::protocol::Step;
use drift::{ErrorKind, RetryPolicy, SafeWrite, Seen};
use ring::rand::{SecureRandom, SystemRandom};

use super::leased::Leased;

/// How a write under a lease ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Driven {
    /// It ended by itself.
    Ended,
    /// It was stopped since its time is up: its last refusal need not be the last word.
    OutOfTime,
    /// Somebody else has taken the record over. Nothing more is sent.
    LeaseLost,
}

/// Drives a write to its end, or until its time is up.
pub(crate) async fn drive(
    write: &mut SafeWrite,
    leased: &mut Leased<'_>,
    deadline: Instant,
) -> Driven {
    let (mut refusals, mut refusal) = (0, None);
    loop {
        if write.has_ended() {
            return Driven::Ended;
        }
        let wait = write.wait().max(backoff(write, refusals));
        if !rest(leased, wait, deadline).await {
            // No time is left to make it again, so the refusal is the last word.
            refusal
                .take()
                .into_iter()
                .for_each(|seen| write.report(seen));
            write.stop();
            return Driven::OutOfTime;
        }
        if !leased.may_send().await {
            return Driven::LeaseLost;
        }
        leased.count(write.step());
        let Some(seen) = write.request().await else {
            return Driven::Ended;
        };
        match put_off(&seen) {
            // The request was not executed. It is not reported to the write, so that it is made again.
            Some(wait) if rest(leased, wait, deadline).await => {
                refusals += 1;
                refusal = Some(seen);
            }
            _ => {
                refusal = None;
                write.report(seen);
            }
        }
    }
}

/// How long Drift puts a request off; one second where it does not say.
fn put_off(seen: &Seen) -> Option<Duration> {
    let error = seen
        .error()
        .filter(|error| error.kind() == ErrorKind::RateLimited)?;
    Some(error.retry_after().unwrap_or(Duration::from_secs(1)))
}

/// The wait before a request that was made before; look-ups have their own.
fn backoff(write: &SafeWrite, refusals: u32) -> Duration {
    let earlier = match write.step() {
        Step::Send => write.protocol().sent().saturating_sub(1),
        Step::Update => write.protocol().updates().saturating_sub(1),
        _ => 0,
    };
    match earlier.saturating_add(refusals) {
        0 => Duration::ZERO,
        attempt => RetryPolicy::default()
            .wait(attempt, chance(), None)
            .unwrap_or_default(),
    }
}

/// Waits under the lease, and returns `true`; `false` at once where the time would be up.
async fn rest(leased: &mut Leased<'_>, wait: Duration, deadline: Instant) -> bool {
    if wait >= deadline.saturating_duration_since(Instant::now()) {
        return false;
    }
    leased.rest(wait).await;
    true
}

/// A random number from 0 to 1, so that those who were refused together do not come back together.
fn chance() -> f64 {
    let mut bytes = [0; 4];
    // Without random bits everybody waits for the whole time.
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_be_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 1.0,
    }
}
