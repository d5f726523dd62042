//! External ids: derived from own ids, and refused where strangers can guess them.

use drift::IdKey;
use drift_import::{Purpose, Verdict};

use crate::support::{Fixture, quick};

#[tokio::test]
async fn derived_ids_are_found_again_many_at_a_time() {
    let fixture = Fixture::new().await;
    let key = IdKey::new("t", &[7; 32]).expect("a key");
    let rows: String = (1..=120)
        .map(|n| format!("{n},lead{n}@example.test\n"))
        .collect();
    let mut options = quick();
    options.derive = Some(("number".to_owned(), key));
    let first = fixture.file("first.csv", format!("number,email\n{rows}"));
    assert_eq!(fixture.commit(&first, options.clone()).await.created, 120);
    let second = fixture.file(
        "second.csv",
        format!("number,email\n{rows}500,new@example.test\n"),
    );
    let planned = fixture.plan(&second, options).await;
    assert_eq!((planned.skip, planned.create), (120, 1));
}

#[tokio::test]
async fn guessable_ids_and_sequences_across_the_file_are_refused() {
    let fixture = Fixture::new().await;
    let rows: String = (0..20)
        .map(|n| format!("AC7F-Q9K-{n:04}-XYZ,lead{n}@example.test\n"))
        .collect();
    let file = fixture.file(
        "leads.csv",
        format!("external id,email\nuser-1,a@example.test\n{rows}"),
    );
    let import = fixture.import(&file, quick());
    let plan = import.plan(Purpose::DryRun).await.expect("a plan");
    let rows = plan.rows(0, 100).expect("rows");
    assert!(rows.iter().all(|row| row.verdict == Verdict::Refuse));
    assert!(rows[0].reason.contains("sequence number") && rows[0].reason.contains("external id"));
    assert!(rows[1].reason.contains("sequence numbers"));
    drop(plan);
    let mut options = quick();
    options.allow_guessable = true;
    options.replan = true;
    assert_eq!(fixture.commit(&file, options).await.created, 21);
}
