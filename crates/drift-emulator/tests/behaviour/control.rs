//! The control endpoint, which is how other languages reach faults, state and clock.

use crate::common::{Client, json};
use drift_emulator::Emulator;

#[tokio::test]
async fn the_control_endpoint_changes_faults_state_and_clock() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    assert_eq!(
        client
            .with_token("other")
            .get("/_emulator/state")
            .await
            .status,
        401
    );
    let put = |path: &'static str, body: &'static str| {
        let client = client.clone();
        async move { client.send(reqwest::Method::PUT, path, body).await.status }
    };
    assert_eq!(
        put("/_emulator/clock", r#"{"fixed":1735689600123}"#).await,
        200
    );
    let created = client.create(r#"{"email":"ada@example.test"}"#).await;
    assert_eq!(created.json["data"]["createdAt"], 1_735_689_600_123_i64);
    let faults = r#"[{"method":"GET","path":"/contacts/{contactId}","times":1,"do":{"status":{"status":503}}}]"#;
    assert_eq!(client.post("/_emulator/faults", faults).await.status, 200);
    let path = format!("/contacts/{}", created.json["data"]["id"]);
    assert_eq!(client.get(&path).await.status, 503);
    assert_eq!(client.get(&path).await.status, 200);
    let log = client.get("/_emulator/faults/log").await;
    assert_eq!(
        log.json,
        json(&format!(
            r#"[{{"rule":1,"call":1,"method":"GET","path":"{path}","effect":"status"}}]"#
        ))
    );
    assert_eq!(
        client
            .post("/_emulator/faults", r#"[{"nth":0,"do":"half_body"}]"#)
            .await
            .status,
        400
    );
    assert_eq!(client.delete("/_emulator/faults").await.status, 200);
    assert_eq!(client.get("/_emulator/faults").await.text, "[]");

    let dump = client.get("/_emulator/dump").await;
    assert_eq!(client.post("/_emulator/reset", "").await.status, 200);
    assert_eq!(client.get("/_emulator/state").await.json["contacts"], 0);
    assert_eq!(client.get(&path).await.status, 404);
    assert_eq!(client.post("/_emulator/load", &dump.text).await.status, 200);
    assert_eq!(client.get(&path).await.json, created.json);
    assert_eq!(client.get("/_emulator/dump").await.text, dump.text);
    assert_eq!(client.post("/_emulator/load", "{}").await.status, 400);
    let definitions = r#"[{"type":"DATE","displayName":"Renewal","name":"renewal"}]"#;
    assert_eq!(
        client
            .send(reqwest::Method::PUT, "/_emulator/attributes", definitions)
            .await
            .status,
        200
    );
    assert_eq!(
        client.get("/contacts/attributes").await.json["data"]["properties"],
        json(definitions)
    );
}
