//! Bounds on what a caller can take: time, connections, heads and bodies; and an end that finishes its work.

use crate::common::Client;
use drift_emulator::{Emulator, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const HEAD: &str = "POST /contacts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer sandbox\r\n\
                    Content-Type: application/json\r\n";
const BODY: &str = r#"{"attributes":{"email":"ada@example.test"}}"#;

async fn emulator(settings: &str) -> Emulator {
    let settings: Settings = serde_json::from_str(settings).unwrap();
    Emulator::builder()
        .settings(settings)
        .start()
        .await
        .unwrap()
}

async fn connect(emulator: &Emulator, sent: &str) -> TcpStream {
    let mut socket = TcpStream::connect(emulator.address()).await.unwrap();
    socket.write_all(sent.as_bytes()).await.unwrap();
    socket
}

/// Reads until a text has come, or until the end.
async fn read_until(socket: &mut TcpStream, text: &str) -> String {
    let (mut all, mut buffer) = (String::new(), [0; 4096]);
    while !all.contains(text) {
        match socket.read(&mut buffer).await.unwrap_or(0) {
            0 => break,
            read => all.push_str(std::str::from_utf8(&buffer[..read]).unwrap()),
        }
    }
    all
}

#[tokio::test]
async fn a_body_that_does_not_come_ends_with_408() {
    let emulator = emulator(r#"{"request_timeout_ms":50}"#).await;
    let mut socket = connect(&emulator, &format!("{HEAD}Content-Length: 100\r\n\r\n{{")).await;
    let response = read_until(&mut socket, "CONTACT-11").await;
    assert!(response.starts_with("HTTP/1.1 408"), "{response}");
    assert!(response.contains("CONTACT-11"), "{response}");
}

#[tokio::test]
async fn a_head_that_does_not_come_and_an_idle_connection_are_closed() {
    let emulator = emulator(r#"{"header_timeout_ms":50}"#).await;
    for sent in ["", "GET /contacts/1 HTTP/1.1\r\nHost: local"] {
        let mut socket = connect(&emulator, sent).await;
        let response = read_until(&mut socket, "never").await;
        assert!(
            response.is_empty() || response.starts_with("HTTP/1.1 408"),
            "{response}"
        );
    }
}

#[tokio::test]
async fn heads_and_bodies_are_bounded() {
    let emulator = emulator(r#"{"body_limit":64}"#).await;
    let long = "x".repeat(200_000);
    let mut socket = connect(
        &emulator,
        &format!("GET /contacts/1 HTTP/1.1\r\nHost: localhost\r\nX: {long}"),
    )
    .await;
    assert!(
        read_until(&mut socket, "\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 431")
    );

    let chunk = format!("40\r\n{}\r\n", "x".repeat(64));
    let endless = format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n{chunk}{chunk}");
    let mut socket = connect(&emulator, &endless).await;
    assert!(
        read_until(&mut socket, "CONTACT-11")
            .await
            .starts_with("HTTP/1.1 413")
    );
    assert_eq!(
        Client::new(&emulator).post("/contacts", BODY).await.status,
        200
    );
}

#[tokio::test]
async fn a_connection_beyond_the_limit_waits() {
    let emulator = emulator(r#"{"connections_max":1}"#).await;
    let ask = "GET /contacts/1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let mut first = connect(&emulator, ask).await;
    assert!(
        read_until(&mut first, "error")
            .await
            .starts_with("HTTP/1.1 401")
    );
    let mut second = connect(&emulator, ask).await;
    first.write_all(ask.as_bytes()).await.unwrap();
    assert!(
        read_until(&mut first, "error")
            .await
            .starts_with("HTTP/1.1 401")
    );
    let mut byte = [0];
    assert!(
        second.try_read(&mut byte).is_err(),
        "responded beyond the limit"
    );
    drop(first);
    assert!(
        read_until(&mut second, "error")
            .await
            .starts_with("HTTP/1.1 401")
    );
}

#[tokio::test]
async fn a_response_that_nobody_reads_ends_its_connection() {
    let emulator = emulator(r#"{"connections_max":1,"request_timeout_ms":500}"#).await;
    let fault = r#"[{"path":"/endless","do":{"endless":{}}}]"#;
    emulator.faults().add_json(fault).unwrap();
    let ask = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let deaf = connect(&emulator, &ask("/endless")).await;
    let mut second = connect(&emulator, &ask("/contacts/1")).await;
    assert!(
        read_until(&mut second, "error")
            .await
            .starts_with("HTTP/1.1 401")
    );
    drop(deaf);
}

#[tokio::test]
async fn a_shutdown_finishes_what_has_begun_and_takes_nothing_new() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("contacts.db");
    let emulator = Emulator::builder().database(&path).start().await.unwrap();
    let address = emulator.address();
    let length = BODY.len();
    let head = format!("{HEAD}Content-Length: {length}\r\nExpect: 100-continue\r\n\r\n");
    let mut socket = connect(&emulator, &head).await;
    // The server asks for the body once the request has begun.
    assert!(
        read_until(&mut socket, "\r\n\r\n")
            .await
            .starts_with("HTTP/1.1 100")
    );
    let ending = tokio::spawn(emulator.shutdown());
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!ending.is_finished());
    socket.write_all(BODY.as_bytes()).await.unwrap();
    assert!(
        read_until(&mut socket, "start_date")
            .await
            .starts_with("HTTP/1.1 200")
    );
    ending.await.unwrap();
    let again = Emulator::builder().database(&path).start().await.unwrap();
    assert_eq!(again.state().count().await.unwrap(), 1);
}
