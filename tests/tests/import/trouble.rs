//! Lost answers, a limit on calls, a token that is refused.

use std::collections::BTreeMap;
use std::time::Duration;

use drift::Client;
use drift_emulator::{Effect, Fault};
use drift_import::{Error, Import, InputOptions, Purpose, Source, Waiting};

use crate::bench::{Bench, leads, losing, quick};

#[tokio::test]
async fn lost_answers_double_nothing_and_are_told_truly() {
    for (stamp, commit) in [(None, true), (None, false), (Some("import_stamp"), true)] {
        let bench = Bench::new().await;
        bench
            .emulator
            .faults()
            .add(losing(0.2, commit, 7))
            .expect("a fault");
        let file = bench.file("leads.csv", leads(200));
        let mut options = quick();
        options.stamp = stamp.map(str::to_owned);
        let summary = bench.commit(&file, options).await;
        assert_eq!(bench.contacts().await, 200);
        assert_eq!((summary.unknown, summary.refused, summary.left), (0, 0, 0));
        assert_eq!(summary.created + summary.existed, 200);
        // Without a stamp a contact found after a lost answer is not claimed; with one it is proved.
        assert_eq!(
            summary.existed > 0,
            stamp.is_none() && commit,
            "{stamp:?} {commit}"
        );
        for row in bench.results("leads.existed.csv") {
            assert!(row["drift_reason"].contains("not proved"), "{row:?}");
            assert!(!row["drift_contact_id"].is_empty());
        }
    }
}

#[tokio::test]
async fn too_many_calls_slow_the_import_and_lose_nothing() {
    let bench = Bench::new().await;
    let limit = Effect::Status {
        status: 429,
        headers: BTreeMap::from([("retry-after".to_owned(), "0".to_owned())]),
        body: None,
        commit: false,
    };
    bench
        .emulator
        .faults()
        .add(Fault::new(limit).path("/contacts").every(10))
        .expect("a fault");
    let file = bench.file("leads.csv", leads(100));
    let summary = bench.commit(&file, quick()).await;
    assert_eq!((summary.created, bench.contacts().await), (100, 100));
}

#[tokio::test]
async fn a_plan_waits_for_a_dead_network_as_long_as_asked() {
    for path in ["/app/token_info", "/contacts/attributes", "/contacts"] {
        let bench = Bench::new().await;
        let dead = Effect::Disconnect {
            reset: true,
            commit: false,
        };
        // One more than the library itself would overcome.
        let dead = Fault::new(dead).path(path).times(6);
        let faults = bench.emulator.faults();
        faults.add(dead.clone()).expect("a fault");
        let file = bench.file("leads.csv", leads(1));
        let mut hasty = quick();
        hasty.patience = Duration::ZERO;
        let given_up = bench.import(&file, hasty).plan(Purpose::Commit).await;
        assert!(matches!(given_up.err(), Some(Error::Drift(_))), "{path}");

        faults.clear();
        faults.add(dead).expect("a fault");
        let import = bench.import(&file, quick());
        let counters = import.counters();
        let planned = import.plan(Purpose::Commit).await.expect("a plan");
        assert_eq!(planned.summary().expect("a summary").create, 1);
        assert_eq!(counters.snapshot().waiting, None, "it is over");
    }
}

#[tokio::test]
async fn who_waits_for_a_dead_network_can_be_stopped_and_is_told_why() {
    let bench = Bench::new().await;
    let dead = Effect::Disconnect {
        reset: true,
        commit: false,
    };
    bench
        .emulator
        .faults()
        .add(Fault::new(dead))
        .expect("a fault");
    let file = bench.file("leads.csv", leads(1));
    let mut options = quick();
    options.patience = Duration::from_secs(1_000_000);
    let import = bench.import(&file, options);
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

#[tokio::test]
async fn a_wrong_token_stops_at_once() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(3));
    let stranger = Client::builder("wrong")
        .base_url(bench.emulator.url())
        .build()
        .expect("a client");
    let source = Source::scan(&file, &InputOptions::default()).expect("a file");
    let mut options = quick();
    options.offline = true;
    let import = Import::new(stranger, source, options);
    let plan = import.plan(Purpose::Commit).await.expect("a plan");
    let summary = plan
        .commit()
        .expect("begun")
        .finish()
        .await
        .expect("a summary");
    assert_eq!(
        (summary.exit_code(), summary.left, summary.unknown),
        (2, 3, 0),
        "{summary:?}"
    );
}
