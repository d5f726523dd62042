//! Look-ups by email and external id.

use crate::common::Client;
use drift_emulator::{Clock, Emulator, Settings};

#[tokio::test]
async fn an_email_with_a_plus_is_found() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    assert_eq!(
        client
            .create(r#"{"email":"a+b@example.test"}"#)
            .await
            .status,
        200
    );
    assert_eq!(
        client
            .get("/contacts?email=a%2Bb%40example.test")
            .await
            .json["data"][0]["attributes"]["email"],
        "a+b@example.test"
    );
    assert_eq!(
        client.get("/contacts?email=a+b%40example.test").await.text,
        r#"{"data":[]}"#
    );
}

#[tokio::test]
async fn a_slash_at_the_end_of_the_path_is_accepted() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let id = client.created(r#"{"email":"a@b","externalId":"u"}"#).await;
    for (path, status) in [
        ("/contacts/?email=a%40b", 200),
        ("/contacts/?idType=external&id=u&limit=5", 200),
        ("/contacts/?page=2", 400),
        ("/contacts/", 400),
    ] {
        let response = client.get(path).await;
        assert_eq!(response.status, status, "{path} {}", response.text);
        if status == 200 {
            assert_eq!(response.json["data"][0]["id"], id, "{path}");
        }
    }
}

#[tokio::test]
async fn look_ups_lag_by_look_ups_or_by_the_clock() {
    let settings: Settings = serde_json::from_str(r#"{"lookup_lag":{"calls":2}}"#).unwrap();
    let emulator = Emulator::builder()
        .settings(settings)
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    let id = client.created(r#"{"email":"a@b","externalId":"u"}"#).await;
    assert_eq!(client.get(&format!("/contacts/{id}")).await.status, 200);
    let mut seen = Vec::new();
    for query in ["email=a%40b", "idType=external&id=u", "email=a%40b"] {
        seen.push(
            client.get(&format!("/contacts?{query}")).await.json["data"]
                .as_array()
                .unwrap()
                .len(),
        );
    }
    assert_eq!(seen, [0, 0, 1]);

    let settings: Settings = serde_json::from_str(r#"{"lookup_lag":{"ms":100}}"#).unwrap();
    let emulator = Emulator::builder()
        .settings(settings)
        .clock(Clock::Fixed(1000))
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    client.created(r#"{"email":"a@b"}"#).await;
    assert_eq!(
        client.get("/contacts?email=a%40b").await.text,
        r#"{"data":[]}"#
    );
    emulator.state().set_clock(Clock::Fixed(1100));
    assert_ne!(
        client.get("/contacts?email=a%40b").await.text,
        r#"{"data":[]}"#
    );
}
