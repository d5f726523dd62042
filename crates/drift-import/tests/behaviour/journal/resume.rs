//! A second run, and an import that goes on after it was stopped.

use drift_import::{Error, Event, Purpose};
use futures::StreamExt;

use crate::support::{Fixture, leads, quick};

#[tokio::test]
async fn a_second_run_creates_nothing_twice() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(50));
    let first = fixture.commit(&file, quick()).await;
    let second = fixture.commit(&file, quick()).await;
    assert_eq!(
        (first.created, second.created, fixture.contacts().await),
        (50, 50, 50)
    );
    assert_eq!(second.exit_code(), 0);
}

#[tokio::test]
async fn a_run_with_nothing_to_do_says_when_all_was_done() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(2));
    let first = fixture.commit(&file, quick()).await;
    assert_eq!(first.done_before, None);
    let second = fixture.commit(&file, quick()).await;
    let done = second.done_before.expect("a time");
    fixture.plan(&file, quick()).await;
    let third = fixture.commit(&file, quick()).await;
    assert_eq!(third.done_before, Some(done), "also after a dry run");

    // Another file of which nothing has to be sent was not done before.
    let file = fixture.file("leads.csv", leads(1));
    fixture.plan(&file, quick()).await;
    let other = fixture.commit(&file, quick()).await;
    assert_eq!((other.sent, other.done_before), (0, None));
    let file = fixture.file("leads.csv", leads(3));
    fixture.plan(&file, quick()).await;
    let more = fixture.commit(&file, quick()).await;
    assert_eq!((more.created, more.done_before), (3, None));
}

#[tokio::test]
async fn a_cancelled_import_resumes_with_a_corrected_and_reordered_file() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(600));
    let import = fixture.import(&file, quick());
    let plan = import.plan(Purpose::Commit).await.expect("a plan");
    let mut run = plan.commit().expect("begun");
    let mut summary = None;
    while let Some(event) = run.next().await {
        match event.expect("an event") {
            Event::Row { .. } => run.canceller().cancel(),
            Event::Finished(finished) => summary = Some(finished),
            _ => {}
        }
    }
    drop(run);
    let summary = summary.expect("a summary");
    assert!(
        summary.left > 0 && summary.created > 0 && summary.unknown == 0,
        "{summary:?}"
    );
    assert_eq!(summary.exit_code(), 3);
    assert_eq!(fixture.contacts().await, summary.created);

    let text = leads(600);
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    lines.reverse();
    lines.push("extra@example.test,Extra,pro");
    let file = fixture.file(
        "leads.csv",
        format!("email,name,plan\n{}\n", lines.join("\n")),
    );
    let resumed = fixture.commit(&file, quick()).await;
    assert_eq!(
        (resumed.created, resumed.existed, resumed.left),
        (601, 0, 0),
        "{resumed:?}"
    );
    assert_eq!(fixture.contacts().await, 601);
}

#[tokio::test]
async fn two_imports_on_one_journal_exclude_each_other() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(3));
    let first = fixture.import(&file, quick());
    let plan = first.plan(Purpose::Commit).await.expect("a plan");
    let second = fixture
        .import(&file, quick())
        .plan(Purpose::Commit)
        .await
        .err();
    assert!(matches!(second, Some(Error::Locked(_))), "{second:?}");
    drop(plan);
}
