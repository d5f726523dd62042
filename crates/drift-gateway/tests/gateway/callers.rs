//! Callers that are slow, large, wrong or web pages get nowhere, and disturb nobody.

use std::time::Duration;

use drift_gateway::Limits;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::Scene;

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.head_time = Duration::from_millis(300);
    limits.body_time = Duration::from_millis(300);
    limits.body = 1_000;
    limits
}

/// What is read until the gateway closes the connection, after these bytes.
async fn raw(scene: &Scene, bytes: &[u8]) -> String {
    let address = scene.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("connected");
    // It may be closed before all of it is written.
    let _written_or_closed = stream.write_all(bytes).await;
    let mut read = Vec::new();
    let _reset_or_end = stream.read_to_end(&mut read).await;
    String::from_utf8_lossy(&read).into_owned()
}

fn head(scene: &Scene, more: &str) -> String {
    let (host, token) = (scene.url().trim_start_matches("http://"), scene.token());
    format!(
        "POST /contacts HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n{more}\r\n"
    )
}

#[tokio::test]
async fn idle_and_slow_connections_are_closed() {
    let scene = Scene::with(|builder| builder.limits(limits())).await;
    assert_eq!(raw(&scene, b"").await, "");
    assert!(
        !raw(&scene, b"POST /contacts HTTP/1.1\r\nHost:")
            .await
            .contains("200 OK")
    );
    let slow = head(&scene, "Content-Length: 100\r\n") + "{\"attributes\":";
    assert!(
        raw(&scene, slow.as_bytes())
            .await
            .starts_with("HTTP/1.1 408")
    );
}

#[tokio::test]
async fn garbage_and_large_requests_are_refused() {
    let scene = Scene::with(|builder| builder.limits(limits())).await;
    let garbage = raw(&scene, b"\x16\x03\x01\x02\x00\x01\r\n\r\n").await;
    assert!(
        garbage.is_empty() || garbage.starts_with("HTTP/1.1 400"),
        "{garbage}"
    );
    let filler = "x".repeat(1_000_000);
    let large = raw(&scene, head(&scene, &format!("X: {filler}\r\n")).as_bytes()).await;
    assert!(
        large.is_empty() || large.starts_with("HTTP/1.1 431"),
        "{large}"
    );
    let refused = scene
        .create(
            json!({"email": "ada@example.test", "x": "x".repeat(2_000)}),
            &[],
        )
        .await;
    assert_eq!(
        (refused.status, refused.error_type()),
        (413, Some("validation_error"))
    );
    for body in ["", "{", "{\"attributes\":", "\u{0}", "[[[["] {
        let length = format!("Content-Length: {}\r\nConnection: close\r\n", body.len());
        let refused = raw(&scene, (head(&scene, &length) + body).as_bytes()).await;
        assert!(refused.starts_with("HTTP/1.1 400"), "{refused}");
    }
    assert_eq!(scene.count().await, 0);
}

/// How many connections this process may open, each with two ends in it: as many as the issue of such callers needs, or
/// what the system allows.
fn connections() -> usize {
    let text = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("Max open files"));
    let most = line.and_then(|line| line.split_whitespace().nth(3)?.parse::<usize>().ok());
    // 500 are for everything else. A system that does not say allows 256 in all at least.
    most.map_or(50, |most| (most.saturating_sub(500) / 2).min(2_000))
}

#[tokio::test]
async fn two_thousand_that_are_idle_slow_or_wrong_disturb_nobody() {
    let scene = Scene::new().await;
    let address = scene.url().trim_start_matches("http://").to_owned();
    let (created, read) = (
        "{\"attributes\":{\"email\":\"x@y.test\"}}",
        "GET /contacts HTTP/1.1\r\n",
    );
    let unfinished = head(&scene, "Content-Length: 1000\r\n") + "{\"attributes\":";
    let chunked = head(&scene, "Transfer-Encoding: chunked\r\n") + "5\r\nabcde\r\nzz\r\n";
    let page = head(
        &scene,
        "Origin: https://evil.example\r\nContent-Length: 41\r\n",
    ) + created;
    let starts = [
        String::new(),
        "POST /contacts HTTP/1.1\r\nHost:".to_owned(),
        unfinished,
        chunked,
        page,
        format!("{read}Host: evil.example\r\n\r\n").repeat(20),
        "\u{16}\u{3}\u{1}\u{2}".repeat(50),
        format!("{read}\r\n{read}Host: localhost\r\nContent-Length: -1\r\n\r\n"),
    ];
    let mut held = Vec::new();
    for start in starts.iter().cycle().take(connections()) {
        let mut stream = TcpStream::connect(&address).await.expect("connected");
        let _written_or_closed = stream.write_all(start.as_bytes()).await;
        held.push(stream);
    }
    for number in 0..20 {
        let contact = json!({"email": format!("lead{number}@example.test")});
        let created = match number % 2 {
            0 => scene.create(contact, &[]).await,
            _ => scene.create_keyed(&format!("k{number}"), contact).await,
        };
        assert_eq!(created.status, 200);
    }
    drop(held);
    assert_eq!(scene.count().await, 20);
}

#[tokio::test]
async fn web_pages_are_kept_out() {
    let scene = Scene::new().await;
    for headers in [
        [("host", "evil.example")],
        [("origin", "https://evil.example")],
        [("origin", "null")],
    ] {
        let refused = scene
            .create(json!({"email": "ada@example.test"}), &headers)
            .await;
        assert_eq!(refused.status, 403, "{headers:?}");
        let read = scene
            .send("GET", "/contacts?email=a%40b.test", &headers, None)
            .await;
        assert_eq!(read.status, 403, "{headers:?}");
        let health = scene.send("GET", "/_gateway/health", &headers, None).await;
        assert_eq!(health.status, 200, "{headers:?}");
    }
    assert_eq!(scene.count().await, 0);
}

#[tokio::test]
async fn a_full_queue_is_a_503() {
    let mut few = limits();
    few.requests = 1;
    let scene = Scene::with(|builder| builder.limits(few)).await;
    let stall = drift_emulator::Effect::Stall {
        ms: Some(500),
        commit: true,
    };
    scene.fault(drift_emulator::Fault::new(stall).method("GET"));
    let get = || scene.get("/contacts?email=a%40b.test");
    let (a, b) = tokio::join!(get(), get());
    let mut statuses = [a.status, b.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 503]);
    let refused = if a.status == 503 { a } else { b };
    assert_eq!(
        (refused.error_type(), refused.header("retry-after")),
        (Some("unavailable"), Some("1"))
    );
}

#[tokio::test]
async fn off_loopback_it_needs_tls_and_credentials() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gateway.db");
    let store = drift_gateway::store::SqliteStore::open(&path, drift_gateway::store::Role::Gateway);
    let store = std::sync::Arc::new(store.expect("a store"));
    let gateway = drift_gateway::Gateway::builder(store)
        .host([0, 0, 0, 0].into())
        .port(0);
    let refused = gateway.start().await.err();
    assert!(matches!(refused, Some(drift_gateway::StartError::Unsafe)));
}
