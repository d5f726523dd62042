//! `ensure` gets or creates; `upsert` updates or creates.

use drift::{ExternalId, Outcome, Upserted};
use drift_tests::{ada, started};

#[tokio::test]
async fn ensure_gets_what_is_there_and_makes_what_is_not() {
    let (_emulator, client) = started().await;
    let made = client.contacts().ensure(ada()).await.expect("made");
    assert!(matches!(made, Outcome::Created(_)));
    let got = client
        .contacts()
        .ensure(ada().name("Other"))
        .await
        .expect("got");
    assert!(matches!(got, Outcome::Existed(_)));
    assert_eq!(got.contact().id(), made.contact().id());
    assert_eq!(got.contact().name(), None);
}

#[tokio::test]
async fn upsert_says_what_it_did() {
    let (_emulator, client) = started().await;
    let id = ExternalId::random();
    let new = ada().external_id(id.clone()).attribute("plan", "free");
    assert!(matches!(
        client.contacts().upsert(new).await.expect("new"),
        Upserted::Created(_)
    ));
    let changed = ada().external_id(id).attribute("plan", "pro").name("Ada");
    let upserted = client.contacts().upsert(changed).await.expect("changed");
    assert!(matches!(upserted, Upserted::Updated(_)));
    assert_eq!(upserted.contact().name(), Some("Ada"));
    assert_eq!(
        upserted
            .contact()
            .attribute::<String>("plan")
            .expect("text")
            .as_deref(),
        Some("pro")
    );
}
