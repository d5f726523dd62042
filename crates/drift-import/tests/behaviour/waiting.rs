//! An import that waits: for a rate limit, and for a dead network.

use std::collections::BTreeMap;
use std::time::Duration;

use drift::NextAction;
use drift_emulator::{Effect, Fault};
use drift_import::{Error, Purpose, Stop, Waiting};

use crate::support::{Fixture, leads, quick};

#[tokio::test]
async fn a_rate_limit_slows_the_import_and_loses_nothing() {
    let fixture = Fixture::new().await;
    let limit = Effect::Status {
        status: 429,
        headers: BTreeMap::from([("retry-after".to_owned(), "0".to_owned())]),
        body: None,
        commit: false,
    };
    fixture
        .emulator
        .faults()
        .add(Fault::new(limit).path("/contacts").every(10))
        .expect("a fault");
    let file = fixture.file("leads.csv", leads(100));
    let summary = fixture.commit(&file, quick()).await;
    assert_eq!((summary.created, fixture.contacts().await), (100, 100));
}

/// Longer than any clock counts: nobody waits for it, and nothing panics.
fn never() -> Fault {
    let value = "99999999999999999999".to_owned();
    Fault::new(Effect::Status {
        status: 429,
        headers: BTreeMap::from([("retry-after".to_owned(), value)]),
        body: None,
        commit: false,
    })
}

#[tokio::test]
async fn a_wait_that_is_longer_than_the_patience_ends_a_plan() {
    for path in ["/app/token_info", "/contacts/attributes", "/contacts"] {
        let fixture = Fixture::new().await;
        let faults = fixture.emulator.faults();
        faults.add(never().path(path)).expect("a fault");
        let file = fixture.file("leads.csv", leads(3));
        let planned = fixture.import(&file, quick()).plan(Purpose::DryRun).await;
        let Some(Error::Drift(error)) = planned.err() else {
            panic!("{path} is waited for");
        };
        assert_eq!(error.kind(), drift::ErrorKind::RateLimited, "{path}");
    }
}

#[tokio::test]
async fn a_wait_that_is_longer_than_the_patience_ends_a_commit() {
    let fixture = Fixture::new().await;
    let faults = fixture.emulator.faults();
    faults
        .add(never().method("POST").path("/contacts"))
        .expect("a fault");
    let file = fixture.file("leads.csv", leads(3));
    let summary = fixture.commit(&file, quick()).await;
    assert!(matches!(summary.stopped, Some(Stop::Unreachable(_))));
    assert_eq!((summary.created, summary.unknown, summary.left), (0, 0, 3));
}

/// Every row would be refused in the same way, and each look the same: one request shows it.
#[tokio::test]
async fn another_server_in_the_place_of_drift_ends_the_import_with_one_request() {
    for status in [404, 405, 411, 407, 415] {
        let page = Effect::Status {
            status,
            headers: BTreeMap::new(),
            body: Some("<html>no such route</html>".to_owned()),
            commit: false,
        };
        // A second request would reach Drift.
        let page = Fault::new(page).method("POST").path("/contacts").times(1);
        let fixture = Fixture::new().await;
        fixture.emulator.faults().add(page).expect("a fault");
        let file = fixture.file("leads.csv", leads(3));
        let mut options = quick();
        options.concurrency = 1;
        let summary = fixture.commit(&file, options).await;
        let Some(Stop::NotDrift(error)) = &summary.stopped else {
            panic!("{status}: {summary:?}");
        };
        let advice = error.next_action();
        assert!(
            matches!(advice, NextAction::CheckBaseUrl | NextAction::CheckProxy),
            "{status}: {advice}"
        );
        assert_eq!((summary.refused, summary.unknown, summary.left), (0, 0, 3));
        assert_eq!(summary.exit_code(), 3, "a request left");
        assert_eq!(fixture.contacts().await, 0, "{status}");
    }
}

