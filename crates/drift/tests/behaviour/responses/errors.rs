//! What a failed response becomes: which error, with which delivery.

use drift::{Client, ContactChanges, Delivery, ErrorKind, NextAction, Outcome, TimelineEvent};
use drift_emulator::{Effect, Emulator, Fault};
use drift_tests::{ada, started};

/// A response to creates.
fn responding(status: u16, body: &str) -> Fault {
    let effect = Effect::Status {
        status,
        headers: Default::default(),
        body: Some(body.to_owned()),
        commit: false,
    };
    Fault::new(effect).method("POST")
}

/// How many requests met a fault.
fn faulted(emulator: &Emulator) -> usize {
    emulator.faults().log().len()
}

#[tokio::test]
async fn not_found_and_unauthorized_are_two_errors() {
    let (emulator, client) = started().await;
    let error = client.contacts().get(1).await.expect_err("no such contact");
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::NotFound, Some("CONTACT-1"))
    );

    let stranger = Client::builder("wrong")
        .base_url(emulator.url())
        .build()
        .expect("a client");
    let error = stranger.contacts().get(1).await.expect_err("a wrong token");
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

#[tokio::test]
async fn a_404_is_about_a_contact_only_where_one_was_asked_for() {
    let bare = r#"{"error":{"type":"not_found","message":"no such path"}}"#;
    let page = "<html>Not Found</html>";
    for (body, by_id, elsewhere) in [
        (bare, ErrorKind::NotFound, ErrorKind::NotDrift),
        (page, ErrorKind::NotDrift, ErrorKind::NotDrift),
    ] {
        let (emulator, client) = started().await;
        let effect = Effect::Status {
            status: 404,
            headers: Default::default(),
            body: Some(body.to_owned()),
            commit: false,
        };
        emulator.faults().add(Fault::new(effect)).expect("a fault");
        let contacts = client.contacts().with_options(drift_tests::quick());
        let changes = ContactChanges::new().name("Ada");
        let event = TimelineEvent::of(7, "Paid");
        for error in [
            contacts.get(7).await.err(),
            contacts.update(7, changes).await.err(),
            contacts.delete(7).await.err(),
            contacts.timeline().post(event).await.err(),
        ] {
            assert_eq!(error.expect("a 404").kind(), by_id, "{body}");
        }
        for error in [
            contacts.find_by_email("ada@example.test").await.err(),
            contacts.find_by_external_id("r_4d87b39b").await.err(),
            contacts.attributes().await.err(),
            client.token_info().await.err(),
        ] {
            let error = error.expect("a 404");
            assert_eq!(error.kind(), elsewhere, "{body}");
            assert_eq!(error.next_action(), NextAction::CheckBaseUrl);
        }
        let created = contacts.create(ada()).await.expect_err("a 404");
        let expected = (ErrorKind::NotDrift, Delivery::Refused);
        assert_eq!((created.kind(), created.delivery()), expected, "{body}");
    }
}

/// The contract declares few statuses for each operation. Drift's error counts with any other too.
#[tokio::test]
async fn a_readable_error_with_an_undeclared_status_is_a_refusal() {
    let (emulator, client) = started().await;
    let body = r#"{"error":{"type":"validation_error","message":"CONTACT-11 no"}}"#;
    emulator
        .faults()
        .add(responding(422, body))
        .expect("a fault");
    let error = client
        .contacts()
        .create(ada())
        .await
        .expect_err("it is refused");
    assert_eq!(error.delivery(), Delivery::Refused);
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.code(), Some("CONTACT-11"));
    assert_eq!(faulted(&emulator), 1, "it was sent again");
}

#[tokio::test]
async fn an_undeclared_2xx_is_a_success() {
    let (emulator, client) = started().await;
    let body = r#"{"data":{"id":7,"createdAt":1,"attributes":{"email":"ada@example.test"}}}"#;
    emulator
        .faults()
        .add(responding(201, body))
        .expect("a fault");
    let outcome = client.contacts().create(ada()).await.expect("made");
    assert!(matches!(outcome, Outcome::Created(_)));
    assert_eq!(outcome.contact().id().get(), 7);
}
