//! Rows whose content changes from import to import, and files that change while they are imported.

use drift_emulator::{Effect, Fault};
use drift_import::{Cancel, Error, Event, OnDuplicate, Options, Purpose};
use futures::StreamExt;

use crate::bench::{Bench, leads, quick};

fn updating() -> Options {
    let mut options = quick();
    options.on_duplicate = OnDuplicate::Update;
    options
}

fn named(name: &str) -> String {
    format!("email,name\na@example.test,{name}\n")
}

async fn name_at_drift(bench: &Bench) -> Option<String> {
    let found = bench.found("a@example.test").await;
    found.first()?.name().map(str::to_owned)
}

#[tokio::test]
async fn a_row_that_is_changed_back_is_sent_again() {
    let bench = Bench::new().await;
    for name in ["Ada", "Bea", "Ada", "Bea", "Bea"] {
        let file = bench.file("leads.csv", named(name));
        let done = bench.commit(&file, updating()).await;
        assert_eq!(done.exit_code(), 0, "{done:?}");
        assert_eq!(name_at_drift(&bench).await.as_deref(), Some(name));
    }
    let journal = bench.path("leads.csv.drift-journal");
    let undone = drift_import::undo(&bench.client, &journal, &Cancel::default()).await;
    assert_eq!(
        undone.expect("undone").deleted,
        1,
        "that it made the contact stays proved"
    );
}

#[tokio::test]
async fn a_row_that_updated_a_contact_is_created_again_after_an_undo() {
    let bench = Bench::new().await;
    for name in ["Ada", "Bea"] {
        let file = bench.file("leads.csv", named(name));
        bench.commit(&file, updating()).await;
    }
    let journal = bench.path("leads.csv.drift-journal");
    let undone = drift_import::undo(&bench.client, &journal, &Cancel::default()).await;
    assert_eq!(undone.expect("undone").deleted, 1);
    let again = bench.commit(&bench.path("leads.csv"), updating()).await;
    assert_eq!((again.created, bench.contacts().await), (1, 1), "{again:?}");
}

#[tokio::test]
async fn no_results_are_written_for_a_file_that_is_another_by_then() {
    let bench = Bench::new().await;
    let slow = Effect::Stall {
        ms: Some(2),
        commit: false,
    };
    let faults = bench.emulator.faults();
    faults
        .add(Fault::new(slow).method("POST"))
        .expect("a fault");
    let file = bench.file("leads.csv", leads(300));
    let plan = bench.import(&file, quick()).plan(Purpose::Commit).await;
    let mut run = plan.expect("a plan").commit().expect("begun");
    let mut broken = None;
    while let Some(event) = run.next().await {
        match event {
            // All of it has been read by then.
            Ok(Event::Row { .. }) => {
                drop(bench.file("leads.csv", leads(300).replace("lead0@", "abcd0@")))
            }
            Ok(event) => panic!("{event:?}"),
            Err(error) => broken = Some(error),
        }
    }
    let cause = match &broken {
        Some(Error::Broken { cause, .. }) => cause,
        other => panic!("{other:?}"),
    };
    assert!(matches!(**cause, Error::FileChanged), "{cause:?}");
    assert!(bench.results("leads.created.csv").is_empty());

    bench.file("leads.csv", leads(300));
    let done = bench.commit(&file, quick()).await;
    assert_eq!((done.created, bench.contacts().await), (300, 300));
}

#[tokio::test]
async fn an_update_whose_answer_was_lost_is_unknown_when_the_import_stops() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", named("Ada"));
    bench.commit(&file, updating()).await;
    let lost = Effect::Disconnect {
        commit: true,
        reset: false,
    };
    let faults = bench.emulator.faults();
    faults
        .add(Fault::new(lost).method("PATCH"))
        .expect("a fault");
    let file = bench.file("leads.csv", named("Bea"));
    let mut options = updating();
    options.look_up_after = vec![std::time::Duration::from_secs(60)];
    let import = bench.import(&file, options);
    let plan = import.plan(Purpose::Commit).await.expect("a plan");
    let cancel = import.canceller();
    let run = tokio::spawn(plan.commit().expect("begun").finish());
    while name_at_drift(&bench).await.as_deref() != Some("Bea") {
        tokio::task::yield_now().await;
    }
    cancel.cancel();
    let stopped = run.await.expect("it ran").expect("a summary");
    assert_eq!((stopped.unknown, stopped.left), (1, 0), "{stopped:?}");
}
