//! Creates with a key: the caller's own retries are covered.

use drift_emulator::Fault;
use serde_json::json;

use crate::support::{Scene, lost_create, status};

#[tokio::test]
async fn a_settled_response_is_replayed() {
    let scene = Scene::new().await;
    let ada = || json!({"email": "ada@example.test", "seats": 12});
    let first = scene.create_keyed("k1", ada()).await;
    assert_eq!(
        (first.status, first.outcome(), first.is_replayed()),
        (200, Some("created"), false)
    );
    for key in ["k1", "\"k1\""] {
        let again = scene.create_keyed(key, ada()).await;
        assert_eq!(
            (again.status, again.outcome(), again.is_replayed()),
            (200, Some("created"), true)
        );
        assert_eq!(again.json, first.json);
    }
    // A refusal is settled too.
    let taken = scene.create_keyed("k2", ada()).await;
    assert_eq!((taken.status, taken.is_replayed()), (409, false));
    let taken_again = scene.create_keyed("k2", ada()).await;
    assert_eq!((taken_again.status, taken_again.is_replayed()), (409, true));
    assert_eq!(taken_again.json, taken.json);
    assert_eq!(scene.count().await, 1);
}

#[tokio::test]
async fn a_key_belongs_to_one_request() {
    let scene = Scene::new().await;
    scene
        .create_keyed("k1", json!({"email": "ada@example.test"}))
        .await;
    let other_body = scene
        .create_keyed("k1", json!({"email": "bob@example.test"}))
        .await;
    let goal = [("idempotency-key", "k1"), ("drift-goal", "ensure")];
    let other_goal = scene
        .create(json!({"email": "ada@example.test"}), &goal)
        .await;
    for refused in [other_body, other_goal] {
        assert_eq!(
            (refused.status, refused.error_type()),
            (422, Some("idempotency_key_reused"))
        );
    }
    assert_eq!(scene.count().await, 1);
}

#[tokio::test]
async fn a_malformed_key_is_refused() {
    let scene = Scene::new().await;
    let long = "k".repeat(256);
    for key in ["", "\"\"", "a, b", "\"a", &long] {
        let refused = scene
            .create_keyed(key, json!({"email": "ada@example.test"}))
            .await;
        assert_eq!(
            (refused.status, refused.error_type()),
            (400, Some("validation_error")),
            "{key}"
        );
    }
    let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
    let refused = scene
        .create(json!({"email": "ada@example.test"}), &twice)
        .await;
    assert_eq!(refused.status, 400);
    assert_eq!(scene.count().await, 0);
}

#[tokio::test]
async fn requests_at_the_same_time_are_executed_once() {
    let scene = Scene::new().await;
    let create = || scene.create_keyed("k1", json!({"email": "ada@example.test"}));
    let (a, b, c, d) = tokio::join!(create(), create(), create(), create());
    for response in [&a, &b, &c, &d] {
        assert_eq!(
            (response.status, response.outcome()),
            (200, Some("created"))
        );
    }
    let replayed = [&a, &b, &c, &d].into_iter().filter(|one| one.is_replayed());
    assert_eq!(replayed.count(), 3);
    assert_eq!(scene.count().await, 1);
}

#[tokio::test]
async fn what_is_not_settled_leaves_the_key_open() {
    let scene = Scene::new().await;
    let ada = || json!({"email": "ada@example.test"});
    // The token is not accepted for creates for a moment.
    scene.fault(
        Fault::new(status(401, false))
            .method("POST")
            .path("/contacts")
            .nth(1),
    );
    let refused = scene.create_keyed("k1", ada()).await;
    assert_eq!(refused.status, 401);
    let created = scene.create_keyed("k1", ada()).await;
    assert_eq!((created.status, created.outcome()), (200, Some("created")));
    assert_eq!(scene.count().await, 1);
}

#[tokio::test]
async fn a_doubt_is_looked_up_by_the_next_request() {
    let scene =
        Scene::with(|builder| builder.total_timeout(std::time::Duration::from_secs(3))).await;
    let ada = || json!({"email": "ada@example.test"});
    scene.fault(lost_create(true).nth(1));
    scene.fault(
        Fault::new(status(503, false))
            .method("GET")
            .path("/contacts")
            .times(50),
    );
    let unresolved = scene.create_keyed("k1", ada()).await;
    assert_eq!(
        (unresolved.status, unresolved.error_type()),
        (504, Some("unresolved"))
    );
    scene.emulator.faults().clear();
    let resolved = scene.create_keyed("k1", ada()).await;
    assert_eq!(
        (resolved.status, resolved.outcome()),
        (200, Some("existed"))
    );
    let replayed = scene.create_keyed("k1", ada()).await;
    assert!(replayed.is_replayed());
    assert_eq!(replayed.json, resolved.json);
    assert_eq!(scene.count().await, 1);
}

#[tokio::test]
async fn a_stamp_proves_it_over_several_requests() {
    let short = std::time::Duration::from_secs(3);
    let scene = Scene::with(|builder| builder.stamp("made_by").total_timeout(short)).await;
    scene.fault(lost_create(true).nth(1));
    scene.fault(
        Fault::new(status(503, false))
            .method("GET")
            .path("/contacts")
            .times(50),
    );
    let unresolved = scene
        .create_keyed("k1", json!({"email": "ada@example.test"}))
        .await;
    assert_eq!(unresolved.status, 504);
    scene.emulator.faults().clear();
    let resolved = scene
        .create_keyed("k1", json!({"email": "ada@example.test"}))
        .await;
    assert_eq!(
        (resolved.status, resolved.outcome()),
        (200, Some("recovered"))
    );
}

#[tokio::test]
async fn keys_survive_a_restart() {
    let mut scene = Scene::new().await;
    let first = scene
        .create_keyed("k1", json!({"email": "ada@example.test"}))
        .await;
    scene.stop().await;
    scene.start(|builder| builder).await;
    let again = scene
        .create_keyed("k1", json!({"email": "ada@example.test"}))
        .await;
    assert!(again.is_replayed());
    assert_eq!(again.json, first.json);
}

#[tokio::test]
async fn a_caller_that_disconnects_cancels_nothing() {
    let scene = Scene::new().await;
    scene.fault(
        Fault::new(drift_emulator::Effect::Stall {
            ms: Some(300),
            commit: true,
        })
        .method("POST")
        .path("/contacts"),
    );
    let create = scene.create_keyed("k1", json!({"email": "ada@example.test"}));
    let gone = tokio::time::timeout(std::time::Duration::from_millis(100), create).await;
    assert!(gone.is_err());
    scene.emulator.faults().clear();
    let again = scene
        .create_keyed("k1", json!({"email": "ada@example.test"}))
        .await;
    assert_eq!(
        (again.status, again.outcome(), again.is_replayed()),
        (200, Some("created"), true)
    );
    assert_eq!(scene.count().await, 1);
}
