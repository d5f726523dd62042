//! Contacts by a list, in a form that can be imported.

use drift_import::{Format, ListOf};

use crate::support::{Fixture, leads, quick};

#[tokio::test]
async fn an_export_can_be_imported() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(5));
    fixture.commit(&file, quick()).await;
    let list = fixture.file(
        "emails.txt",
        "lead3@example.test\nnobody@example.test\nlead1@example.test\n",
    );
    let mut out = Vec::new();
    let exported = drift_import::export(
        &fixture.client,
        &list,
        ListOf::Emails,
        Format::Csv,
        &mut out,
    )
    .await
    .expect("exported");
    assert_eq!(
        (exported.contacts, exported.missing.as_slice()),
        (2, &[2][..])
    );
    let text = String::from_utf8(out).expect("text");
    assert!(text.starts_with("id,createdAt,email,name,"), "{text}");
    let places = (
        text.find("lead3@").expect("there"),
        text.find("lead1@").expect("there"),
    );
    assert!(places.0 < places.1, "in the order of the list");
}
