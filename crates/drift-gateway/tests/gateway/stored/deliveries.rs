//! `Prefer: respond-async`: accepted first, delivered later.

use drift_emulator::{Emulator, Fault};
use drift_gateway::Builder;
use serde_json::{Value, json};

use crate::support::{Response, Scene, status};

const LATER: (&str, &str) = ("prefer", "respond-async");

async fn accept(scene: &Scene, key: &str, email: &str) -> Response {
    let headers = [("idempotency-key", key), LATER];
    scene.create(json!({ "email": email }), &headers).await
}

/// Asks until the delivery is in this state.
async fn until(scene: &Scene, key: &str, state: &str) -> Value {
    loop {
        let response = scene.get(&format!("/_gateway/deliveries/{key}")).await;
        assert_eq!(response.status, 200);
        if response.json["data"]["state"] == state {
            return response.json["data"].clone();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_contact_is_delivered_later() {
    let scene = Scene::held().await;
    let accepted = accept(&scene, "k 1", "ada@example.test").await;
    assert_eq!(accepted.status, 400, "a bare key has no space");
    let accepted = accept(&scene, "\"k 1\"", "ada@example.test").await;
    assert_eq!(accepted.status, 202);
    assert_eq!(
        accepted.header("location"),
        Some("/_gateway/deliveries/k%201")
    );
    assert_eq!(accepted.json["data"]["state"], "waiting");
    let delivered = until(&scene, "k%201", "delivered").await;
    assert_eq!(delivered["status"], 200);
    assert_eq!(
        delivered["contact"]["attributes"]["email"],
        "ada@example.test"
    );
    // Asked for again, it is the response.
    let again = accept(&scene, "\"k 1\"", "ada@example.test").await;
    assert_eq!((again.status, again.is_replayed()), (200, true));
    assert_eq!(scene.count().await, 1);
}

#[tokio::test]
async fn what_drift_refuses_is_kept_with_the_reason() {
    let scene = Scene::held().await;
    scene
        .create(json!({"email": "ada@example.test"}), &[])
        .await;
    accept(&scene, "k1", "ada@example.test").await;
    let failed = until(&scene, "k1", "failed").await;
    assert_eq!(
        (&failed["status"], &failed["error"]["type"]),
        (&json!(409), &json!("CONTACT-6"))
    );
}

#[tokio::test]
async fn it_is_delivered_after_an_outage_and_a_restart() {
    let mut scene = Scene::held().await;
    scene.fault(
        Fault::new(status(503, false))
            .method("POST")
            .path("/contacts"),
    );
    assert_eq!(accept(&scene, "k1", "ada@example.test").await.status, 202);
    scene.stop().await;
    assert_eq!(scene.count().await, 0);
    scene.emulator.faults().clear();
    scene.start(|builder| builder).await;
    until(&scene, "k1", "delivered").await;
    assert_eq!(scene.count().await, 1);
}

#[tokio::test]
async fn it_needs_a_key_and_credentials_of_the_gateway() {
    let held = Scene::held().await;
    let without_key = held
        .create(json!({"email": "ada@example.test"}), &[LATER])
        .await;
    assert_eq!(without_key.status, 400);
    let callers = Scene::new().await;
    assert_eq!(accept(&callers, "k1", "ada@example.test").await.status, 400);
    assert_eq!(held.count().await + callers.count().await, 0);
}

#[tokio::test]
async fn it_is_accepted_while_drift_is_away_also_from_the_start() {
    let emulator = Emulator::start().await.expect("an emulator");
    let named = |builder: Builder| builder.credentials_name("a hash of the token");
    let mut scene = Scene::before(emulator, true, named).await;
    assert_eq!(accept(&scene, "k1", "ada@example.test").await.status, 202);
    until(&scene, "k1", "delivered").await;
    scene.stop().await;
    scene.fault(Fault::new(status(503, false)));
    scene.start(named).await;
    assert_eq!(accept(&scene, "k2", "eve@example.test").await.status, 202);
    let waiting = scene.get("/_gateway/deliveries/k2").await;
    assert_eq!(waiting.status, 200);
    scene.emulator.faults().clear();
    until(&scene, "k2", "delivered").await;
    assert_eq!(scene.count().await, 2);
}

#[tokio::test]
async fn a_token_of_the_gateway_that_drift_refuses_is_no_fault_of_the_caller() {
    let scene = Scene::held().await;
    let ada = || json!({"email": "ada@example.test"});
    assert_eq!(scene.create(ada(), &[]).await.status, 200);
    accept(&scene, "k0", "first@example.test").await;
    until(&scene, "k0", "delivered").await;
    scene.fault(Fault::new(status(401, false)));
    for headers in [&[][..], &[("idempotency-key", "k1")]] {
        let refused = scene
            .create(json!({"email": "eve@example.test"}), headers)
            .await;
        assert_eq!(
            (refused.status, refused.error_type()),
            (503, Some("unavailable"))
        );
    }
    assert_eq!(accept(&scene, "k2", "mary@example.test").await.status, 202);
    scene.emulator.faults().clear();
    until(&scene, "k2", "delivered").await;
    let without_key = [("authorization", "Bearer wrong")];
    let refused = scene.create(ada(), &without_key).await;
    assert_eq!(refused.status, 401);
    let realm = refused.header("www-authenticate").expect("a realm");
    assert!(realm.contains("drift gateway"), "{realm}");
}
