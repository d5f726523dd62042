//! Updates, by the id of Drift and by an external id.

use drift::{ContactChanges, ErrorKind, ExternalId};
use drift_tests::{ada, started};

use crate::created;

#[tokio::test]
async fn an_update_changes_what_is_sent_and_leaves_the_rest() {
    let (_emulator, client) = started().await;
    let before = created(
        &client,
        ada()
            .name("Ada")
            .phone("+15550100")
            .attribute("plan", "free"),
    )
    .await;
    let changes = ContactChanges::new()
        .name("Ada L.")
        .clear_phone()
        .attribute("stage", "won");
    let after = client
        .contacts()
        .update(before.id(), changes)
        .await
        .expect("updated");
    assert_eq!(after.id(), before.id());
    assert_eq!(after.name(), Some("Ada L."));
    assert_eq!(after.phone(), None);
    assert_eq!(
        after.attribute::<String>("plan").expect("text").as_deref(),
        Some("free")
    );
    assert_eq!(
        after.attribute::<String>("stage").expect("text").as_deref(),
        Some("won")
    );
    assert_eq!(
        client
            .contacts()
            .get(before.id())
            .await
            .expect("read")
            .name(),
        Some("Ada L.")
    );
}

#[tokio::test]
async fn an_update_by_external_id_finds_its_contact() {
    let (_emulator, client) = started().await;
    let id = ExternalId::random();
    let before = created(&client, ada().external_id(id.clone())).await;
    let changes = ContactChanges::new().attribute("stage", "won");
    let after = client
        .contacts()
        .update_by_external_id(&id, changes.clone())
        .await
        .expect("updated");
    assert_eq!(after.id(), before.id());
    let error = client
        .contacts()
        .update_by_external_id("nobody", changes)
        .await
        .expect_err("nobody");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
