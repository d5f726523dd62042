//! Erasing a person removes what the gateway holds of the person.

use drift_emulator::Fault;
use serde_json::json;

use crate::support::{Scene, lost_create, status};

#[tokio::test]
async fn a_deleted_contact_leaves_no_record() {
    let scene = Scene::new().await;
    let ada = || json!({"email": "ada@example.test"});
    let created = scene.create_keyed("k1", ada()).await;
    let path = format!("/contacts/{}", created.json["data"]["id"]);
    let deleted = scene.send("DELETE", &path, &[], None).await;
    assert_eq!(
        (deleted.status, deleted.json),
        (202, json!({"result": "OK", "ok": true}))
    );
    let again = scene.create_keyed("k1", ada()).await;
    assert_eq!(
        (again.status, again.is_replayed()),
        (200, false),
        "the key is free"
    );
}

#[tokio::test]
async fn a_deleted_contact_leaves_no_ticket_either() {
    for attributes in [
        json!({"email": "ada@example.test"}),
        json!({"email": "ada@example.test", "externalId": "u_9f3c"}),
    ] {
        let limit = std::time::Duration::from_secs(3);
        let scene = Scene::with(|builder| builder.total_timeout(limit)).await;
        scene.fault(lost_create(true));
        let hidden = Fault::new(status(503, false))
            .method("GET")
            .path("/contacts");
        scene.fault(hidden);
        let unresolved = scene.create(attributes, &[]).await;
        let ticket = unresolved.json["error"]["ticket"].as_str();
        let ticket = format!("/_gateway/tickets/{}", ticket.expect("a ticket"));
        scene.emulator.faults().clear();
        let found = scene.get(&ticket).await;
        let id = found.json["data"]["contact"]["id"].clone();
        let path = format!("/contacts/{id}");
        assert_eq!(scene.send("DELETE", &path, &[], None).await.status, 202);
        assert_eq!(scene.get(&ticket).await.status, 404);
    }
}

#[tokio::test]
async fn an_erased_person_leaves_no_record() {
    let scene = Scene::new().await;
    scene
        .create_keyed(
            "k1",
            json!({"email": "Ada@Example.test", "externalId": "a"}),
        )
        .await;
    scene
        .create_keyed("k2", json!({"email": "bob@example.test"}))
        .await;
    let body = json!({"email": "ada@example.test"});
    let erased = scene.send("POST", "/gdpr/delete", &[], Some(body)).await;
    assert_eq!(erased.status, 200);
    let record = scene.get("/_gateway/deliveries/k1").await;
    assert_eq!(record.status, 404);
    let other = scene
        .create_keyed("k2", json!({"email": "bob@example.test"}))
        .await;
    assert!(other.is_replayed());
}

#[tokio::test]
async fn an_erased_person_leaves_no_ticket() {
    let limit = std::time::Duration::from_secs(3);
    let scene = Scene::with(|builder| builder.total_timeout(limit)).await;
    scene.fault(lost_create(true));
    let hidden = Fault::new(status(503, false))
        .method("GET")
        .path("/contacts");
    scene.fault(hidden);
    let mut tickets = Vec::new();
    for email in ["ada@example.test", "bob@example.test"] {
        let unresolved = scene.create(json!({ "email": email }), &[]).await;
        let id = unresolved.json["error"]["ticket"]
            .as_str()
            .expect("a ticket");
        tickets.push(format!("/_gateway/tickets/{id}"));
    }
    scene.emulator.faults().clear();
    let body = json!({"email": "Ada@example.test"});
    let erased = scene.send("POST", "/gdpr/delete", &[], Some(body)).await;
    assert_eq!(erased.status, 200);
    assert_eq!(scene.get(&tickets[0]).await.status, 404);
    assert_eq!(
        scene.get(&tickets[1]).await.status,
        200,
        "it is of somebody else"
    );
}
