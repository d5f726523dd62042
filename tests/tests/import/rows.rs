//! What becomes of the rows of a file.

use drift::{IdKey, NewContact};
use drift_import::{OnDuplicate, Purpose, SecondContact, Suppression, Verdict};

use crate::bench::{Bench, leads, quick};

#[tokio::test]
async fn a_file_becomes_contacts_and_result_files() {
    let bench = Bench::new().await;
    let text = "email;Name;plan;note\nada@example.test;Ada;pro;\"a;b\"\nnobody;Bob;;\nada@example.test;Again;;\ncy@example.test;Cy;free;x\n";
    let file = bench.file("leads.csv", text);
    let planned = bench.plan(&file, quick()).await;
    assert_eq!((planned.create, planned.refuse), (2, 2));
    assert_eq!(bench.contacts().await, 0, "a dry run writes nothing");

    let summary = bench.commit(&file, quick()).await;
    assert_eq!((summary.created, summary.refused, summary.left), (2, 2, 0));
    assert_eq!(summary.exit_code(), 1);
    assert_eq!(bench.contacts().await, 2);

    let text = std::fs::read_to_string(bench.path("leads.created.csv")).expect("a result file");
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("email;Name;plan;note;drift_line;drift_contact_id;drift_outcome;drift_reason")
    );
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("ada@example.test;Ada;pro;\"a;b\";2;"))
    );
    let refused = std::fs::read_to_string(bench.path("leads.refused.csv")).expect("a result file");
    assert!(refused.contains("nobody;Bob;;;3;;refused;"), "{refused}");
    assert!(refused.contains("the same email as line 2"), "{refused}");
}

#[tokio::test]
async fn what_exists_is_skipped_updated_or_refused_as_asked() {
    for (on_duplicate, name, counts) in [
        (OnDuplicate::Skip, "Old", (1, 1, 0, 0)),
        (OnDuplicate::Update, "Lead 0", (1, 0, 1, 0)),
        (OnDuplicate::Fail, "Old", (1, 0, 0, 1)),
    ] {
        for offline in [false, true] {
            let bench = Bench::new().await;
            let old = NewContact::new("lead0@example.test")
                .expect("an email")
                .name("Old");
            let id = bench
                .client
                .contacts()
                .create(old)
                .await
                .expect("created")
                .contact()
                .id();
            let file = bench.file("leads.csv", leads(2));
            let mut options = quick();
            options.on_duplicate = on_duplicate;
            options.offline = offline;
            let summary = bench.commit(&file, options).await;
            let found = (
                summary.created,
                summary.existed,
                summary.updated,
                summary.refused,
            );
            assert_eq!(found, counts, "{on_duplicate:?} {offline}");
            let contact = bench.client.contacts().get(id).await.expect("the contact");
            assert_eq!(contact.name(), Some(name));
        }
    }
}

#[tokio::test]
async fn a_second_contact_for_an_email_is_not_made_unasked() {
    let key = IdKey::new("t", &[7; 32]).expect("a key");
    for (second_contact, contacts) in [
        (SecondContact::Refuse, 1),
        (SecondContact::Existing, 1),
        (SecondContact::Create, 2),
    ] {
        let bench = Bench::new().await;
        let old = NewContact::new("Lead0@example.test").expect("an email");
        bench.client.contacts().create(old).await.expect("created");
        let file = bench.file("leads.csv", "number,email\n17,lead0@example.test\n");
        let mut options = quick();
        options.derive = Some(("number".to_owned(), key.clone()));
        options.second_contact = second_contact;
        bench.commit(&file, options).await;
        assert_eq!(bench.contacts().await, contacts, "{second_contact:?}");
    }
}

#[tokio::test]
async fn derived_ids_are_found_again_many_at_a_time() {
    let bench = Bench::new().await;
    let key = IdKey::new("t", &[7; 32]).expect("a key");
    let rows: String = (0..120)
        .map(|n| format!("{n},lead{n}@example.test\n"))
        .collect();
    let mut options = quick();
    options.derive = Some(("number".to_owned(), key));
    let first = bench.file("first.csv", format!("number,email\n{rows}"));
    assert_eq!(bench.commit(&first, options.clone()).await.created, 120);
    let second = bench.file(
        "second.csv",
        format!("number,email\n{rows}500,new@example.test\n"),
    );
    let planned = bench.plan(&second, options).await;
    assert_eq!((planned.skip, planned.create), (120, 1));
}

#[tokio::test]
async fn guessable_ids_are_refused_and_runs_are_seen_across_the_file() {
    let bench = Bench::new().await;
    let rows: String = (0..20)
        .map(|n| format!("AC7F-Q9K-{n:04}-XYZ,lead{n}@example.test\n"))
        .collect();
    let file = bench.file(
        "leads.csv",
        format!("external id,email\nuser-1,a@example.test\n{rows}"),
    );
    let import = bench.import(&file, quick());
    let plan = import.plan(Purpose::DryRun).await.expect("a plan");
    let rows = plan.rows(0, 100).expect("rows");
    assert!(rows.iter().all(|row| row.verdict == Verdict::Refuse));
    assert!(rows[0].reason.contains("sequence number") && rows[0].reason.contains("external id"));
    assert!(rows[1].reason.contains("counted up"));
    drop(plan);
    let mut options = quick();
    options.allow_guessable = true;
    options.replan = true;
    assert_eq!(bench.commit(&file, options).await.created, 21);
}

#[tokio::test]
async fn suppressed_addresses_are_never_sent() {
    let bench = Bench::new().await;
    let list = bench.file("list.txt", "LEAD1@example.test\n@gone.test\n");
    let file = bench.file("leads.csv", format!("{}x@gone.test,X,pro\n", leads(3)));
    let mut options = quick();
    options.suppress = Some(Suppression::read(&list, None).expect("a list"));
    let summary = bench.commit(&file, options).await;
    assert_eq!((summary.created, summary.refused), (2, 2));
    assert_eq!(
        bench
            .emulator
            .state()
            .count_by_email("lead1@example.test")
            .await
            .expect("a count"),
        0
    );
}
