//! An import that is run again, stopped, changed under way, taken back, or that meets another one.

use drift::NewContact;
use drift_emulator::{Effect, Fault};
use drift_import::{Cancel, Error, Event, OnDuplicate, Purpose};
use futures::StreamExt;

use crate::bench::{Bench, leads, quick};

#[tokio::test]
async fn the_same_command_again_does_nothing_twice() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(50));
    let first = bench.commit(&file, quick()).await;
    let second = bench.commit(&file, quick()).await;
    assert_eq!(
        (first.created, second.created, bench.contacts().await),
        (50, 50, 50)
    );
    assert_eq!(second.exit_code(), 0);
}

#[tokio::test]
async fn the_commit_executes_the_plan_or_refuses() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(3));
    bench.plan(&file, quick()).await;
    let mut other = quick();
    other.on_duplicate = OnDuplicate::Update;
    let refused = bench.import(&file, other).plan(Purpose::Commit).await.err();
    assert!(
        matches!(&refused, Some(Error::OptionsChanged(names)) if names == &["on-duplicate"]),
        "{refused:?}"
    );
    let file = bench.file("leads.csv", leads(4));
    let refused = bench
        .import(&file, quick())
        .plan(Purpose::Commit)
        .await
        .err();
    assert!(matches!(refused, Some(Error::FileChanged)), "{refused:?}");
    assert_eq!(bench.contacts().await, 0);
    bench.plan(&file, quick()).await;
    assert_eq!(bench.commit(&file, quick()).await.created, 4);
}

#[tokio::test]
async fn a_file_that_changes_after_the_plan_stops_the_commit() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(3));
    let import = bench.import(&file, quick());
    let plan = import.plan(Purpose::Commit).await.expect("a plan");
    bench.file("leads.csv", leads(3).replace("Lead 2", "Other"));
    let ended = plan.commit().expect("begun").finish().await.err();
    assert!(matches!(ended, Some(Error::FileChanged)), "{ended:?}");
}

#[tokio::test]
async fn a_file_whose_last_row_changes_before_the_commit_sends_nothing() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(1_000));
    let plan = bench.import(&file, quick()).plan(Purpose::Commit).await;
    let plan = plan.expect("a plan");
    bench.file("leads.csv", leads(1_000).replace("Lead 999", "Lead 998"));
    let ended = plan.commit().expect("begun").finish().await.err();
    assert!(matches!(ended, Some(Error::FileChanged)), "{ended:?}");
    assert_eq!(bench.contacts().await, 0);
}

#[tokio::test]
async fn a_file_that_changes_after_rows_were_sent_tells_how_many() {
    let bench = Bench::new().await;
    // Long enough that the reader has not read it all when the first row has ended.
    let name = "x".repeat(500);
    let rows = (0..2_000).map(|n| format!("lead{n}@example.test,{name}\n"));
    let text = format!("email,name\n{}", rows.collect::<String>());
    let file = bench.file("leads.csv", &text);
    let mut options = quick();
    options.offline = true;
    let import = bench.import(&file, options.clone());
    let plan = import.plan(Purpose::Commit).await.expect("a plan");
    let mut run = plan.commit().expect("begun");
    let mut broken = None;
    while let Some(event) = run.next().await {
        match event {
            Ok(Event::Row { .. }) => drop(bench.file("leads.csv", text.replace('x', "y"))),
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
    assert_eq!((done, unknown), (bench.contacts().await, 0));
    bench.file("leads.csv", &text);
    let summary = bench.commit(&file, options).await;
    assert_eq!((summary.created, summary.sent), (2_000, 2_000 - done));
}

#[tokio::test]
async fn an_undo_that_breaks_off_tells_how_many_it_deleted() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(250));
    bench.commit(&file, quick()).await;
    let no = Effect::Status {
        status: 403,
        headers: std::collections::BTreeMap::new(),
        body: None,
        commit: false,
    };
    let late = Fault::new(no).method("DELETE").nth(220);
    bench.emulator.faults().add(late).expect("a fault");
    let journal = bench.import(&file, quick()).journal_path();
    let cancel = Cancel::default();
    let ended = drift_import::undo(&bench.client, &journal, &cancel)
        .await
        .err();
    let Some(Error::Broken {
        done: 249,
        unknown: 0,
        ..
    }) = ended
    else {
        panic!("{ended:?}");
    };
    let undone = drift_import::undo(&bench.client, &journal, &cancel).await;
    assert_eq!(undone.expect("undone").deleted, 1);
}

