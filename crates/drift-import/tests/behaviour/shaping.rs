//! What shapes rows before they are sent, and how many are sent: defaults, markers of nothing, forms of dates, a limit, a rate.

use drift_import::{Error, Options, Purpose, Stop};
use serde_json::json;

use crate::support::{Fixture, leads, quick};

#[tokio::test]
async fn rows_without_a_value_take_the_default() {
    let fixture = Fixture::new().await;
    let text = "email,plan,seats\na@example.test,pro,3\nb@example.test,,\nc@example.test,NULL,-\n";
    let file = fixture.file("leads.csv", text);
    let mut options = quick();
    options.defaults = vec![
        ("plan".to_owned(), json!("free")),
        ("source".to_owned(), json!(7)),
    ];
    options.null_markers = ["NULL", "-"].map(str::to_owned).to_vec();
    assert_eq!(fixture.commit(&file, options.clone()).await.created, 3);
    for (email, plan, seats) in [
        ("a@example.test", "pro", Some(json!(3))),
        ("b@example.test", "free", None),
        ("c@example.test", "free", None),
    ] {
        let attributes = fixture.found(email).await[0].attributes();
        assert_eq!(attributes["plan"], plan, "{email}");
        assert_eq!(attributes["source"], 7, "{email}");
        assert_eq!(attributes.get("seats"), seats.as_ref(), "{email}");
    }
    let json = "{\"email\":\"d@example.test\",\"plan\":\"NULL\"}\n";
    let file = fixture.file("leads.jsonl", json);
    fixture.commit(&file, options).await;
    assert_eq!(
        fixture.found("d@example.test").await[0].attributes()["plan"],
        "free"
    );
}

#[tokio::test]
async fn an_option_that_means_nothing_is_refused_before_anything_is_sent() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(1));
    let changes: [fn(&mut Options); 3] = [
        |options| options.defaults = vec![("email".to_owned(), json!("a@example.test"))],
        |options| options.date_formats = vec!["DD.MM.YYYY".to_owned()],
        |options| options.time_zone = Some("Atlantis".to_owned()),
    ];
    for change in changes {
        let mut options = quick();
        change(&mut options);
        let planned = fixture.import(&file, options).plan(Purpose::Commit).await;
        assert!(matches!(planned.err(), Some(Error::Input { .. })));
    }
}

#[tokio::test]
async fn forms_of_dates_are_read_for_attributes_of_dates() {
    let fixture = Fixture::new().await;
    let definition = |name: &str, kind: &str| {
        let json = json!({ "name": name, "displayName": name, "type": kind });
        serde_json::from_value(json).expect("a definition")
    };
    let definitions = vec![definition("since", "DATE"), definition("seen", "DATETIME")];
    let state = fixture.emulator.state();
    state
        .define_attributes(1, definitions)
        .await
        .expect("defined");
    let text = "email,since,seen,note\na@example.test,01.08.2026,01.08.2026 13:00,01.08.2026\n";
    let file = fixture.file("leads.csv", text);
    let mut options = quick();
    assert_eq!(fixture.plan(&file, options.clone()).await.refuse, 1);
    options.date_formats = ["%d.%m.%Y %H:%M", "%d.%m.%Y"].map(str::to_owned).to_vec();
    options.time_zone = Some("Europe/Berlin".to_owned());
    assert_eq!(fixture.commit(&file, options).await.created, 1);
    let attributes = fixture.found("a@example.test").await[0].attributes();
    assert_eq!(attributes["since"], "2026-08-01");
    assert_eq!(attributes["seen"], 1_785_582_000_000_i64);
    assert_eq!(
        attributes["note"], "01.08.2026",
        "text stays as it is written"
    );
}

#[tokio::test]
async fn forms_of_dates_that_no_attribute_uses_are_reported() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", "email,since\na@example.test,01.08.2026\n");
    let mut options = quick();
    options.date_formats = vec!["%d.%m.%Y".to_owned()];
    for (options, notes) in [(quick(), 0), (options, 1)] {
        let planned = fixture.import(&file, options).plan(Purpose::DryRun).await;
        let reading = planned.expect("a plan").reading().expect("a reading");
        assert_eq!(reading.notes.len(), notes, "{:?}", reading.notes);
    }
}

#[tokio::test]
async fn a_limit_sends_some_rows_and_the_next_run_continues() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(7));
    let mut options = quick();
    options.limit = Some(3);
    for (created, left) in [(3, 4), (6, 1), (7, 0)] {
        let summary = fixture.commit(&file, options.clone()).await;
        assert_eq!((summary.created, summary.left), (created, left));
        assert_eq!(fixture.contacts().await, created);
        assert_eq!(matches!(summary.stopped, Some(Stop::Limit(3))), left > 0);
        assert_eq!(summary.exit_code(), if left > 0 { 3 } else { 0 });
    }
}

#[tokio::test]
async fn a_rate_loses_nothing() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(30));
    let mut options = quick();
    options.rate = Some(1_000);
    let summary = fixture.commit(&file, options).await;
    assert_eq!((summary.created, fixture.contacts().await), (30, 30));
}
