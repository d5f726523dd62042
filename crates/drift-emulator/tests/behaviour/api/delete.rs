//! Deletes, and what a deleted contact leaves behind.

use crate::common::Client;
use drift_emulator::{Emulator, Settings};

#[tokio::test]
async fn a_deleted_contact_is_gone_and_its_identity_free() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let id = client.created(r#"{"email":"ada@example.test"}"#).await;
    let path = format!("/contacts/{id}");
    let deleted = client.delete(&path).await;
    assert_eq!(
        (deleted.status, deleted.text.as_str()),
        (202, r#"{"result":"OK","ok":true}"#)
    );
    assert_eq!(client.delete(&path).await.status, 404);
    assert_eq!(client.get(&path).await.status, 404);
    assert_eq!(
        client.patch(&path, r#"{"attributes":{}}"#).await.status,
        404
    );
    assert_eq!(
        client.get("/contacts?email=ada%40example.test").await.text,
        r#"{"data":[]}"#
    );
    assert!(client.created(r#"{"email":"ada@example.test"}"#).await > id);
    assert_eq!(emulator.state().count().await.unwrap(), 1);
}

#[tokio::test]
async fn by_setting_a_deleted_contact_can_be_read_and_keeps_its_identity() {
    let settings = Settings {
        deleted_readable: true,
        deleted_frees_identity: false,
        ..Settings::default()
    };
    let emulator = Emulator::builder()
        .settings(settings)
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    let id = client.created(r#"{"email":"ada@example.test"}"#).await;
    assert_eq!(client.delete(&format!("/contacts/{id}")).await.status, 202);
    assert_eq!(client.get(&format!("/contacts/{id}")).await.status, 200);
    assert_eq!(
        client
            .create(r#"{"email":"ada@example.test"}"#)
            .await
            .status,
        409
    );
}