#[tokio::test]
async fn a_cancelled_import_resumes_with_a_corrected_and_reordered_file() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(600));
    let import = bench.import(&file, quick());
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
    assert_eq!(bench.contacts().await, summary.created);

    let text = leads(600);
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    lines.reverse();
    lines.push("extra@example.test,Extra,pro");
    let file = bench.file(
        "leads.csv",
        format!("email,name,plan\n{}\n", lines.join("\n")),
    );
    let resumed = bench.commit(&file, quick()).await;
    assert_eq!(
        (resumed.created, resumed.existed, resumed.left),
        (601, 0, 0),
        "{resumed:?}"
    );
    assert_eq!(bench.contacts().await, 601);
}

#[tokio::test]
async fn two_imports_on_one_journal_exclude_each_other() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(3));
    let first = bench.import(&file, quick());
    let plan = first.plan(Purpose::Commit).await.expect("a plan");
    let second = bench
        .import(&file, quick())
        .plan(Purpose::Commit)
        .await
        .err();
    assert!(matches!(second, Some(Error::Locked(_))), "{second:?}");
    drop(plan);
}

#[tokio::test]
async fn an_undo_deletes_what_the_import_made_and_nothing_else() {
    let bench = Bench::new().await;
    let old = NewContact::new("lead0@example.test").expect("an email");
    bench.client.contacts().create(old).await.expect("created");
    let file = bench.file("leads.csv", leads(30));
    bench.commit(&file, quick()).await;
    let journal = bench.import(&file, quick()).journal_path();
    let undoable = drift_import::undoable(&journal).expect("a count");
    assert_eq!((undoable.contacts, undoable.earlier), (29, 0));
    let undone = drift_import::undo(&bench.client, &journal, &Cancel::default())
        .await
        .expect("undone");
    assert_eq!((undone.deleted, undone.failed), (29, 0));
    assert_eq!(bench.contacts().await, 1);
    let again = bench.commit(&file, quick()).await;
    assert_eq!((again.created, again.existed), (29, 1));
}

#[tokio::test]
async fn an_undo_tells_of_rows_that_are_not_in_the_file_any_more() {
    let bench = Bench::new().await;
    let january = bench.file("leads.csv", leads(4));
    bench.commit(&january, quick()).await;
    // One row stays, and another is new.
    let february = "email,name,plan\nlead3@example.test,Lead 3,pro\nnew@example.test,New,pro\n";
    let file = bench.file("leads.csv", february);
    bench.commit(&file, quick()).await;
    let journal = bench.import(&file, quick()).journal_path();
    let undoable = drift_import::undoable(&journal).expect("a count");
    assert_eq!((undoable.contacts, undoable.earlier), (5, 3));
    let undone = drift_import::undo(&bench.client, &journal, &Cancel::default()).await;
    assert_eq!(undone.expect("undone").deleted, 5);
}

#[tokio::test]
async fn a_foreign_file_is_never_replaced_by_results() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(1));
    bench.file("leads.created.csv", "somebody's work");
    let import = bench.import(&file, quick());
    let refused = import
        .plan(Purpose::Commit)
        .await
        .expect("a plan")
        .commit()
        .err();
    assert!(
        matches!(refused, Some(Error::ResultExists(_))),
        "{refused:?}"
    );
    assert_eq!(bench.contacts().await, 0);
}
