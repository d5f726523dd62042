//! Requests as published clients of Drift send them, replayed. The shapes are those of the clients and of the
//! responses that they print; every value is invented.

use crate::common::{Client, Response, json};
use drift_emulator::{Clock, Emulator, Settings};
use reqwest::Method;
use serde_json::Value;

const NOW: i64 = 1_735_689_600_123;

struct Payload {
    client: &'static str,
    method: Method,
    /// `{id}` stands for the contact that exists before.
    path: &'static str,
    body: &'static str,
    status: u16,
    /// Members of the response, nested ones included, with the values that they must have.
    shows: &'static str,
}

const DONE: &str = r#"{"result":"OK","ok":true}"#;

fn payloads() -> Vec<Payload> {
    let payload = |client, method, path, body, status, shows| Payload {
        client,
        method,
        path,
        body,
        status,
        shows,
    };
    vec![
        payload(
            "go-drift: create with name, email and phone",
            Method::POST,
            "/contacts",
            r#"{"attributes":{"email":"john@example.test","name":"John Doe","phone":"555-0100"}}"#,
            200,
            r#"{"data":{"createdAt":1735689600123,"attributes":{"_END_USER_VERSION":3,"_end_user_version":3,
                "_calculated_version":3,"socialProfiles":{},"name":"John Doe","email":"john@example.test",
                "events":{},"tags":[],"start_date":1735689600123}}}"#,
        ),
        payload(
            "drift-npm: create with custom attributes",
            Method::POST,
            "/contacts",
            r#"{"attributes":{"email":"jane@example.test","company":"Acme","age":30,"newsletter":true}}"#,
            200,
            r#"{"data":{"attributes":{"company":"Acme","age":30,"newsletter":true,"tags":[]}}}"#,
        ),
        payload(
            "drift-npm: update",
            Method::PATCH,
            "/contacts/{id}",
            r#"{"attributes":{"name":"Ada L.","job_title":"Countess"}}"#,
            200,
            r#"{"data":{"attributes":{"name":"Ada L.","job_title":"Countess","_calculated_version":4}}}"#,
        ),
        payload(
            "drift-npm: timeline event with the id as text",
            Method::POST,
            "/contacts/timeline",
            r#"{"contactId":"{id}","event":"New App Setup from API","createdAt":1735689600000}"#,
            200,
            r#"{"data":{"attributes":{},"event":"new app setup from api","createdAt":1735689600000,"contactId":{id}}}"#,
        ),
        payload(
            "Workato: timeline event by external id",
            Method::POST,
            "/contacts/timeline",
            r#"{"externalId":"u_9f3c1a","event":"Signed up"}"#,
            200,
            r#"{"data":{"event":"signed up","contactId":{id},"externalId":"u_9f3c1a"}}"#,
        ),
        payload(
            "go-drift: look-up by email",
            Method::GET,
            "/contacts?email=ada%40example.test&limit=1",
            "",
            200,
            r#"{"data":[{"id":{id}}]}"#,
        ),
        payload(
            "Postman collection: look-up by email, with a slash at the end of the path",
            Method::GET,
            "/contacts/?email=ada%40example.test",
            "",
            200,
            r#"{"data":[{"id":{id}}]}"#,
        ),
        payload(
            "go-drift: look-up by external id, with a limit",
            Method::GET,
            "/contacts?idType=external&id=u_9f3c1a&limit=1",
            "",
            200,
            r#"{"data":[{"id":{id}}]}"#,
        ),
        payload(
            "run-crank/cog-drift: look-up that finds nobody",
            Method::GET,
            "/contacts?email=nobody@example.test",
            "",
            200,
            r#"{"data":[]}"#,
        ),
        payload(
            "n8n: read",
            Method::GET,
            "/contacts/{id}",
            "",
            200,
            r#"{"data":{"id":{id},"attributes":{"externalId":"u_9f3c1a","external_id":"u_9f3c1a"}}}"#,
        ),
        payload(
            "Postman collection: update by external id, named in the query",
            Method::PATCH,
            "/contacts/normalize?idType=external&id=u_9f3c1a",
            r#"{"attributes":{"plan":"pro"}}"#,
            200,
            r#"{"data":{"id":{id},"attributes":{"plan":"pro"}}}"#,
        ),
        payload(
            "drift-php: unsubscribe",
            Method::POST,
            "/emails/unsubscribe",
            r#"["ada@example.test","john@example.test"]"#,
            200,
            DONE,
        ),
        payload(
            "go-drift: custom attributes",
            Method::GET,
            "/contacts/attributes",
            "",
            200,
            r#"{"data":{"properties":[]}}"#,
        ),
        payload(
            "Airbyte: token information",
            Method::POST,
            "/app/token_info",
            r#"{"access_token":"sandbox"}"#,
            200,
            r#"{"access_token":"sandbox","authenticated_userid":"orgId:1","token_type":"bearer","expires_in":0}"#,
        ),
        payload(
            "Cortex XSOAR and Workato: connection test",
            Method::GET,
            "/users/list",
            "",
            200,
            r#"{"data":[]}"#,
        ),
        payload(
            "Airbyte: connection test",
            Method::GET,
            "/accounts",
            "",
            200,
            r#"{"data":{"accounts":[],"total":0}}"#,
        ),
        payload(
            "go-drift: retrieval of personal data",
            Method::POST,
            "/gdpr/retrieve",
            r#"{"email":"ada@example.test"}"#,
            200,
            r#"{"data":{"sentToEmail":"admin@example.test"}}"#,
        ),
        payload(
            "go-drift: delete",
            Method::DELETE,
            "/contacts/{id}",
            "",
            202,
            DONE,
        ),
        payload(
            "drift-python: read of an unknown contact",
            Method::GET,
            "/contacts/999",
            "",
            404,
            r#"{"error":{"type":"CONTACT-1"}}"#,
        ),
    ]
}

