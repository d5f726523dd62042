//! Requests that are refused, each with Drift's envelope and code.

use crate::common::{Client, Response};
use drift_emulator::Emulator;
use reqwest::Method;

fn assert_refused(response: &Response, status: u16, kind: &str, what: &str) {
    assert_eq!(response.status, status, "{what}: {}", response.text);
    assert_eq!(
        response.json["error"]["type"], kind,
        "{what}: {}",
        response.text
    );
    assert!(response.json["error"]["message"].is_string(), "{what}");
    assert_eq!(
        response.header("content-type"),
        Some("application/json"),
        "{what}"
    );
    assert!(response.header("x-request-id").is_some(), "{what}");
}

#[tokio::test]
async fn each_bad_request_has_its_code() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    let deep = format!(
        r#"{{"attributes":{{"email":"a@b","x":{}{}}}}}"#,
        "[".repeat(900),
        "]".repeat(900)
    );
    let large = format!(
        r#"{{"attributes":{{"email":"a@b","x":"{}"}}}}"#,
        "x".repeat(1 << 20)
    );
    let create = r#"{"attributes":{"email":"a@b"}}"#;
    for (method, path, body, status, kind) in [
        ("POST", "/contacts", "", 400, "CONTACT-4"),
        ("POST", "/contacts", "{", 400, "CONTACT-4"),
        ("POST", "/contacts", "[]", 400, "CONTACT-4"),
        ("POST", "/contacts", deep.as_str(), 400, "CONTACT-4"),
        (
            "POST",
            "/contacts",
            r#"{"attributes":{"email":7}}"#,
            400,
            "CONTACT-4",
        ),
        (
            "POST",
            "/contacts",
            r#"{"attributes":{}}"#,
            400,
            "CONTACT-7",
        ),
        ("POST", "/contacts", r#"{"email":"a@b"}"#, 400, "CONTACT-8"),
        (
            "POST",
            "/contacts",
            r#"{"attributes":{"email":"a@b","tags":["lead"]}}"#,
            400,
            "CONTACT-9",
        ),
        (
            "PATCH",
            "/contacts/1",
            r#"{"attributes":{"last_active":"now"}}"#,
            400,
            "CONTACT-4",
        ),
        ("POST", "/contacts?dry=1", create, 400, "CONTACT-10"),
        (
            "POST",
            "/contacts",
            r#"{"attributes":{"email":"a@b","plan":null}}"#,
            400,
            "CONTACT-11",
        ),
        ("POST", "/contacts", large.as_str(), 413, "CONTACT-11"),
        ("PATCH", "/contacts/1", "{}", 400, "CONTACT-8"),
        ("PATCH", "/contacts/x", create, 400, "CONTACT-11"),
        ("GET", "/contacts", "", 400, "CONTACT-11"),
        ("GET", "/contacts?email=a&limit=0", "", 400, "CONTACT-11"),
        ("GET", "/contacts?email=a&limit=101", "", 400, "CONTACT-11"),
        ("GET", "/contacts?email=a&email=b", "", 400, "CONTACT-11"),
        ("GET", "/contacts?idType=drift&id=1", "", 400, "CONTACT-11"),
        ("GET", "/contacts?id=1", "", 400, "CONTACT-11"),
        ("GET", "/contacts?email=a&page=2", "", 400, "CONTACT-10"),
        ("GET", "/contacts/-1", "", 400, "CONTACT-11"),
        ("GET", "/contacts/abc", "", 400, "CONTACT-11"),
        ("GET", "/contacts/1", "", 404, "CONTACT-1"),
        ("DELETE", "/contacts/1", "", 404, "CONTACT-1"),
        ("POST", "/emails/unsubscribe", "{}", 400, "CONTACT-4"),
        ("POST", "/gdpr/delete", "{}", 400, "CONTACT-4"),
        ("PUT", "/contacts", "", 405, "CONTACT-11"),
        ("POST", "/contacts/1", "", 405, "CONTACT-11"),
        ("GET", "/nowhere", "", 404, "not_found"),
        ("GET", "/contacts/1/2", "", 404, "not_found"),
    ] {
        let response = client.send(method.parse().unwrap(), path, body).await;
        assert_refused(
            &response,
            status,
            kind,
            &format!("{method} {path} {}", &body[..body.len().min(60)]),
        );
    }
    assert_eq!(emulator.state().count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_405_lists_the_allowed_methods() {
    let emulator = Emulator::start().await.unwrap();
    let response = Client::new(&emulator)
        .send(Method::PUT, "/contacts", "")
        .await;
    let mut allowed: Vec<&str> = response
        .header("allow")
        .unwrap()
        .split(',')
        .map(str::trim)
        .collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "HEAD", "POST"]);
}

#[tokio::test]
async fn a_body_that_is_not_declared_as_json_is_refused() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    for kind in [
        None,
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
    ] {
        let mut request = client
            .request(Method::POST, "/contacts")
            .body(r#"{"attributes":{"email":"a@b"}}"#);
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        assert_refused(
            &Response::of(request).await.unwrap(),
            400,
            "CONTACT-4",
            &format!("{kind:?}"),
        );
    }
}

#[tokio::test]
async fn without_a_valid_token_every_request_is_refused() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    for token in ["", "sandbo", "sandbox ", "sandboxx", "SANDBOX"] {
        let request = client
            .http
            .get(format!("{}/contacts/1", client.url))
            .header("authorization", format!("Bearer {token}"));
        let expected = if token.trim() == "sandbox" { 404 } else { 401 };
        assert_eq!(
            Response::of(request).await.unwrap().status,
            expected,
            "{token:?}"
        );
    }
    let bare = Response::of(client.http.get(format!("{}/contacts/1", client.url)))
        .await
        .unwrap();
    assert_refused(&bare, 401, "authentication_error", "no token");
    assert_eq!(
        bare.json["error"]["message"],
        "The access token is invalid or has expired"
    );
}

#[tokio::test]
async fn foreign_hosts_and_cross_origin_writes_are_refused() {
    let emulator = Emulator::builder()
        .allow_host("drift.test")
        .start()
        .await
        .unwrap();
    let client = Client::new(&emulator);
    for (header, value, reads, writes) in [
        ("host", "evil.example", 403, 403),
        ("host", "drift.test", 404, 400),
        ("origin", "http://evil.example", 404, 403),
        ("origin", "null", 404, 403),
        ("origin", "http://localhost:1234", 404, 400),
    ] {
        let read = client
            .request(Method::GET, "/contacts/1")
            .header(header, value);
        assert_eq!(
            Response::of(read).await.unwrap().status,
            reads,
            "{header}: {value}"
        );
        let write = client
            .request(Method::POST, "/contacts")
            .header(header, value);
        assert_eq!(
            Response::of(write).await.unwrap().status,
            writes,
            "{header}: {value}"
        );
        let control = client
            .request(Method::POST, "/_emulator/reset")
            .header(header, value);
        let expected = if writes == 400 { 200 } else { 403 };
        assert_eq!(
            Response::of(control).await.unwrap().status,
            expected,
            "{header}: {value}"
        );
    }
}
