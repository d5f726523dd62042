//! HTTP clients of the caller's own, and settings of ours.

use std::time::Duration;

use drift::reqwest::{self, redirect::Policy};
use drift::{Client, Delivery, ErrorKind, ExternalId, Outcome};
use drift_emulator::{Effect, Emulator, Fault};
use drift_tests::ada;
use drift_tests::relay::Unreachable;

use serde_json::json;

use super::server::{self, Server};
use super::{client_of, failed_create, one_attempt};
use crate::raw_server::{Drift, RawServer, Reply};

/// A client that follows redirects, as reqwest's do unless told otherwise.
fn following() -> reqwest::Client {
    let builder = Client::http_client_builder().expect("a builder");
    let builder = builder.redirect(Policy::default()).no_proxy();
    builder.build().expect("a client")
}

/// An emulator that redirects creates after it has made the contact, or before.
async fn redirecting(commit: bool, to: &str) -> Emulator {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let effect = Effect::Status {
        status: 302,
        headers: [("Location".to_owned(), to.to_owned())].into(),
        body: None,
        commit,
    };
    let fault = Fault::new(effect).method("POST");
    emulator.faults().add(fault).expect("a fault");
    emulator
}

/// What the other URL responds, here that there is no such path, says nothing of the create.
#[tokio::test]
async fn a_redirect_that_was_followed_is_no_refusal() {
    let nobody = Unreachable::new().expect("a port");
    for (commit, to) in [
        (true, "/elsewhere"),
        (false, "/elsewhere"),
        (true, nobody.url()),
        (false, nobody.url()),
    ] {
        let emulator = redirecting(commit, to).await;
        let builder = Client::builder(emulator.token())
            .base_url(emulator.url())
            .options(drift_tests::quick())
            .http_client(following());
        let client = builder.build().expect("a client");
        let new = ada().external_id(ExternalId::random());
        let created = client.contacts().create(new).await;
        if commit {
            let outcome = created.expect("found by its id");
            assert!(matches!(outcome, Outcome::Recovered(_)), "{to}");
            assert_eq!(emulator.state().count().await.expect("a count"), 1);
        } else {
            let error = created.expect_err("it was not made");
            assert_eq!(error.delivery(), Delivery::Unknown, "{to}");
        }
    }
}

#[tokio::test]
async fn a_call_that_was_redirected_says_so() {
    let elsewhere = Server::http(server::drift);
    let to = format!("{}/contacts/7", elsewhere.url());
    let redirect = format!("HTTP/1.1 307 Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
    let endless = "HTTP/1.1 307 Moved\r\nLocation: /contacts/7\r\nContent-Length: 0\r\n\r\n";
    for response in [redirect, endless.to_owned()] {
        let server = Server::http(move |_| response.clone());
        let client = one_attempt(&server.url()).http_client(following());
        let client = client.build().expect("a client");
        let error = client.contacts().get(7).await.expect_err("redirected");
        assert_eq!(
            (error.kind(), error.delivery()),
            (ErrorKind::Redirected, Delivery::Unknown),
            "{error}"
        );
    }
}

/// A redirect to the same URL shows in nothing: the client sends a `GET`, and what that is refused for says nothing of the
/// create. So it is looked up.
#[tokio::test]
async fn a_refusal_after_a_redirect_to_the_same_url_is_no_refusal() {
    for commit in [true, false] {
        let drift = Drift::default();
        let server = RawServer::start(move |request, _| match request.method.as_str() {
            "POST" => {
                if commit {
                    drift.carry_out(request);
                }
                Reply::new(302, "Location: /contacts\r\n", "")
            }
            _ if request.target == "/contacts" => Reply::json(
                400,
                &json!({"error": {"type": "CONTACT-10", "message": "what is asked for?"}}),
            ),
            _ => drift.carry_out(request),
        })
        .await;
        let client = client_of(server.url()).http_client(following());
        let client = client.build().expect("a client");
        let created = client
            .contacts()
            .create(ada().external_id(ExternalId::random()))
            .await;
        if commit {
            assert!(matches!(created, Ok(Outcome::Recovered(_))), "{created:?}");
        } else {
            let error = created.expect_err("it was not made");
            assert_eq!(error.delivery(), Delivery::Unknown, "{error}");
            assert!(error.ticket().is_some());
        }
        assert_eq!(server.count("POST"), 1);
    }
}

/// A client of ours follows no redirect, whatever was done to its builder.
#[tokio::test]
async fn a_client_of_ours_follows_no_redirect() {
    let elsewhere = Server::http(server::drift);
    let to = elsewhere.url();
    let server = Server::http(move |_| {
        format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
    });
    let builder = one_attempt(&server.url());
    failed_create(builder.configure_http(|http| http.redirect(Policy::default()))).await;
    assert_eq!(elsewhere.connections(), 0);
}

#[test]
fn a_setting_that_would_have_no_effect_is_refused() {
    let builder = || Client::builder("a-token").http_client(following());
    for (setting, builder) in [
        ("user_agent", builder().user_agent("acme-sync/1.4")),
        (
            "connect_timeout",
            builder().connect_timeout(Duration::from_secs(1)),
        ),
        ("root_certificates", builder().root_certificates("pem")),
        ("client_certificate", builder().client_certificate("pem")),
        ("configure_http", builder().configure_http(|http| http)),
    ] {
        let error = builder.build().expect_err(setting);
        assert_eq!(error.kind(), ErrorKind::Input, "{setting}");
        assert!(error.to_string().contains(setting), "{error}");
    }
    builder().build().expect("a client");
}

#[tokio::test]
async fn the_user_agent_is_sent() {
    let server = Server::http(server::drift);
    let own = Client::http_client_builder().expect("a builder");
    let own = own.user_agent("own/7").build().expect("a client");
    for builder in [
        client_of(&server.url()),
        client_of(&server.url()).user_agent("acme-sync/1.4"),
        client_of(&server.url()).configure_http(|http| http.user_agent("hooked/2")),
        client_of(&server.url()).http_client(own),
    ] {
        let client = builder.build().expect("a client");
        client.contacts().create(ada()).await.expect("created");
    }
    let ours = concat!("drift-rust/", env!("CARGO_PKG_VERSION"));
    let both = format!("acme-sync/1.4 {ours}");
    for (request, agent) in server
        .requests()
        .iter()
        .zip([ours, &both, "hooked/2", "own/7"])
    {
        let line = format!("user-agent: {agent}\r\n");
        assert!(request.to_lowercase().contains(&line), "{request}");
    }
    assert_eq!(server.requests().len(), 4);
}
