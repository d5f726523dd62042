//! Responses with another contact than was asked for, as a cache or a proxy gives that mixes two up.

use drift::{ContactChanges, Delivery, ErrorKind, ExternalId};
use drift_emulator::{Effect, Fault};
use drift_tests::{ada, started};

use crate::created;

#[tokio::test]
async fn a_response_with_another_contact_is_an_error() {
    let (emulator, client) = started().await;
    let id = created(&client, ada()).await.id();
    let other = r#"{"data":{"id":7,"createdAt":1,"attributes":{"email":"other@example.test"}}}"#;
    for method in ["GET", "PATCH"] {
        let effect = Effect::Status {
            status: 200,
            headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
            body: Some(other.to_owned()),
            commit: false,
        };
        let fault = Fault::new(effect).method(method);
        emulator.faults().add(fault).expect("a fault");
    }
    let changes = ContactChanges::new().name("Ada");
    let contacts = client.contacts();
    for result in [contacts.get(id).await, contacts.update(id, changes).await] {
        let error = result.expect_err("another contact");
        assert_eq!(error.kind(), ErrorKind::UnreadableResponse);
        assert_eq!(error.delivery(), Delivery::Done);
    }
}

/// An upsert that believed it would change somebody else.
#[tokio::test]
async fn a_look_up_that_finds_another_contact_is_an_error() {
    let (emulator, client) = started().await;
    let other = r#"{"data":[{"id":7,"createdAt":1,"attributes":{"email":"other@example.test"}}]}"#;
    let effect = Effect::Status {
        status: 200,
        headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
        body: Some(other.to_owned()),
        commit: false,
    };
    emulator
        .faults()
        .add(Fault::new(effect).method("GET"))
        .expect("a fault");
    let id = ExternalId::random();
    let contacts = client.contacts();
    let email_first = client.options().clone().check_email_first();
    let careful = client.contacts().with_options(email_first);
    let new = ada().external_id(id.clone());
    let errors = [
        contacts.find_by_email("ada@example.test").await.err(),
        contacts.find_by_external_id(&id).await.err(),
        careful.create(new.clone()).await.err(),
        careful.ensure(new.clone()).await.err(),
        careful.upsert(new).await.err(),
    ];
    for error in errors {
        let kind = error.expect("another contact").kind();
        assert_eq!(kind, ErrorKind::UnreadableResponse);
    }
    assert_eq!(emulator.state().count().await.expect("a count"), 0);
}
