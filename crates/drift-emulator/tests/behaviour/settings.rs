//! Settings change what the emulator does where Drift's documentation leaves it open.

use crate::common::{Client, json};
use drift_emulator::settings::{NullOnUpdate, ShownVersion};
use drift_emulator::{Clock, Emulator, Organization, Scope, Settings};

#[tokio::test]
async fn settings_change_undocumented_behaviour() {
    let settings: Settings = serde_json::from_str(
        r#"{"code_place":"code","duplicate_email_status":400,"unset_external_id":"null","email_case_sensitive":true,
            "null_on_update":"remove","update_shows_version":"after","timeline_event_case":"kept",
            "acknowledgement":"empty","delete_status":200,"external_id_number":"keep"}"#,
    )
    .unwrap();
    assert_eq!(
        (settings.null_on_update, settings.update_shows_version),
        (NullOnUpdate::Remove, ShownVersion::After)
    );
    let emulator = Emulator::builder()
        .settings(settings)
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    let id = client.created(r#"{"email":"Ada@b","plan":"x"}"#).await;
    client.created(r#"{"email":"ada@b"}"#).await;
    let taken = client.create(r#"{"email":"ada@b"}"#).await;
    assert_eq!(
        (taken.status, &taken.json["error"]["code"]),
        (400, &json("\"CONTACT-6\""))
    );
    let changed = client
        .patch(
            &format!("/contacts/{id}"),
            r#"{"attributes":{"plan":null}}"#,
        )
        .await;
    let attributes = changed.json["data"]["attributes"].as_object().unwrap();
    assert!(!attributes.contains_key("plan") && attributes["externalId"].is_null());
    assert!(attributes.contains_key("externalId") && !attributes.contains_key("tags"));
    assert_eq!(attributes["_calculated_version"], 4);
    let deleted = client.delete(&format!("/contacts/{id}")).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (200, ""));
    let numbered = client.create(r#"{"email":"n@b","externalId":12345}"#).await;
    assert_eq!(numbered.json["data"]["attributes"]["external_id"], 12345);
    assert_eq!(
        client.get("/contacts?idType=external&id=12345").await.json["data"][0]["attributes"]["externalId"],
        12345
    );
}

#[tokio::test]
async fn a_rate_limit_counts_per_token_and_window() {
    let settings: Settings =
        serde_json::from_str(r#"{"rate_limit":{"requests":2,"window_ms":1500}}"#).unwrap();
    let other = Organization::new(2).token("other", &Scope::ALL);
    let builder = Emulator::builder()
        .settings(settings)
        .clock(Clock::Fixed(0))
        .organization(other);
    let emulator = builder.start().await.unwrap();
    let client = Client::new(&emulator);
    for status in [404, 404, 429] {
        assert_eq!(client.get("/contacts/1").await.status, status);
    }
    let limited = client.get("/contacts/1").await;
    assert_eq!(
        (
            limited.header("retry-after"),
            &limited.json["error"]["type"]
        ),
        (Some("2"), &json("\"rate_limit\""))
    );
    assert_eq!(
        client.with_token("other").get("/contacts/1").await.status,
        404
    );
    emulator.state().set_clock(Clock::Fixed(1500));
    assert_eq!(client.get("/contacts/1").await.status, 404);
}
