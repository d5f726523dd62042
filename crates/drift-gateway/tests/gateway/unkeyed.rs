//! Creates without a key: the way between gateway and Drift is covered.

use drift_emulator::settings::LookupLag;
use drift_emulator::{Emulator, Fault, Settings};
use serde_json::json;

use crate::support::{Scene, lost_create, status};

#[tokio::test]
async fn what_became_of_a_create_is_said() {
    let scene = Scene::new().await;
    let ada = || json!({"email": "ada@example.test", "externalId": "12345", "plan": "pro"});
    let created = scene.create(ada(), &[]).await;
    assert_eq!((created.status, created.outcome()), (200, Some("created")));
    let first_conflict = scene.create(ada(), &[]).await;
    assert_eq!(
        (first_conflict.status, first_conflict.outcome()),
        (409, None)
    );
    assert_eq!(first_conflict.error_type(), Some("CONTACT-6"));
    for (goal, outcome) in [("ensure", "existed"), ("upsert", "updated")] {
        let reached = scene.create(ada(), &[("drift-goal", goal)]).await;
        assert_eq!((reached.status, reached.outcome()), (200, Some(outcome)));
        assert_eq!(reached.json["data"]["id"], created.json["data"]["id"]);
    }
    assert_eq!(scene.count().await, 1);
}

#[tokio::test]
async fn a_lost_response_is_looked_for() {
    for (commit, outcome) in [(true, "existed"), (false, "created")] {
        let scene = Scene::new().await;
        scene.fault(lost_create(commit).nth(1));
        let response = scene
            .create(json!({"email": "ada@example.test"}), &[])
            .await;
        assert_eq!((response.status, response.outcome()), (200, Some(outcome)));
        assert_eq!(scene.count().await, 1);
    }
}

#[tokio::test]
async fn a_stamp_proves_who_made_it() {
    let scene = Scene::with(|builder| builder.stamp("made_by")).await;
    scene.fault(lost_create(true).nth(1));
    let response = scene
        .create(json!({"email": "ada@example.test"}), &[])
        .await;
    assert_eq!(
        (response.status, response.outcome()),
        (200, Some("recovered"))
    );
    assert_eq!(scene.count().await, 1);
}

#[tokio::test]
async fn what_cannot_be_resolved_is_a_504_with_a_ticket() {
    let scene =
        Scene::with(|builder| builder.total_timeout(std::time::Duration::from_secs(3))).await;
    scene.fault(lost_create(true).nth(1));
    scene.fault(
        Fault::new(status(503, false))
            .method("GET")
            .path("/contacts")
            .times(50),
    );
    let unresolved = scene
        .create(json!({"email": "ada@example.test"}), &[])
        .await;
    assert_eq!(
        (unresolved.status, unresolved.error_type()),
        (504, Some("unresolved"))
    );
    let id = unresolved.json["error"]["ticket"]
        .as_str()
        .expect("a ticket");
    let path = format!("/_gateway/tickets/{id}");

    let later = scene.get(&path).await;
    assert_eq!(
        (later.status, &later.json["data"]["state"]),
        (200, &json!("unresolved"))
    );
    scene.emulator.faults().clear();
    let resolved = scene.get(&path).await;
    assert_eq!(resolved.status, 200);
    assert_eq!(resolved.json["data"]["state"], "exists");
    assert_eq!(resolved.json["data"]["outcome"], "existed");
    assert_eq!(
        resolved.json["data"]["contact"]["attributes"]["email"],
        "ada@example.test"
    );

    let unknown = scene.get("/_gateway/tickets/t_0").await;
    assert_eq!(
        (unknown.status, unknown.error_type()),
        (404, Some("not_found"))
    );
}

#[tokio::test]
async fn a_contact_that_is_there_and_not_shown_yet_is_no_conflict() {
    let settings = Settings {
        lookup_lag: Some(LookupLag::Ms(3_600_000)),
        ..Settings::default()
    };
    let emulator = Emulator::builder().settings(settings).start().await;
    let scene = Scene::before(emulator.expect("an emulator"), false, |builder| builder).await;
    let ada = || json!({"email": "ada@example.test", "externalId": "12345"});
    assert_eq!(scene.create(ada(), &[]).await.status, 200);
    let (scene, ensure) = (&scene, ("drift-goal", "ensure"));
    let reach = |headers: Vec<(&'static str, &'static str)>| async move {
        let reached = scene.create(ada(), &headers).await;
        let waits = reached.header("retry-after").is_some();
        (reached.status, reached.json["error"]["type"].clone(), waits)
    };
    let (ensured, upserted, keyed) = tokio::join!(
        reach(vec![ensure]),
        reach(vec![("drift-goal", "upsert")]),
        reach(vec![ensure, ("idempotency-key", "k1")]),
    );
    for reached in [ensured, upserted, keyed] {
        assert_eq!(reached, (504, json!("unresolved"), true));
    }
    assert_eq!(scene.create(ada(), &[]).await.status, 409);
}

#[tokio::test]
async fn equal_creates_in_flight_are_joined() {
    let scene = Scene::new().await;
    let create = || scene.create(json!({"email": "ada@example.test"}), &[]);
    let (a, b, c, d) = tokio::join!(create(), create(), create(), create());
    assert_eq!(scene.count().await, 1);
    for response in [a, b, c, d] {
        // One that came after the others had ended is a duplicate.
        assert!(matches!(response.status, 200 | 409));
    }
}

#[tokio::test]
async fn what_is_wrong_is_refused_before_drift_hears_of_it() {
    let scene = Scene::new().await;
    for (body, kind) in [
        (json!({"email": "ada@example.test"}), "CONTACT-8"),
        (json!({"attributes": {"name": "Ada"}}), "CONTACT-7"),
        (json!({"attributes": {"email": "ada"}}), "validation_error"),
    ] {
        let refused = scene.send("POST", "/contacts", &[], Some(body)).await;
        assert_eq!((refused.status, refused.error_type()), (400, Some(kind)));
    }
    let goal = scene
        .create(
            json!({"email": "ada@example.test"}),
            &[("drift-goal", "make")],
        )
        .await;
    assert_eq!(goal.status, 400);
}
