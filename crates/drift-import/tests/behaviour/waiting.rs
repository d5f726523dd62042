//! An import that waits: for a rate limit, and for a dead network.

use std::collections::BTreeMap;
use std::time::Duration;

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

/// A load balancer whose servers restart has a page for everything; no row is to blame.
#[tokio::test]
async fn another_server_in_the_place_of_drift_is_waited_for() {
    let page = Effect::Status {
        status: 404,
        headers: BTreeMap::new(),
        body: Some("<html>no such route</html>".to_owned()),
        commit: false,
    };
    let page = Fault::new(page).method("POST").path("/contacts");
    let fixture = Fixture::new().await;
    let faults = fixture.emulator.faults();
    faults.add(page.clone().times(1)).expect("a fault");
    let file = fixture.file("leads.csv", leads(3));
    let summary = fixture.commit(&file, quick()).await;
    assert_eq!((summary.created, summary.refused), (3, 0));

    let fixture = Fixture::new().await;
    fixture.emulator.faults().add(page).expect("a fault");
    let file = fixture.file("leads.csv", leads(3));
    let mut hasty = quick();
    hasty.patience = Duration::ZERO;
    let summary = fixture.commit(&file, hasty).await;
    assert!(matches!(summary.stopped, Some(Stop::Unreachable(_))));
    assert_eq!((summary.refused, summary.left), (0, 3));
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
