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
