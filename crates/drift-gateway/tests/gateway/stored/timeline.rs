//! Timeline posts: Drift shows no timeline, so one in doubt is never sent again by itself.

use drift_emulator::{Effect, Fault};
use drift_gateway::store::{AccountId, Filter, RecordKey, Role, SqliteStore, Store};
use serde_json::{Value, json};

use crate::support::{Response, Scene};

async fn post(scene: &Scene, contact: &Value) -> Response {
    let body = json!({"contactId": contact, "event": "Trial started"});
    let key = [("idempotency-key", "e1")];
    scene
        .send("POST", "/contacts/timeline", &key, Some(body))
        .await
}

#[tokio::test]
async fn an_event_is_posted_once_and_replayed() {
    let scene = Scene::new().await;
    let ada = scene
        .create(json!({"email": "ada@example.test"}), &[])
        .await;
    let id = &ada.json["data"]["id"];
    let posted = post(&scene, id).await;
    assert_eq!((posted.status, posted.is_replayed()), (200, false));
    assert_eq!(posted.json["data"]["event"], "trial started");
    let again = post(&scene, id).await;
    assert_eq!((again.status, again.is_replayed()), (200, true));
    assert_eq!(again.json, posted.json);
}

#[tokio::test]
async fn one_in_doubt_waits_for_a_person() {
    let mut scene = Scene::new().await;
    let ada = scene
        .create(json!({"email": "ada@example.test"}), &[])
        .await;
    let id = ada.json["data"]["id"].clone();
    let lost = Effect::Disconnect {
        reset: false,
        commit: true,
    };
    scene.fault(
        Fault::new(lost)
            .method("POST")
            .path("/contacts/timeline")
            .nth(1),
    );
    for _ in 0..3 {
        let unresolved = post(&scene, &id).await;
        assert_eq!(
            (unresolved.status, unresolved.error_type()),
            (504, Some("unresolved"))
        );
    }
    assert_eq!(events(&scene, &id).await, 1);

    scene.stop().await;
    scene.release().await;
    scene.start(|builder| builder).await;
    assert_eq!(post(&scene, &id).await.status, 200);
    assert_eq!(events(&scene, &id).await, 2, "as the person said");
}

async fn events(scene: &Scene, contact: &Value) -> usize {
    let id = contact.as_i64().expect("an id");
    let timeline = scene.emulator.state().timeline(1, id).await;
    timeline.expect("a timeline").len()
}

impl Scene {
    /// What `drift gateway deliveries retry` does.
    async fn release(&self) {
        let store = SqliteStore::open(&self.store_file(), Role::Tool).expect("a store");
        let filter = Filter {
            failed: true,
            limit: 10,
            ..Filter::default()
        };
        let waiting = store.list(&filter).await.expect("a list");
        let keys: Vec<&RecordKey> = waiting.iter().map(|record| &record.key).collect();
        let account = AccountId::new(format!("{} 1", self.emulator.url()));
        assert_eq!(keys, [&RecordKey::new(account, "e1")]);
        assert!(store.retry(keys[0]).await.expect("released"));
    }
}
