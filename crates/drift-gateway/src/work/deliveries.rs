//! Deliveries: keyed creates that are accepted first and made later, at the pace that Drift allows, through restarts and
//! outages. Only where the gateway holds credentials of its own.

use std::sync::Arc;
use std::time::{Duration, Instant};

use drift::pace::Pace;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::Work;
use super::keyed::Job;
use crate::accounts::Caller;
use crate::reply::{self, Reply};
use crate::store::{AccountId, Enqueued, NewRecord, Record, RecordKey, SettledResponse, State};

/// How long the worker waits at most before it looks into the store again.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How long it waits after the store or Drift did not respond.
const AWAY: Duration = Duration::from_secs(2);

impl Work {
    /// Accepts a create that is delivered later.
    pub(crate) async fn accept(&self, new: NewRecord) -> Reply {
        let key = new.key.key.clone();
        match self.store.enqueue(new).await {
            Err(error) => Reply::store_away(&error),
            Ok(Enqueued::Accepted) => accepted(&key),
            Ok(Enqueued::Settled(settled)) => Reply::replay(settled),
            Ok(Enqueued::Unresolved) => {
                reply::unresolved("The request with this Idempotency-Key is unresolved")
            }
            Ok(Enqueued::Mismatch) => super::keyed::mismatch(),
        }
    }

    /// What became of a delivery.
    pub(crate) async fn delivery(&self, key: RecordKey) -> Reply {
        match self.store.read(&key).await {
            Err(error) => Reply::store_away(&error),
            Ok(None) => {
                let sentence = "There is no delivery with this key, or it was settled too long ago";
                Reply::error(404, "not_found", sentence)
            }
            Ok(Some(record)) => Reply::success(200, json!({"data": shown(&record)})),
        }
    }

    /// Delivers what is due, for as long as it is polled; what is in flight then ends as any work.
    pub(crate) async fn deliver(self: Arc<Self>, caller: Caller) {
        Worker { work: self, caller }.run().await;
    }
}

/// Delivers for one account.
struct Worker {
    work: Arc<Work>,
    caller: Caller,
}

/// What a delivery says of the pace: when it began, and its reply.
type Delivered = (Duration, Reply);

impl Worker {
    async fn run(&self) {
        let (mut pace, started) = (Pace::new(self.work.settings.deliveries), Instant::now());
        let mut in_flight: JoinSet<Option<Delivered>> = JoinSet::new();
        loop {
            while let Some(ended) = in_flight.try_join_next() {
                learn(&mut pace, started.elapsed(), ended.ok().flatten());
            }
            let pause = pace.pause(started.elapsed());
            if !pause.is_zero() {
                tokio::time::sleep(pause.min(LOOK_AGAIN)).await;
                continue;
            }
            let free = pace.window().saturating_sub(in_flight.len());
            if self.claim(free, started, &mut in_flight).await {
                continue;
            }
            self.wait(&mut in_flight, &mut pace, started).await;
        }
    }

    /// Takes what is due, as much as is free; false where there was nothing.
    async fn claim(
        &self,
        free: usize,
        started: Instant,
        in_flight: &mut JoinSet<Option<Delivered>>,
    ) -> bool {
        let Some(account) = self.account().await else {
            tokio::time::sleep(AWAY).await;
            return false;
        };
        let (work, terms) = (&self.work, self.work.settings.terms());
        let limit = u32::try_from(free).unwrap_or(u32::MAX);
        if limit == 0 {
            return false;
        }
        let taken = match work.store.claim_due(&account, limit, terms).await {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, "deliveries are not read");
                tokio::time::sleep(AWAY).await;
                return false;
            }
        };
        let any = !taken.is_empty();
        for taken in taken {
            work.metrics.recovered(taken.in_doubt);
            let job = Job::delivery(taken);
            let (work, caller) = (self.work.clone(), self.caller.clone());
            let began = started.elapsed();
            let running = self.work.track(async move {
                let reply = work.lead(&caller, job).await;
                work.metrics.delivered(reply.as_ref());
                reply.map(|reply| (began, reply))
            });
            in_flight.spawn(async move { running.await.ok().flatten() });
        }
        any
    }

    async fn account(&self) -> Option<AccountId> {
        self.caller.account().await.ok()
    }

    /// Waits until something may be due, or one in flight has ended.
    async fn wait(
        &self,
        in_flight: &mut JoinSet<Option<Delivered>>,
        pace: &mut Pace,
        started: Instant,
    ) {
        tokio::select! {
            Some(ended) = in_flight.join_next() => {
                learn(pace, started.elapsed(), ended.ok().flatten());
            }
            waited = self.work.store.wait_for_delivery(LOOK_AGAIN) => {
                if waited.is_err() {
                    tokio::time::sleep(AWAY).await;
                }
            }
        }
    }
}

/// What the reply to a delivery says of the pace.
fn learn(pace: &mut Pace, now: Duration, delivered: Option<Delivered>) {
    use drift::pace::Waiting;
    match delivered {
        None => {}
        Some((began, reply)) => match reply.status {
            429 => pace.rate_limited(began, now, reply.retry_after),
            500..=504 => pace.unreachable(began, now, Waiting::Unreachable),
            _ => pace.succeeded(),
        },
    }
}

fn accepted(key: &str) -> Reply {
    let body = json!({"data": {"key": key, "state": "waiting", "attempts": 0}});
    Reply::success(202, body)
        .header(
            "location",
            format!("/_gateway/deliveries/{}", path_segment(key)),
        )
        .header("preference-applied", "respond-async")
}

/// A key as one segment of a path.
fn path_segment(key: &str) -> String {
    let mut segment = String::with_capacity(key.len());
    for byte in key.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                segment.push(char::from(byte));
            }
            _ => segment.push_str(&format!("%{byte:02X}")),
        }
    }
    segment
}

/// A delivery as the contract shows it.
fn shown(record: &Record) -> Value {
    let mut shown = json!({
        "key": record.key.key,
        "state": state(&record.state),
        "attempts": record.attempts,
    });
    if let State::Settled(settled) = &record.state {
        add_response(&mut shown, settled);
    }
    shown
}

fn state(state: &State) -> &'static str {
    match state {
        State::InFlight | State::Open { .. } => "waiting",
        State::Unresolved => "failed",
        State::Settled(settled) if settled.failed => "failed",
        State::Settled(_) => "delivered",
    }
}

fn add_response(shown: &mut Value, settled: &SettledResponse) {
    let body: Value = serde_json::from_slice(&settled.body).unwrap_or_default();
    shown["status"] = settled.status.into();
    let (from, to) = match settled.failed {
        true => ("error", "error"),
        false => ("data", "contact"),
    };
    if body[from].is_object() {
        shown[to] = body[from].clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_segment_of_a_path() {
        for (key, segment) in [
            ("8e03-_~.", "8e03-_~."),
            ("a/b c%", "a%2Fb%20c%25"),
            ("../x", "..%2Fx"),
        ] {
            assert_eq!(path_segment(key), segment);
        }
    }
}
