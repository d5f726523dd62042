//! Data privacy and unsubscribing, both by email.

use crate::common::Client;
use drift_emulator::{Emulator, Settings};

#[tokio::test]
async fn an_erasure_includes_deleted_contacts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.db");
    for restart in [false, true] {
        let start = || {
            let settings = Settings {
                deleted_readable: true,
                ..Settings::default()
            };
            let builder = Emulator::builder().database(&path).settings(settings);
            async { builder.start().await.unwrap() }
        };
        let mut emulator = start().await;
        let client = Client::new(&emulator);
        let id = client.created(r#"{"email":"ada@example.test"}"#).await;
        let contact = format!("/contacts/{id}");
        assert_eq!(client.delete(&contact).await.status, 202);
        assert_eq!(client.get(&contact).await.status, 200);
        if restart {
            emulator.shutdown().await;
            emulator = start().await;
        }
        let client = Client::new(&emulator);
        let person = r#"{"email":"ada@example.test"}"#;
        assert_eq!(client.post("/gdpr/delete", person).await.status, 200);
        assert_eq!(client.get(&contact).await.status, 404, "{restart}");
        let dump = emulator.state().dump().await.unwrap();
        assert!(!dump.as_json().contains("ada@"), "{}", dump.as_json());
        emulator.shutdown().await;
    }
}

#[tokio::test]
async fn data_is_retrieved_erased_and_unsubscribed_by_email() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let id = client.created(r#"{"email":"ada@example.test"}"#).await;
    let response = client
        .post(
            "/emails/unsubscribe",
            r#"["Ada@example.test","bob@example.test"]"#,
        )
        .await;
    assert_eq!(
        (response.status, response.text.as_str()),
        (200, r#"{"result":"OK","ok":true}"#)
    );
    assert!(
        emulator
            .state()
            .is_unsubscribed(1, "ada@example.test")
            .await
            .unwrap()
    );
    let response = client
        .post("/gdpr/retrieve", r#"{"email":"ada@example.test"}"#)
        .await;
    assert_eq!(response.json["data"]["sentToEmail"], "admin@example.test");
    assert_eq!(
        client
            .post("/gdpr/delete", r#"{"email":"ADA@example.test"}"#)
            .await
            .status,
        200
    );
    assert_eq!(client.get(&format!("/contacts/{id}")).await.status, 404);
    assert!(emulator.state().contacts().await.unwrap().is_empty());
    assert!(
        !emulator
            .state()
            .is_unsubscribed(1, "ada@example.test")
            .await
            .unwrap()
    );
    assert!(
        client.created(r#"{"email":"ada@example.test"}"#).await > id,
        "no id is given out twice"
    );
    assert!(
        emulator
            .state()
            .is_unsubscribed(1, "bob@example.test")
            .await
            .unwrap(),
        "an erasure concerns one person"
    );
}