/// Whether every member of `expected` is in `found`. Lists have the same length.
fn shows(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => expected
            .iter()
            .all(|(name, value)| found.get(name).is_some_and(|found| shows(found, value))),
        (Value::Array(found), Value::Array(expected)) => {
            found.len() == expected.len()
                && found
                    .iter()
                    .zip(expected)
                    .all(|(found, expected)| shows(found, expected))
        }
        _ => found == expected,
    }
}

async fn emulator(settings: Settings) -> (Emulator, Client, String) {
    let builder = Emulator::builder().settings(settings);
    let emulator = builder.clock(Clock::Fixed(NOW)).start().await.unwrap();
    let client = Client::new(&emulator);
    let ada = r#"{"email":"ada@example.test","externalId":"u_9f3c1a"}"#;
    let id = client.created(ada).await.to_string();
    (emulator, client, id)
}

async fn send(client: &Client, payload: &Payload, id: &str) -> Response {
    let path = payload.path.replace("{id}", id);
    let body = payload.body.replace("{id}", id);
    if body.is_empty() {
        Response::of(client.request(payload.method.clone(), &path))
            .await
            .unwrap()
    } else {
        client.send(payload.method.clone(), &path, &body).await
    }
}

#[tokio::test]
async fn each_payload_gets_the_recorded_response() {
    for payload in payloads() {
        let (_emulator, client, id) = emulator(Settings::default()).await;
        let response = send(&client, &payload, &id).await;
        let what = payload.client;
        assert_eq!(response.status, payload.status, "{what}: {}", response.text);
        let expected = json(&payload.shows.replace("{id}", &id));
        assert!(
            shows(&response.json, &expected),
            "{what}: {}",
            response.text
        );
    }
}

#[tokio::test]
async fn a_contact_without_external_id_has_exactly_the_recorded_keys() {
    let (_emulator, client, _) = emulator(Settings::default()).await;
    let response = client
        .create(r#"{"name":"John Doe","email":"john@example.test"}"#)
        .await;
    let attributes = response.json["data"]["attributes"].as_object().unwrap();
    let mut keys: Vec<&str> = attributes.keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "_END_USER_VERSION",
            "_calculated_version",
            "_end_user_version",
            "email",
            "events",
            "name",
            "socialProfiles",
            "start_date",
            "tags"
        ]
    );
}

/// A PHP client names the contact in the body; the Postman collection does so in the query. Which of the two Drift
/// reads is not known, so that the first needs a setting.
#[tokio::test]
async fn an_update_that_names_the_contact_in_the_body_needs_its_setting() {
    let body = r#"{"idType":"external","id":"u_9f3c1a","attributes":{"plan":"pro"}}"#;
    for (settings, status) in [("{}", 400), (r#"{"normalize_id":"query_or_body"}"#, 200)] {
        let (_emulator, client, _) = emulator(serde_json::from_str(settings).unwrap()).await;
        let response = client.patch("/contacts/normalize", body).await;
        assert_eq!(response.status, status, "{settings} {}", response.text);
    }
}
