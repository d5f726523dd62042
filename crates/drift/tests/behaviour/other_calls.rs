//! The calls beside contacts: attribute definitions, timeline, email subscriptions, privacy, token.

use drift::{AttributeKind, Email, ErrorKind, ExternalId, TimelineEvent};
use drift_tests::{ada, started};

use crate::created;

#[tokio::test]
async fn definitions_follow_the_attributes_that_were_written() {
    let (_emulator, client) = started().await;
    created(
        &client,
        ada()
            .attribute("plan", "pro")
            .attribute("seats", 3)
            .attribute("vip", true),
    )
    .await;
    let definitions = client.contacts().attributes().await.expect("a list");
    let kind = |name: &str| {
        definitions
            .iter()
            .find(|definition| definition.name() == name)
            .map(|definition| definition.kind().clone())
    };
    assert_eq!(kind("plan"), Some(AttributeKind::String));
    assert_eq!(kind("seats"), Some(AttributeKind::Numeric));
    assert_eq!(kind("vip"), Some(AttributeKind::Boolean));
}

#[tokio::test]
async fn events_go_to_the_timeline_of_a_contact() {
    let (_emulator, client) = started().await;
    let id = ExternalId::random();
    let contact = created(&client, ada().external_id(id.clone())).await;
    let timeline = client.contacts().timeline();
    timeline
        .post(TimelineEvent::of(contact.id(), "Trial started"))
        .await
        .expect("by id");
    timeline
        .post(TimelineEvent::of_external_id(&id, "Trial ended"))
        .await
        .expect("by external id");
    let error = timeline
        .post(TimelineEvent::of(1, "Trial"))
        .await
        .expect_err("nobody");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = timeline
        .post(TimelineEvent::of(contact.id(), " "))
        .await
        .expect_err("no text");
    assert_eq!(error.kind(), ErrorKind::Input);
}

#[tokio::test]
async fn subscriptions_privacy_and_token_are_reached() {
    let (_emulator, client) = started().await;
    created(&client, ada()).await;
    let email = Email::new("ada@example.test").expect("an email");
    client
        .emails()
        .unsubscribe([email.clone()])
        .await
        .expect("unsubscribed");
    assert_eq!(
        client
            .emails()
            .unsubscribe([])
            .await
            .expect_err("nobody")
            .kind(),
        ErrorKind::Input
    );
    client.privacy().retrieve(&email).await.expect("retrieved");
    client
        .privacy()
        .delete_everything_of(&email)
        .await
        .expect("erased");
    assert!(
        client
            .contacts()
            .find_by_email(&email)
            .await
            .expect("a list")
            .is_empty()
    );
    let info = client.token_info().await.expect("described");
    assert!(info.scopes().contains(&"contact_write"));
    assert!(info.to_json().get("access_token").is_none());
}
