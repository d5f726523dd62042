//! Whose token it is, and what it may see.

use drift_emulator::{Emulator, Fault, Organization};
use serde_json::json;

use crate::support::{Scene, status};

#[tokio::test]
async fn a_token_is_needed_and_it_is_drift_that_checks_it() {
    let scene = Scene::new().await;
    for header in ["Basic abc", "Bearer wrong", ""] {
        let headers = [("authorization", header)];
        let refused = scene
            .create(json!({"email": "ada@example.test"}), &headers)
            .await;
        assert_eq!(
            (refused.status, refused.error_type()),
            (401, Some("authentication_error"))
        );
        let keyed = [("authorization", header), ("idempotency-key", "k1")];
        let refused = scene
            .create(json!({"email": "ada@example.test"}), &keyed)
            .await;
        assert_eq!(refused.status, 401);
    }
}

#[tokio::test]
async fn a_key_of_the_gateway_is_needed_where_it_holds_the_credentials() {
    let scene = Scene::held().await;
    let drifts = format!("Bearer {}", scene.emulator.token());
    for header in [drifts.as_str(), "Bearer wrong", ""] {
        let headers = [("authorization", header)];
        let refused = scene
            .create(json!({"email": "ada@example.test"}), &headers)
            .await;
        assert_eq!(refused.status, 401);
    }
    let created = scene
        .create(json!({"email": "ada@example.test"}), &[])
        .await;
    assert_eq!(created.status, 200);
    let body = json!({"access_token": scene.token()});
    let described = scene.send("POST", "/app/token_info", &[], Some(body)).await;
    assert_eq!(described.status, 200);
    assert!(!described.json.to_string().contains(scene.emulator.token()));
}

#[tokio::test]
async fn keys_and_tickets_belong_to_an_organization() {
    let two = json!({"id": 2, "tokens": [{"token": "other", "scopes": ["contact_read", "contact_write"]}]});
    let two: Organization = serde_json::from_value(two).expect("an organization");
    let emulator = Emulator::builder()
        .organization(two)
        .start()
        .await
        .expect("an emulator");
    let scene = Scene::before(emulator, false, |builder| builder).await;
    let first = scene
        .create_keyed("k1", json!({"email": "ada@example.test"}))
        .await;
    let other = [("authorization", "Bearer other"), ("idempotency-key", "k1")];
    let second = scene
        .create(json!({"email": "ada@example.test"}), &other)
        .await;
    assert_eq!((second.status, second.is_replayed()), (200, false));
    assert_ne!(first.json["data"]["id"], second.json["data"]["id"]);
}

#[tokio::test]
async fn without_the_organization_nothing_is_sent() {
    let scene = Scene::new().await;
    scene.fault(
        Fault::new(status(503, false))
            .path("/app/token_info")
            .times(50),
    );
    let refused = scene
        .create_keyed("k1", json!({"email": "ada@example.test"}))
        .await;
    assert_eq!(
        (refused.status, refused.error_type()),
        (503, Some("unavailable"))
    );
    assert!(refused.header("retry-after").is_some());
    assert_eq!(scene.count().await, 0);
    // Without a key nothing needs to be known.
    let created = scene
        .create(json!({"email": "ada@example.test"}), &[])
        .await;
    assert_eq!(created.status, 200);
}
