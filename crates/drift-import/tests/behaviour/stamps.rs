//! The attribute of a stamp belongs to nobody else.

use drift_import::{Error, Purpose};

use crate::support::{Fixture, leads, quick};

#[tokio::test]
async fn a_name_that_is_used_is_refused_before_anything_else() {
    for (name, is_column) in [("email", false), ("drift_outcome", false), ("plan", true)] {
        let fixture = Fixture::new().await;
        let file = fixture.file("leads.csv", leads(1));
        let mut options = quick();
        options.stamp = Some(name.to_owned());
        let refused = fixture
            .import(&file, options)
            .plan(Purpose::Commit)
            .await
            .err();
        match refused {
            Some(Error::Columns(_)) if is_column => {}
            Some(Error::Input { place, .. }) if !is_column => assert!(place.contains(name)),
            other => panic!("{name}: {other:?}"),
        }
        assert!(!fixture.path("leads.csv.drift-journal").exists());
    }
}

#[tokio::test]
async fn an_attribute_that_holds_no_text_is_refused() {
    let fixture = Fixture::new().await;
    let new = drift::NewContact::new("ada@example.test").expect("an email");
    let contacts = fixture.client.contacts();
    contacts
        .create(new.attribute("seats", 7))
        .await
        .expect("created");
    let definition = contacts.attributes().await.expect("definitions");
    assert!(
        definition
            .iter()
            .any(|attribute| attribute.name() == "seats")
    );
    let file = fixture.file("leads.csv", leads(1));
    let mut options = quick();
    options.stamp = Some("seats".to_owned());
    let refused = fixture
        .import(&file, options)
        .plan(Purpose::Commit)
        .await
        .err();
    assert!(matches!(refused, Some(Error::Input { .. })), "{refused:?}");
}
