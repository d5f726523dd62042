//! Counters in Prometheus' text format.

use drift::AttemptEnd;
use drift::protocol::Step;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::reply::Reply;
use crate::store::Health;

/// Which requests are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

/// Which creates are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeOf {
    outcome: String,
}

/// Which attempts of the library are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AttemptOf {
    operation: &'static str,
}

/// Everything that is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    in_flight: Gauge,
    refused: Counter,
    outcomes: Family<OutcomeOf, Counter>,
    deliveries: Family<OutcomeOf, Counter>,
    attempts: Family<AttemptOf, Counter>,
    retries: Counter,
    pauses: Counter,
    sends: Counter,
    updates: Counter,
    look_ups: Counter,
    recoveries: Counter,
    replays: Counter,
    joins: Counter,
    pending: Gauge,
    failed: Gauge,
    unresolved: Gauge,
    oldest_due: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("drift_gateway"),
            requests: Family::default(),
            in_flight: Gauge::default(),
            refused: Counter::default(),
            outcomes: Family::default(),
            deliveries: Family::default(),
            attempts: Family::default(),
            retries: Counter::default(),
            pauses: Counter::default(),
            sends: Counter::default(),
            updates: Counter::default(),
            look_ups: Counter::default(),
            recoveries: Counter::default(),
            replays: Counter::default(),
            joins: Counter::default(),
            pending: Gauge::default(),
            failed: Gauge::default(),
            unresolved: Gauge::default(),
            oldest_due: Gauge::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        let requests = self.requests.clone();
        registry.register("requests", "Requests by route and status", requests);
        let in_flight = self.in_flight.clone();
        registry.register(
            "requests_in_flight",
            "Requests in work or waiting",
            in_flight,
        );
        let refused = self.refused.clone();
        registry.register(
            "requests_refused",
            "Requests refused since too many wait",
            refused,
        );
        let outcomes = self.outcomes.clone();
        registry.register("outcomes", "Creates by what became of them", outcomes);
        let deliveries = self.deliveries.clone();
        registry.register(
            "deliveries",
            "Attempts at deliveries by how they ended",
            deliveries,
        );
        let attempts = self.attempts.clone();
        registry.register("attempts", "Requests to Drift by operation", attempts);
        for (name, help, counter) in [
            (
                "retries",
                "Requests to Drift that were attempts after the first",
                &self.retries,
            ),
            (
                "pauses",
                "Responses of Drift that asked for a pause (429)",
                &self.pauses,
            ),
            (
                "recoveries",
                "Keys that were in doubt, after a crash or a 504, and were taken up again",
                &self.recoveries,
            ),
            (
                "creates_sent",
                "Creates that were sent to Drift",
                &self.sends,
            ),
            (
                "updates_sent",
                "Updates that keyed upserts sent to Drift",
                &self.updates,
            ),
            (
                "look_ups",
                "Look-ups of creates and tickets after a doubt",
                &self.look_ups,
            ),
            ("replays", "Responses that were replayed", &self.replays),
            (
                "joins",
                "Requests that joined one with their key",
                &self.joins,
            ),
        ] {
            registry.register(name, help, counter.clone());
        }
        for (name, help, gauge) in [
            ("deliveries_pending", "Deliveries that wait", &self.pending),
            (
                "deliveries_failed",
                "Deliveries that Drift refused",
                &self.failed,
            ),
            (
                "keys_unresolved",
                "Keys that need a person",
                &self.unresolved,
            ),
            (
                "deliveries_oldest_due_seconds",
                "How long the oldest delivery has been due",
                &self.oldest_due,
            ),
        ] {
            registry.register(name, help, gauge.clone());
        }
    }

    /// Counts a request that has its response.
    pub(crate) fn request(&self, method: &str, route: &str, status: u16) {
        let request = Request {
            method: method.to_owned(),
            route: route.to_owned(),
            status,
        };
        self.requests.get_or_create(&request).inc();
    }

    /// Counts a request as in flight until it is dropped.
    pub(crate) fn in_flight(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    pub(crate) fn refused(&self) {
        self.refused.inc();
    }

    /// Counts a create by what became of it; one that failed as `failed`, one that is in doubt as `unresolved`.
    pub(crate) fn outcome(&self, reply: &Reply) {
        self.outcomes.get_or_create(&outcome_of(reply)).inc();
    }

    /// Counts an attempt at a delivery.
    pub(crate) fn delivered(&self, reply: Option<&Reply>) {
        if let Some(reply) = reply {
            self.deliveries.get_or_create(&outcome_of(reply)).inc();
        }
    }

    /// Counts an attempt of the library. The operations that end so are those of look-ups alone: what callers ask for
    /// is `contacts.find`.
    pub(crate) fn attempt(&self, attempt: &AttemptEnd) {
        let operation = attempt.operation();
        self.attempts.get_or_create(&AttemptOf { operation }).inc();
        if attempt.number() > 1 {
            self.retries.inc();
        } else if operation.starts_with("contacts.find_by_") {
            self.look_ups.inc();
        }
        if operation == "contacts.create" {
            self.sends.inc();
        }
        if attempt.status() == Some(429) {
            self.pauses.inc();
        }
    }

    /// Whether Drift has asked anybody to pause since the start.
    pub(crate) fn was_asked_to_pause(&self) -> bool {
        self.pauses.get() > 0
    }

    /// Counts a request of a keyed write, beside its attempts.
    pub(crate) fn step(&self, step: Step) {
        if step == Step::Update {
            self.updates.inc();
        }
    }

    /// Counts a key that is taken up again.
    pub(crate) fn recovered(&self, in_doubt: bool) {
        if in_doubt {
            self.recoveries.inc();
        }
    }

    pub(crate) fn replayed(&self) {
        self.replays.inc();
    }

    pub(crate) fn joined(&self) {
        self.joins.inc();
    }

    /// What the store holds.
    pub(crate) fn stored(&self, health: &Health) {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        self.pending.set(number(health.pending));
        self.failed.set(number(health.failed));
        self.unresolved.set(number(health.unresolved));
        self.oldest_due.set(number(health.oldest_due.as_secs()));
    }

    /// All of it as text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let _written = encode(&mut text, &self.registry);
        text
    }
}

/// A request that is in flight.
pub(crate) struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

fn outcome_of(reply: &Reply) -> OutcomeOf {
    let outcome = reply.outcome.as_deref();
    let outcome = outcome.unwrap_or(match reply.status {
        504 => "unresolved",
        _ => "failed",
    });
    OutcomeOf {
        outcome: outcome.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_was_counted_is_shown() {
        let metrics = Metrics::new();
        metrics.request("POST", "/contacts", 200);
        metrics.outcome(&Reply::success(504, Value::Null));
        metrics.recovered(true);
        metrics.recovered(false);
        let text = metrics.text();
        for line in [
            "drift_gateway_requests_total{method=\"POST\",route=\"/contacts\",status=\"200\"} 1",
            "drift_gateway_outcomes_total{outcome=\"unresolved\"} 1",
            "drift_gateway_recoveries_total 1",
            "drift_gateway_deliveries_pending 0",
        ] {
            assert!(text.lines().any(|own| own == line), "{line} in {text}");
        }
    }
}
