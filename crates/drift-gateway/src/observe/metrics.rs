//! Counters in Prometheus' text format.

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

/// Everything that is counted.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    in_flight: Gauge,
    refused: Counter,
    outcomes: Family<OutcomeOf, Counter>,
    deliveries: Family<OutcomeOf, Counter>,
    sends: Counter,
    updates: Counter,
    look_ups: Counter,
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
            sends: Counter::default(),
            updates: Counter::default(),
            look_ups: Counter::default(),
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
        for (name, help, counter) in [
            (
                "creates_sent",
                "Creates that keyed requests sent to Drift",
                &self.sends,
            ),
            (
                "updates_sent",
                "Updates that keyed upserts sent to Drift",
                &self.updates,
            ),
            (
                "look_ups",
                "Look-ups of keyed requests after a doubt",
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

    /// Counts a request of a keyed write.
    pub(crate) fn step(&self, step: Step) {
        match step {
            Step::Send => self.sends.inc(),
            Step::Update => self.updates.inc(),
            Step::LookUp { .. } => self.look_ups.inc(),
            Step::Claim(_) | Step::Fail | Step::GiveUp => 0,
        };
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
        metrics.step(Step::LookUp { after: 0 });
        let text = metrics.text();
        for line in [
            "drift_gateway_requests_total{method=\"POST\",route=\"/contacts\",status=\"200\"} 1",
            "drift_gateway_outcomes_total{outcome=\"unresolved\"} 1",
            "drift_gateway_look_ups_total 1",
            "drift_gateway_deliveries_pending 0",
        ] {
            assert!(text.lines().any(|own| own == line), "{line} in {text}");
        }
    }
}
