//! Requests that are refused, each with Drift's envelope and code.

mod common;

use common::{Answer, Client};
use drift_emulator::{Emulator, Organization, Scope, Settings, StartError};
use reqwest::Method;

fn assert_refused(answer: &Answer, status: u16, kind: &str, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text);
    assert_eq!(
        answer.json["error"]["type"], kind,
        "{what}: {}",
        answer.text
    );
    assert!(answer.json["error"]["message"].is_string(), "{what}");
    assert_eq!(
        answer.header("content-type"),
        Some("application/json"),
        "{what}"
    );
    assert!(answer.header("x-request-id").is_some(), "{what}");
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
        let answer = client.send(method.parse().unwrap(), path, body).await;
        assert_refused(
            &answer,
            status,
            kind,
            &format!("{method} {path} {}", &body[..body.len().min(60)]),
        );
    }
    assert_eq!(emulator.state().count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_method_that_is_not_allowed_is_told_which_are() {
    let emulator = Emulator::start().await.unwrap();
    let answer = Client::new(&emulator)
        .send(Method::PUT, "/contacts", "")
        .await;
    let mut allowed: Vec<&str> = answer
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
            &Answer::of(request).await.unwrap(),
            400,
            "CONTACT-4",
            &format!("{kind:?}"),
        );
    }
}

#[tokio::test]
async fn without_a_good_token_nothing_is_answered() {
    let emulator = Emulator::start().await.unwrap();
    let client = Client::new(&emulator);
    for token in ["", "sandbo", "sandbox ", "sandboxx", "SANDBOX"] {
        let request = client
            .http
            .get(format!("{}/contacts/1", client.url))
            .header("authorization", format!("Bearer {token}"));
        let expected = if token.trim() == "sandbox" { 404 } else { 401 };
        assert_eq!(
            Answer::of(request).await.unwrap().status,
            expected,
            "{token:?}"
        );
    }
    let bare = Answer::of(client.http.get(format!("{}/contacts/1", client.url)))
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
            Answer::of(read).await.unwrap().status,
            reads,
            "{header}: {value}"
        );
        let write = client
            .request(Method::POST, "/contacts")
            .header(header, value);
        assert_eq!(
            Answer::of(write).await.unwrap().status,
            writes,
            "{header}: {value}"
        );
        let control = client
            .request(Method::POST, "/_emulator/reset")
            .header(header, value);
        let expected = if writes == 400 { 200 } else { 403 };
        assert_eq!(
            Answer::of(control).await.unwrap().status,
            expected,
            "{header}: {value}"
        );
    }
}

#[tokio::test]
async fn what_stands_in_the_way_of_a_start_is_named() {
    let emulator = Emulator::start().await.unwrap();
    let again = Emulator::builder()
        .port(emulator.address().port())
        .start()
        .await
        .err()
        .unwrap();
    assert!(matches!(again, StartError::PortInUse(_)), "{again}");

    let open = || Emulator::builder().host([0, 0, 0, 0].into());
    let other = Organization::new(2).token("sandbox", &[Scope::ContactRead]);
    for builder in [open(), open().token("own").organization(other)] {
        let exposed = builder.start().await.err().unwrap();
        assert!(
            matches!(exposed, StartError::DefaultTokenExposed(_)),
            "{exposed}"
        );
    }
    assert!(
        Emulator::builder()
            .host([0, 0, 0, 0].into())
            .token("own")
            .start()
            .await
            .is_ok()
    );

    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(
        &text,
        "These are notes and no database, however long one looks at them.".repeat(20),
    )
    .unwrap();
    for path in [
        folder.path().to_owned(),
        text,
        folder.path().join("missing/contacts.db"),
    ] {
        let error = Emulator::builder()
            .database(&path)
            .start()
            .await
            .err()
            .unwrap();
        assert!(matches!(error, StartError::Database(_, _)), "{error}");
        assert!(
            error.to_string().contains(&*path.to_string_lossy()),
            "{error}"
        );
    }
    assert!(matches!(
        Emulator::builder().token("").start().await,
        Err(StartError::Token)
    ));
    let settings = Settings {
        delete_status: 99,
        ..Settings::default()
    };
    let error = Emulator::builder().settings(settings).start().await;
    assert!(matches!(error, Err(StartError::Settings(_))));
    let scenario = Emulator::builder()
        .scenario(folder.path().join("none.json"))
        .start()
        .await;
    assert!(matches!(scenario, Err(StartError::Scenario(_))));
}

#[tokio::test]
async fn dropping_an_emulator_frees_its_port() {
    let emulator = Emulator::start().await.unwrap();
    let (client, port) = (Client::new(&emulator), emulator.address().port());
    assert_eq!(client.get("/contacts/1").await.status, 404);
    drop(emulator);
    while Emulator::builder().port(port).start().await.is_err() {
        tokio::task::yield_now().await;
    }
}