#[tokio::test]
async fn a_rate_limit_without_a_time_is_waited_for_as_long_as_the_patience_lasts() {
    let limit = Effect::Status {
        status: 429,
        headers: BTreeMap::new(),
        body: None,
        commit: false,
    };
    for (method, path) in [
        ("GET", "/contacts/attributes"),
        ("GET", "/contacts"),
        ("POST", "/contacts"),
    ] {
        let fixture = Fixture::new().await;
        let fault = Fault::new(limit.clone()).method(method).path(path);
        fixture.emulator.faults().add(fault).expect("a fault");
        let file = fixture.file("leads.csv", leads(3));
        let mut hasty = quick();
        hasty.patience = Duration::ZERO;
        let planned = fixture.import(&file, hasty).plan(Purpose::Commit).await;
        match (planned, method) {
            (Err(Error::Drift(error)), "GET") => {
                assert_eq!(error.kind(), drift::ErrorKind::RateLimited, "{path}");
            }
            (Ok(plan), "POST") => {
                let run = plan.commit().expect("begun");
                let summary = run.finish().await.expect("a summary");
                assert!(matches!(summary.stopped, Some(Stop::Unreachable(_))));
                assert_eq!((summary.left, summary.exit_code()), (3, 3));
            }
            (planned, _) => panic!("{method} {path}: {:?}", planned.err()),
        }
    }
}

#[tokio::test]
async fn a_token_that_is_refused_after_the_plan_leaves_rows_that_were_not_reached() {
    let fixture = Fixture::new().await;
    let refused = Effect::Status {
        status: 401,
        headers: BTreeMap::new(),
        body: None,
        commit: false,
    };
    let fault = Fault::new(refused).method("POST").path("/contacts");
    fixture.emulator.faults().add(fault).expect("a fault");
    let file = fixture.file("leads.csv", leads(3));
    let summary = fixture.commit(&file, quick()).await;
    assert!(matches!(summary.stopped, Some(Stop::NotAllowed(_))));
    assert_eq!((summary.left, summary.unknown), (3, 0));
    assert_eq!(summary.exit_code(), 3, "{summary:?}");
}

#[tokio::test]
async fn a_plan_waits_for_a_dead_network_as_long_as_asked() {
    for path in ["/app/token_info", "/contacts/attributes", "/contacts"] {
        let fixture = Fixture::new().await;
        let dead = Effect::Disconnect {
            reset: true,
            commit: false,
        };
        // One more than the library itself would overcome.
        let dead = Fault::new(dead).path(path).times(6);
        let faults = fixture.emulator.faults();
        faults.add(dead.clone()).expect("a fault");
        let file = fixture.file("leads.csv", leads(1));
        let mut hasty = quick();
        hasty.patience = Duration::ZERO;
        let given_up = fixture.import(&file, hasty).plan(Purpose::Commit).await;
        assert!(matches!(given_up.err(), Some(Error::Drift(_))), "{path}");

        faults.clear();
        faults.add(dead).expect("a fault");
        let import = fixture.import(&file, quick());
        let counters = import.counters();
        let planned = import.plan(Purpose::Commit).await.expect("a plan");
        assert_eq!(planned.summary().expect("a summary").create, 1);
        assert_eq!(counters.snapshot().waiting, None, "it is over");
    }
}

#[tokio::test]
async fn a_plan_that_waits_for_a_dead_network_names_the_reason_and_can_be_cancelled() {
    let fixture = Fixture::new().await;
    let dead = Effect::Disconnect {
        reset: true,
        commit: false,
    };
    fixture
        .emulator
        .faults()
        .add(Fault::new(dead))
        .expect("a fault");
    let file = fixture.file("leads.csv", leads(1));
    let mut options = quick();
    options.patience = Duration::from_secs(1_000_000);
    let import = fixture.import(&file, options);
    let (counters, cancel) = (import.counters(), import.canceller());
    let told = async {
        while counters.snapshot().waiting.is_none() {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
        counters.snapshot().waiting
    };
    let (planned, waiting) = tokio::join!(import.plan(Purpose::Commit), told);
    assert!(matches!(planned.err(), Some(Error::Interrupted)));
    assert_eq!(waiting, Some(Waiting::Unreachable));
}
