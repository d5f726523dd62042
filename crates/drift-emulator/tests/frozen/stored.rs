//! Files of earlier versions, read by this one.

use std::path::{Path, PathBuf};

use drift_emulator::{Dump, Emulator, Fault, Organization, Settings};
use serde_json::{Value, json};

use crate::common::Client;

const DUMP: &str = include_str!("stored/dump.json");
const ID: &str = "r_5d0c2a9e7b134f6857f20c9b4a1d3e86";

fn stored(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen/stored");
    folder.join(name)
}

fn organizations() -> Vec<Organization> {
    serde_json::from_str(include_str!("stored/organizations.json")).unwrap()
}

/// What `contacts.db` and `dump.json` hold, as callers see it.
async fn look(emulator: &Emulator) {
    let client = Client::new(emulator);
    let found = client.get("/contacts?email=ada%40example.test").await;
    let ada = &found.json["data"][0];
    assert_eq!(found.json["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(ada["attributes"]["externalId"], ID);
    assert!(found.text.contains(r#""ratio":1.50"#), "{}", found.text);
    for (id, status) in [(24_100_000_055_i64, 404), (24_100_000_087, 404)] {
        assert_eq!(client.get(&format!("/contacts/{id}")).await.status, status);
    }
    let again = format!(r#"{{"email":"x@example.test","externalId":"{ID}"}}"#);
    assert_eq!(client.create(&again).await.status, 409);

    let reader = client.with_token("reader");
    let found = reader.get("/contacts/24100000101").await;
    assert_eq!(
        found.json["data"]["attributes"]["email"],
        "ada@example.test"
    );
    assert_eq!(
        reader.create(r#"{"email":"x@example.test"}"#).await.status,
        403
    );
    let other = client.with_token("other");
    assert_eq!(
        other.create(r#"{"email":"x@example.test"}"#).await.status,
        200
    );

    let state = emulator.state();
    assert_eq!(state.timeline(1, 24_100_000_019).await.unwrap().len(), 1);
    assert!(state.is_unsubscribed(1, "dan@example.test").await.unwrap());
}

#[tokio::test]
async fn a_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.db");
    std::fs::copy(stored("contacts.db"), &path).unwrap();
    let builder = Emulator::builder().database(&path);
    let builder = organizations()
        .into_iter()
        .fold(builder, |builder, organization| {
            builder.organization(organization)
        });
    let emulator = builder.start().await.unwrap();
    assert_eq!(emulator.state().dump().await.unwrap().as_json(), DUMP);
    look(&emulator).await;
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_dump() {
    let builder = Emulator::builder();
    let builder = organizations()
        .into_iter()
        .fold(builder, |builder, organization| {
            builder.organization(organization)
        });
    let emulator = builder.start().await.unwrap();
    let state = emulator.state();
    state.load(Dump::from_json(DUMP).unwrap()).await.unwrap();
    assert_eq!(state.dump().await.unwrap().as_json(), DUMP);
    look(&emulator).await;
}

#[tokio::test]
async fn a_database_of_the_first_layout() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.db");
    let sql = std::fs::read_to_string(stored("contacts-layout-1.sql")).unwrap();
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch(&sql).unwrap();
    drop(database);
    let emulator = Emulator::builder().database(&path).start().await.unwrap();
    let client = Client::new(&emulator);
    let bob = client.get("/contacts?email=bob%40example.test").await;
    assert_eq!(bob.json["data"][0]["attributes"]["externalId"], 77);
    let again = r#"{"email":"x@example.test","externalId":"r_5d0c2a9e7b134f68"}"#;
    assert_eq!(client.create(again).await.status, 409);
    emulator.shutdown().await;
}

#[tokio::test]
async fn a_file_of_faults() {
    let path = stored("faults.json");
    let emulator = Emulator::builder().scenario(&path).start().await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let faults: Vec<Fault> = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_value(&faults).unwrap(), file);
    let listed = Client::new(&emulator).get("/_emulator/faults").await;
    assert_eq!(listed.json, file);
}

#[tokio::test]
async fn a_file_of_settings() {
    let text = include_str!("stored/settings.json");
    let file: Value = serde_json::from_str(text).unwrap();
    let settings: Settings = serde_json::from_str(text).unwrap();
    let read = serde_json::to_value(&settings).unwrap();
    for (name, value) in file.as_object().unwrap() {
        assert_eq!(&read[name], value, "{name} keeps its name and its value");
    }
    // A later setting takes its default where a stored file does not name it.
    let default = serde_json::to_value(Settings::default()).unwrap();
    for (name, value) in read.as_object().unwrap() {
        let is_stored = file.get(name).is_some();
        assert!(is_stored || default[name] == *value, "{name}");
    }
    let started = Emulator::builder().settings(settings).start().await;
    assert!(started.is_ok());
}

#[test]
fn every_value_of_a_setting() {
    for (setting, values) in [
        ("code_place", json!(["type", "code", "message"])),
        ("unset_external_id", json!(["null", "absent"])),
        ("email_syntax", json!(["plausible", "any"])),
        ("external_id_number", json!(["refuse", "keep"])),
        ("reserved_keys", json!(["ignore", "refuse"])),
        ("null_on_create", json!(["ignore", "refuse"])),
        (
            "null_on_update",
            json!(["null", "remove", "ignore", "refuse"]),
        ),
        ("unknown_members", json!(["ignore", "refuse"])),
        ("update_collisions", json!(["refuse", "allow"])),
        ("update_shows_version", json!(["before", "after"])),
        ("acknowledgement", json!(["object", "empty"])),
        ("find_both", json!(["and", "refuse"])),
        ("timeline_event_case", json!(["lower", "kept"])),
        ("lookup_lag", json!([null, {"ms": 5}, {"calls": 2}])),
        ("rate_limit", json!([null, {"requests": 1, "window_ms": 2}])),
    ] {
        for value in values.as_array().unwrap() {
            let settings = json!({ setting: value });
            let read = serde_json::from_value::<Settings>(settings);
            assert!(read.is_ok(), "{setting} {value}: {read:?}");
        }
    }
}
