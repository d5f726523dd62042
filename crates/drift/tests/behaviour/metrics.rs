//! What is counted through the `metrics` facade, and under which names.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit, with_local_recorder,
};

use crate::raw_server::{RawServer, Reply};

/// How often each key was counted or measured.
#[derive(Clone, Default)]
struct Counts(Arc<Mutex<BTreeMap<String, u64>>>);

struct Count(Counts, String);

impl Count {
    fn add(&self, more: u64) {
        let mut counts = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(self.1.clone()).or_default() += more;
    }
}

impl CounterFn for Count {
    fn increment(&self, value: u64) {
        self.add(value);
    }

    fn absolute(&self, _: u64) {}
}

impl HistogramFn for Count {
    fn record(&self, _: f64) {
        self.add(1);
    }
}

impl Counts {
    fn of(&self, key: &Key) -> Arc<Count> {
        let labels = key
            .labels()
            .map(|label| format!(" {}={}", label.key(), label.value()));
        let name = key.name().to_owned() + &labels.collect::<String>();
        Arc::new(Count(self.clone(), name))
    }
}

impl Recorder for Counts {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.of(key))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.of(key))
    }
}

#[test]
fn attempts_and_failures_are_counted_under_documented_names() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().build().expect("a runtime");
    let counts = Counts::default();
    with_local_recorder(&counts, || {
        runtime.block_on(async {
            let server = RawServer::start(|_, number| match number {
                1 => Reply::empty(503),
                _ => Reply::json(200, &serde_json::json!({"data": {"id": 7}})),
            })
            .await;
            let contact = server.client().contacts().get(7).await;
            contact.expect("a contact");
        });
    });
    let counted = counts.0.lock().expect("no panic").clone();
    let expected = [
        ("drift_attempt_duration_seconds operation=contacts.get", 2),
        ("drift_attempt_failures_total kind=server", 1),
        ("drift_attempts_total operation=contacts.get", 2),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counted, BTreeMap::from(expected));
    let docs = include_str!("../../src/observability.rs");
    for name in counted.keys().filter_map(|key| key.split(' ').next()) {
        assert!(docs.contains(name), "{name} is not documented");
    }
}
