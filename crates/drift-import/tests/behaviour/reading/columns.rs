//! Columns become attributes, cells become values.

use drift_import::{Purpose, Unmapped};

use crate::support::{Fixture, quick};

#[tokio::test]
async fn cells_become_values_of_the_types_that_drift_defines() {
    let fixture = Fixture::new().await;
    let definition = |name: &str, kind: &str| {
        let json = serde_json::json!({ "name": name, "displayName": name, "type": kind });
        serde_json::from_value(json).expect("a definition")
    };
    let definitions = vec![definition("seats", "NUMERIC"), definition("vip", "BOOLEAN")];
    let state = fixture.emulator.state();
    state
        .define_attributes(1, definitions)
        .await
        .expect("defined");
    let text = "email,Seats,vip\nada@example.test,12,yes\nbob@example.test,a dozen,no\n";
    let file = fixture.file("leads.csv", text);
    let mut options = quick();
    options.unmapped = Unmapped::Refuse;
    let summary = fixture.commit(&file, options).await;
    assert_eq!((summary.created, summary.refused), (1, 1));
    let found = fixture.found("ada@example.test").await;
    assert_eq!(found[0].attribute::<u32>("seats"), Ok(Some(12)));
    assert_eq!(found[0].attribute::<bool>("vip"), Ok(Some(true)));
    let rows = fixture.results("leads.refused.csv");
    assert!(
        rows[0]["drift_reason"].starts_with("column \"Seats\": not a number"),
        "{rows:?}"
    );
}

#[tokio::test]
async fn unknown_columns_stop_the_import_with_a_suggestion() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", "email,Telephone\nada@example.test,1\n");
    let mut options = quick();
    options.unmapped = Unmapped::Refuse;
    let error = fixture
        .import(&file, options)
        .plan(Purpose::DryRun)
        .await
        .err()
        .expect("refused");
    assert!(error.to_string().contains("Telephone=phone"), "{error}");
}

#[tokio::test]
async fn a_column_of_unsubscribed_people_that_is_left_out_is_noted() {
    let fixture = Fixture::new().await;
    let text = "Email Address,UNSUB_TIME\nada@example.test,2026-06-01 10:00:00\n";
    let file = fixture.file("unsubscribed.csv", text);
    for (unmapped, notes) in [(Unmapped::Suggested, 1), (Unmapped::Attribute, 0)] {
        let mut options = quick();
        options.unmapped = unmapped;
        options.map = vec![("Email Address".to_owned(), "email".to_owned())];
        let plan = fixture.import(&file, options).plan(Purpose::DryRun).await;
        let reading = plan.expect("a plan").reading().expect("a reading");
        assert_eq!(reading.notes.len(), notes, "{:?}", reading.notes);
        assert!(reading.notes.iter().all(|note| note.contains("--suppress")));
    }
}

#[tokio::test]
async fn german_columns_are_suggested() {
    let fixture = Fixture::new().await;
    let text =
        "E-Mail;Vorname;Nachname;Firma;Telefon\nada@example.test;Ada;Lovelace;Engines;+49 30 1\n";
    let file = fixture.file("kunden.csv", text);
    let mut options = quick();
    options.unmapped = Unmapped::Suggested;
    assert_eq!(fixture.commit(&file, options).await.created, 1);
    let attributes = fixture.found("ada@example.test").await[0].attributes();
    for (name, expected) in [
        ("first_name", "Ada"),
        ("last_name", "Lovelace"),
        ("company", "Engines"),
        ("phone", "+49 30 1"),
    ] {
        assert_eq!(attributes[name], expected, "{name}");
    }
}
