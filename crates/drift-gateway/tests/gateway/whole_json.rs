//! The other operations pass through, and the JSON stays as it is.

use serde_json::{Value, json};

use crate::support::{Response, Scene};

/// The same request, straight to the emulator.
async fn direct(scene: &Scene, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let http = drift::Client::http_client_builder()
        .expect("a builder")
        .build()
        .expect("a client");
    let method = drift::reqwest::Method::from_bytes(method.as_bytes()).expect("a method");
    let mut request = http.request(method, format!("{}{path}", scene.emulator.url()));
    request = request.header(
        "authorization",
        format!("Bearer {}", scene.emulator.token()),
    );
    if let Some(body) = body {
        request = request
            .header("content-type", "application/json")
            .body(body.to_string());
    }
    let response = request.send().await.expect("a response");
    let status = response.status().as_u16();
    let body = response.bytes().await.expect("a body");
    (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
}

#[tokio::test]
async fn responses_are_drifts_own() {
    let scene = Scene::new().await;
    let attributes = json!({
        "email": "ada+test@example.test", "externalId": "u/7", "big": 9_007_199_254_740_993_i64,
        "nested": {"a": [1, 2.5, null]}, "vip": true,
    });
    let created = scene.create(attributes, &[]).await;
    let id = created.json["data"]["id"].clone();
    let changes = || Some(json!({"attributes": {"phone": null, "plan": "pro"}}));
    let event =
        || Some(json!({"contactId": id, "event": "Paid", "createdAt": 1_735_689_700_000_i64}));
    for (method, path, body) in [
        ("GET", format!("/contacts/{id}"), None),
        (
            "GET",
            "/contacts?email=ada%2Btest%40example.test&limit=2".to_owned(),
            None,
        ),
        (
            "GET",
            "/contacts/?email=nobody%40example.test".to_owned(),
            None,
        ),
        (
            "GET",
            "/contacts?idType=external&id=u%2F7&id=v".to_owned(),
            None,
        ),
        ("GET", "/contacts/attributes".to_owned(), None),
        ("PATCH", format!("/contacts/{id}"), changes()),
        (
            "PATCH",
            "/contacts/normalize?idType=external&id=u%2F7".to_owned(),
            changes(),
        ),
        ("POST", "/contacts/timeline".to_owned(), event()),
        (
            "POST",
            "/emails/unsubscribe".to_owned(),
            Some(json!(["ada+test@example.test"])),
        ),
        (
            "POST",
            "/gdpr/retrieve".to_owned(),
            Some(json!({"email": "ada+test@example.test"})),
        ),
        (
            "POST",
            "/app/token_info".to_owned(),
            Some(json!({"access_token": scene.token()})),
        ),
        ("GET", "/contacts/7".to_owned(), None),
        ("GET", "/contacts?mail=a".to_owned(), None),
        ("PATCH", "/contacts/7".to_owned(), changes()),
    ] {
        let through: Response = scene.send(method, &path, &[], body.clone()).await;
        let (status, json) = direct(&scene, method, &path, body).await;
        let without_versions = |mut json: Value| {
            // An update counts up, and both have been made.
            for name in [
                "_END_USER_VERSION",
                "_end_user_version",
                "_calculated_version",
            ] {
                if let Some(Value::Object(attributes)) = json.pointer_mut("/data/attributes") {
                    attributes.remove(name);
                }
            }
            json
        };
        assert_eq!(through.status, status, "{method} {path} {}", through.json);
        let is_error = status >= 400;
        if is_error {
            assert_eq!(
                through.error_type(),
                json["error"]["type"].as_str(),
                "{method} {path}"
            );
        } else {
            assert_eq!(
                without_versions(through.json),
                without_versions(json),
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn what_the_contract_does_not_have_is_refused_in_its_envelope() {
    let scene = Scene::new().await;
    for (method, path, status) in [
        ("GET", "/nothing", 404),
        ("PUT", "/contacts", 405),
        ("GET", "/contacts/ada", 400),
        ("PATCH", "/contacts/normalize", 400),
    ] {
        let body = (method != "GET").then(|| json!({"attributes": {"name": "Ada"}}));
        let refused = scene.send(method, path, &[], body).await;
        assert_eq!(refused.status, status, "{method} {path}");
        assert!(refused.error_type().is_some() && refused.json["error"]["message"].is_string());
    }
}
