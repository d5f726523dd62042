//! The option `check_email_first`: an email that Drift knows is found before a create with an external id.

use drift::{Delivery, ErrorKind, ExternalId};
use drift_tests::{ada, started};

use crate::created;

#[tokio::test]
async fn create_refuses_a_known_email() {
    let (emulator, client) = started().await;
    let known = created(&client, ada()).await.id();
    let email_first = client.options().clone().check_email_first();
    let careful = client.contacts().with_options(email_first);
    let second = careful
        .create(ada().external_id(ExternalId::random()))
        .await;
    let error = second.expect_err("the email is known");
    assert_eq!(error.kind(), ErrorKind::DuplicateEmail);
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert_eq!(error.candidates(), [known]);
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
}

#[tokio::test]
async fn ensure_gets_the_contact_that_has_the_email() {
    let (emulator, client) = started().await;
    let known = created(&client, ada()).await;
    let careful = client
        .contacts()
        .with_options(drift_tests::quick().check_email_first());
    let got = careful
        .ensure(ada().external_id(ExternalId::random()))
        .await
        .expect("got");
    assert_eq!(got.contact().id(), known.id());
    assert_eq!(emulator.state().count().await.expect("a count"), 1);

    created(&client, ada().external_id(ExternalId::random())).await;
    let error = careful
        .ensure(ada().external_id(ExternalId::random()))
        .await
        .expect_err("two match");
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(error.candidates().len(), 2);
}
