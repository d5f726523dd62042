//! Drift's two rules against duplicates, and what a create stores.

use drift::{ContactId, ErrorKind, ExternalId, NewContact, Outcome};
use drift_tests::{ada, started};

#[tokio::test]
async fn an_email_alone_makes_a_contact_once() {
    let (_emulator, client) = started().await;
    let outcome = client
        .contacts()
        .create(ada().name("Ada"))
        .await
        .expect("the first is created");
    assert!(matches!(outcome, Outcome::Created(_)));
    let contact = outcome.into_contact();
    assert_eq!(contact.email(), Some("ada@example.test"));
    assert_eq!(contact.name(), Some("Ada"));
    assert_eq!(contact.external_id(), None);

    let error = client
        .contacts()
        .create(ada())
        .await
        .expect_err("the second is refused");
    assert_eq!(error.kind(), ErrorKind::DuplicateEmail);
    assert_eq!(error.status(), Some(409));
    assert_eq!(error.code(), Some("CONTACT-6"));
    assert!(error.request_id().is_some());
}

#[tokio::test]
async fn with_external_ids_two_contacts_share_an_email() {
    let (_emulator, client) = started().await;
    let id = ExternalId::random();
    client
        .contacts()
        .create(ada().external_id(id.clone()))
        .await
        .expect("the first");
    client
        .contacts()
        .create(ada().external_id(ExternalId::random()))
        .await
        .expect("the second");
    assert_eq!(
        client
            .contacts()
            .find_by_email("ada@example.test")
            .await
            .expect("a list")
            .len(),
        2
    );

    let other = NewContact::new("bob@example.test")
        .expect("an email")
        .external_id(id.clone());
    let error = client
        .contacts()
        .create(other)
        .await
        .expect_err("the same id is refused");
    assert_eq!(error.kind(), ErrorKind::DuplicateExternalId);

    let found = client
        .contacts()
        .find_by_external_id(&id)
        .await
        .expect("a look-up")
        .expect("one");
    assert_eq!(found.external_id().as_deref(), Some(id.as_str()));
}

#[tokio::test]
async fn what_is_written_is_read_back() {
    let (_emulator, client) = started().await;
    let new = NewContact::new("a+b@example.test")
        .expect("an email")
        .attribute("plan", "pro")
        .attribute("seats", 12)
        .attribute("vip", true);
    let created = client
        .contacts()
        .create(new)
        .await
        .expect("created")
        .into_contact();
    let read = client.contacts().get(created.id()).await.expect("read");
    assert_eq!(read.id(), created.id());
    assert_eq!(
        read.attribute::<String>("plan").expect("text").as_deref(),
        Some("pro")
    );
    assert_eq!(read.attribute::<u32>("seats"), Ok(Some(12)));
    assert_eq!(read.attribute::<bool>("vip"), Ok(Some(true)));
    assert!(read.attribute::<bool>("plan").is_err());
    assert_eq!(read.attribute::<bool>("absent"), Ok(None));
    assert_eq!(
        read.ui_url(),
        format!("https://app.drift.com/contacts/details/{}", read.id())
    );

    let found = client
        .contacts()
        .find_by_email("a+b@example.test")
        .await
        .expect("a list");
    assert_eq!(
        found
            .iter()
            .map(drift::Contact::id)
            .collect::<Vec<ContactId>>(),
        [created.id()]
    );
    assert!(
        client
            .contacts()
            .find_by_email("a b@example.test")
            .await
            .is_err()
    );
    assert!(
        client
            .contacts()
            .find_by_email("ab@example.test")
            .await
            .expect("a list")
            .is_empty()
    );
}

/// A response is lost, and the look-up finds somebody else under the external id: this create is refused whenever it
/// arrives.
#[tokio::test]
async fn a_lost_create_does_not_get_somebody_elses_contact() {
    let (emulator, client) = started().await;
    let id = ExternalId::random();
    let other = NewContact::new("zoe@example.test").expect("an email");
    let other = client
        .contacts()
        .create(other.external_id(id.clone()))
        .await;
    other.expect("created");
    emulator
        .faults()
        .add(crate::lost_create(false))
        .expect("a fault");
    let error = client
        .contacts()
        .create(ada().external_id(id.clone()))
        .await;
    let error = error.expect_err("a duplicate");
    assert_eq!(error.kind(), ErrorKind::DuplicateExternalId);
    assert_eq!(error.candidates().len(), 1);
    let ensured = client.contacts().ensure(ada().external_id(id)).await;
    assert!(matches!(ensured, Ok(Outcome::Existed(_))), "{ensured:?}");
}
