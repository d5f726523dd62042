//! Lost answers, a limit on calls, a token that is refused.

use std::collections::BTreeMap;

use drift::Client;
use drift_emulator::{Effect, Fault};
use drift_import::{Import, InputOptions, Purpose, Source};

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
