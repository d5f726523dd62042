//! A file or options that are not those of the plan any more.

use drift_emulator::{Effect, Fault};
use drift_import::{Error, Event, OnDuplicate, Purpose};
use futures::StreamExt;

use crate::support::{Fixture, leads, quick};

#[tokio::test]
async fn the_commit_executes_the_plan_or_refuses() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(3));
    let plan = fixture.import(&file, quick()).plan(Purpose::Commit).await;
    drop(plan.expect("a plan"));
    let mut other = quick();
    other.on_duplicate = OnDuplicate::Update;
    let refused = fixture
        .import(&file, other)
        .plan(Purpose::Commit)
        .await
        .err();
    assert!(
        matches!(&refused, Some(Error::OptionsChanged(names)) if names == &["on-duplicate"]),
        "{refused:?}"
    );
    let file = fixture.file("leads.csv", leads(4));
    let refused = fixture
        .import(&file, quick())
        .plan(Purpose::Commit)
        .await
        .err();
    assert!(matches!(refused, Some(Error::FileChanged)), "{refused:?}");
    assert_eq!(fixture.contacts().await, 0);
    fixture.plan(&file, quick()).await;
    assert_eq!(fixture.commit(&file, quick()).await.created, 4);
}

#[tokio::test]
async fn a_file_that_changes_after_the_plan_stops_the_commit() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(3));
    let import = fixture.import(&file, quick());
    let plan = import.plan(Purpose::Commit).await.expect("a plan");
    fixture.file("leads.csv", leads(3).replace("Lead 2", "Other"));
    let ended = plan.commit().expect("begun").finish().await.err();
    assert!(matches!(ended, Some(Error::FileChanged)), "{ended:?}");
}

#[tokio::test]
async fn a_file_whose_last_row_changes_before_the_commit_sends_nothing() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(1_000));
    let plan = fixture.import(&file, quick()).plan(Purpose::Commit).await;
    let plan = plan.expect("a plan");
    fixture.file("leads.csv", leads(1_000).replace("Lead 999", "Lead 998"));
    let ended = plan.commit().expect("begun").finish().await.err();
    assert!(matches!(ended, Some(Error::FileChanged)), "{ended:?}");
    assert_eq!(fixture.contacts().await, 0);
}

#[tokio::test]
async fn a_file_that_changes_after_rows_were_sent_reports_how_many() {
    let fixture = Fixture::new().await;
    // Long enough that the reader has not read it all when the first row has ended.
    let name = "x".repeat(500);
    let rows = (0..2_000).map(|n| format!("lead{n}@example.test,{name}\n"));
    let text = format!("email,name\n{}", rows.collect::<String>());
    let file = fixture.file("leads.csv", &text);
    let mut options = quick();
    options.offline = true;
    let import = fixture.import(&file, options.clone());
    let plan = import.plan(Purpose::Commit).await.expect("a plan");
    let mut run = plan.commit().expect("begun");
    let mut broken = None;
    while let Some(event) = run.next().await {
        match event {
            Ok(Event::Row { .. }) => drop(fixture.file("leads.csv", text.replace('x', "y"))),
            Ok(_) => {}
            Err(error) => broken = Some(error),
        }
    }
    drop(run);
    let Some(Error::Broken {
        cause,
        done,
        unknown,
    }) = broken
    else {
        panic!("{broken:?}");
    };
    assert!(matches!(*cause, Error::FileChanged), "{cause}");
    assert_eq!((done, unknown), (fixture.contacts().await, 0));
    fixture.file("leads.csv", &text);
    let summary = fixture.commit(&file, options).await;
    assert_eq!((summary.created, summary.sent), (2_000, 2_000 - done));
}

#[tokio::test]
async fn no_results_are_written_for_a_file_that_changed_meanwhile() {
    let fixture = Fixture::new().await;
    let slow = Effect::Stall {
        ms: Some(2),
        commit: false,
    };
    let faults = fixture.emulator.faults();
    faults
        .add(Fault::new(slow).method("POST"))
        .expect("a fault");
    let file = fixture.file("leads.csv", leads(300));
    let plan = fixture.import(&file, quick()).plan(Purpose::Commit).await;
    let mut run = plan.expect("a plan").commit().expect("begun");
    let mut broken = None;
    while let Some(event) = run.next().await {
        match event {
            // All of it has been read by then.
            Ok(Event::Row { .. }) => {
                drop(fixture.file("leads.csv", leads(300).replace("lead0@", "abcd0@")))
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
    assert!(fixture.results("leads.created.csv").is_empty());

    fixture.file("leads.csv", leads(300));
    let done = fixture.commit(&file, quick()).await;
    assert_eq!((done.created, fixture.contacts().await), (300, 300));
}
