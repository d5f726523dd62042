//! Proxies: plain HTTP never goes through one, and what one refuses is reported.

use std::io::{Read, Write};

use drift::reqwest::Proxy;
use drift::{ClientBuilder, Delivery, ErrorKind, NextAction};
use drift_tests::relay::Unreachable;

use super::server::Server;
use super::{TOKEN, client_of, failed_create, one_attempt};

/// A proxy that responds to every CONNECT with this status.
fn proxy(status: &'static str) -> Server {
    Server::start(move |mut socket, seen| {
        let mut head = vec![0; 4096];
        let count = socket.read(&mut head)?;
        seen.request(String::from_utf8_lossy(&head[..count]).into_owned());
        write!(socket, "HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n")
    })
}

fn through(proxy: &str, builder: ClientBuilder) -> ClientBuilder {
    let proxy = Proxy::all(proxy).expect("a proxy");
    builder.configure_http(|http| http.proxy(proxy))
}

#[tokio::test]
async fn a_proxy_that_asks_for_a_password_is_told_at_once() {
    let proxy = proxy("407 Proxy Authentication Required");
    let builder = client_of("https://drift.example.test");
    let error = failed_create(through(&proxy.url(), builder)).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Connect, Delivery::NotSent)
    );
    assert_eq!(error.next_action(), NextAction::CheckProxy);
    for named in ["407", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        assert!(error.to_string().contains(named), "{error}");
    }
    assert_eq!(proxy.connections(), 1, "it was tried again");
}

/// It may pass, so it is tried again.
#[tokio::test]
async fn a_proxy_that_makes_no_connection_is_named() {
    let proxy = proxy("502 Bad Gateway");
    let builder = client_of("https://drift.example.test");
    let error = failed_create(through(&proxy.url(), builder)).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Connect, Delivery::NotSent)
    );
    assert!(error.to_string().contains("proxy made no"), "{error}");
    assert!(proxy.connections() > 1, "it was not tried again");
}

#[tokio::test]
async fn a_proxy_that_cannot_be_reached_is_named() {
    let nobody = Unreachable::new().expect("a port");
    let builder = one_attempt("https://drift.example.test");
    let error = failed_create(through(nobody.url(), builder)).await;
    assert_eq!(
        (error.kind(), error.delivery()),
        (ErrorKind::Connect, Delivery::NotSent)
    );
    assert!(error.to_string().contains("to the proxy"), "{error}");
}

/// A proxy would see URL and token in the clear.
#[tokio::test]
async fn plain_http_never_goes_through_a_proxy() {
    let proxy = proxy("502 Bad Gateway");
    let drift = Server::http(super::server::drift);
    let port = drift.address.port();
    for host in [
        "http://127.0.0.1",
        "http://localhost",
        "http://LOCALHOST",
        "http://127.1",
        "HTTP://127.0.0.1",
        "http://[::1]",
    ] {
        let builder = through(&proxy.url(), one_attempt(&format!("{host}:{port}")));
        let client = builder.build().expect("a client");
        let created = client.contacts().create(drift_tests::ada()).await;
        // The server listens on 127.0.0.1 alone.
        assert_eq!(created.is_ok(), !host.contains("::1"), "{host}");
    }
    assert_eq!(proxy.requests(), Vec::<String>::new());
    assert_eq!(drift.requests().len(), 5);
}

/// Over TLS a proxy sees the name of the server, and nothing else.
#[tokio::test]
async fn a_proxy_does_not_see_the_token() {
    let proxy = proxy("502 Bad Gateway");
    let builder = one_attempt("https://drift.example.test");
    failed_create(through(&proxy.url(), builder)).await;
    let requests = proxy.requests();
    assert!(
        requests[0].starts_with("CONNECT drift.example.test:443"),
        "{requests:?}"
    );
    assert!(!requests.concat().contains(TOKEN), "{requests:?}");
}
