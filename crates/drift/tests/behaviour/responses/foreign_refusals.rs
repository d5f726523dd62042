//! Refusals that are not in Drift's words: a gateway's, a filter's, another server's. A refusal is a refusal, whoever says
//! it; only what may hide that the work was done is looked up.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use drift::{
    Client, ContactChanges, Delivery, Error, ErrorKind, ExternalId, NewContact, NextAction, Outcome,
};
use drift_tests::{ada, quick};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::raw_server::{Drift, RawServer, Reply};

/// Bodies that are not Drift's error.
const FOREIGN: [&str; 4] = [
    "",
    r#"{"message":"Unauthorized"}"#,
    "<html><body>No</body></html>",
    CUT,
];

/// It may be Drift's, or anybody's.
const CUT: &str = r#"{"error":{"ty"#;

fn known() -> NewContact {
    ada().external_id(ExternalId::random())
}

fn said(error: &Error) -> (ErrorKind, Delivery) {
    (error.kind(), error.delivery())
}

#[tokio::test]
async fn a_create_that_is_refused_before_it_is_executed_is_sent_once() {
    for (status, kind, action) in [
        (401, ErrorKind::Unauthorized, NextAction::AskAdmin),
        (404, ErrorKind::NotDrift, NextAction::CheckBaseUrl),
        (405, ErrorKind::NotDrift, NextAction::CheckBaseUrl),
        (407, ErrorKind::NotDrift, NextAction::CheckBaseUrl),
        (411, ErrorKind::NotDrift, NextAction::CheckBaseUrl),
        (413, ErrorKind::InvalidRequest, NextAction::FixInput),
        (414, ErrorKind::InvalidRequest, NextAction::FixInput),
        (415, ErrorKind::NotDrift, NextAction::CheckBaseUrl),
        (417, ErrorKind::NotDrift, NextAction::CheckBaseUrl),
        (431, ErrorKind::InvalidRequest, NextAction::FixInput),
    ] {
        for body in FOREIGN {
            let server = RawServer::responding("POST", move || Reply::text(status, body)).await;
            let contacts = server.client().contacts();
            let error = contacts.create(known()).await.expect_err("refused");
            assert_eq!(said(&error), (kind, Delivery::Refused), "{status} {body}");
            assert_eq!(error.next_action(), action, "{status} {body}");
            assert_eq!(error.status(), Some(status));
            assert!(error.ticket().is_none());
            assert_eq!(server.requests().len(), 1, "{status} {body}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blocking_create_that_is_refused_is_sent_once() {
    let server = RawServer::responding("POST", || Reply::empty(401)).await;
    let builder = Client::builder("a-token")
        .base_url(server.url())
        .options(quick());
    let created = std::thread::spawn(move || {
        let client = drift::blocking::Client::from_builder(builder).expect("a client");
        client.contacts().create(known())
    });
    let created = tokio::task::spawn_blocking(|| created.join().expect("no panic"));
    let error = created.await.expect("no panic").expect_err("refused");
    assert_eq!(said(&error), (ErrorKind::Unauthorized, Delivery::Refused));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_request_that_was_not_processed_is_sent_again() {
    for status in [421, 425] {
        let drift = Drift::default();
        let server = RawServer::start(move |request, number| match number {
            1 => Reply::empty(status),
            _ => drift.carry_out(request),
        })
        .await;
        let outcome = server.client().contacts().create(known()).await;
        assert!(matches!(outcome, Ok(Outcome::Created(_))), "{status}");
        assert_eq!((server.count("POST"), server.count("GET")), (2, 0));

        let server = RawServer::responding("POST", move || Reply::empty(status)).await;
        let error = server.client().contacts().create(known()).await;
        let error = error.expect_err("never processed");
        assert_eq!(error.delivery(), Delivery::NotSent, "{status}");
        assert_eq!((server.count("POST"), server.count("GET")), (5, 0));
    }
}

#[tokio::test]
async fn a_page_that_may_hide_the_work_is_looked_up_once() {
    for (status, kind) in [
        (400, ErrorKind::InvalidRequest),
        (403, ErrorKind::Forbidden),
        (422, ErrorKind::InvalidRequest),
    ] {
        for body in FOREIGN {
            let server = RawServer::responding("POST", move || Reply::text(status, body)).await;
            let contacts = server.client().contacts();
            let error = contacts.create(known()).await.expect_err("refused");
            assert_eq!(said(&error), (kind, Delivery::Unknown), "{status} {body}");
            assert!(error.ticket().is_some(), "it may still arrive");
            assert_eq!((server.count("POST"), server.count("GET")), (1, 1));
        }
    }
}

#[tokio::test]
async fn work_that_a_page_has_hidden_is_found() {
    for status in [400, 403, 422] {
        let drift = Drift::default();
        let server = RawServer::start(move |request, _| {
            let done = drift.carry_out(request);
            match request.method.as_str() {
                "POST" => Reply::text(status, "<html>blocked</html>"),
                _ => done,
            }
        })
        .await;
        let outcome = server.client().contacts().create(known()).await;
        assert!(matches!(outcome, Ok(Outcome::Recovered(_))), "{status}");
        assert_eq!((server.count("POST"), server.count("GET")), (1, 1));
    }
}

/// And is not sent again: what was refused is refused again. With a token that is refused nothing can be looked up either.
#[tokio::test]
async fn a_create_in_doubt_stays_in_doubt() {
    for (status, look_ups, action) in [
        (401, 3, NextAction::AskAdmin),
        (404, 6, NextAction::LookUp),
        (413, 6, NextAction::LookUp),
    ] {
        let creates = AtomicUsize::new(0);
        let server = RawServer::start(move |request, _| {
            if request.method != "POST" {
                return Reply::json(200, &json!({"data": []}));
            }
            match creates.fetch_add(1, Ordering::Relaxed) {
                0 => Reply::Closed,
                _ => Reply::empty(status),
            }
        })
        .await;
        let error = server.client().contacts().create(known()).await;
        let error = error.expect_err("in doubt");
        assert_eq!(said(&error), (ErrorKind::Unresolved, Delivery::Unknown));
        assert!(error.ticket().is_some());
        assert_eq!(error.next_action(), action, "{status}");
        assert_eq!(server.count("POST"), 2, "{status}");
        assert_eq!(server.count("GET"), look_ups, "{status}");
    }
}

/// An error in doubt says why nobody could look, and what to change first.
#[tokio::test]
async fn a_look_up_that_fails_says_why() {
    for (status, body, action, sentence) in [
        (
            401,
            "",
            NextAction::AskAdmin,
            "the access token was refused",
        ),
        (
            403,
            "<html>No</html>",
            NextAction::CheckNetwork,
            "a filter or a proxy",
        ),
        (
            404,
            "<html>No</html>",
            NextAction::CheckBaseUrl,
            "another server",
        ),
        (302, "", NextAction::CheckBaseUrl, "redirected"),
        (
            200,
            "<html>Sign in</html>",
            NextAction::CheckBaseUrl,
            "captive portal",
        ),
        (
            511,
            "<html>Sign in</html>",
            NextAction::CheckNetwork,
            "captive portal",
        ),
        (500, "", NextAction::LookUp, "Drift failed"),
        (
            200,
            r#"{"data":[{"id":"x"}]}"#,
            NextAction::LookUp,
            "`data[0].id`",
        ),
    ] {
        let server = RawServer::start(move |request, _| match request.method.as_str() {
            "POST" => Reply::Closed,
            _ => Reply::text(status, body),
        })
        .await;
        let error = server.client().contacts().create(known()).await;
        let error = error.expect_err("in doubt");
        assert_eq!(said(&error), (ErrorKind::Unresolved, Delivery::Unknown));
        assert!(error.ticket().is_some(), "{status}");
        assert_eq!(error.next_action(), action, "{status}");
        let shown = error.to_string();
        assert!(shown.contains("looking for it failed"), "{shown}");
        assert!(shown.contains(sentence), "{shown}");
    }
}

#[tokio::test]
async fn an_update_in_doubt_stays_in_doubt() {
    let server = RawServer::start(|_, number| match number {
        1 => Reply::empty(500),
        _ => Reply::empty(401),
    })
    .await;
    let changes = ContactChanges::new().name("Ada");
    let error = server.client().contacts().update(7, changes).await;
    let error = error.expect_err("refused");
    assert_eq!(said(&error), (ErrorKind::Unauthorized, Delivery::Unknown));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_look_up_that_is_refused_is_not_repeated() {
    for status in [400, 401, 403, 404, 405, 422] {
        let server = RawServer::start(move |request, _| match request.method.as_str() {
            "POST" => Reply::Closed,
            _ => Reply::empty(status),
        })
        .await;
        let error = server.client().contacts().create(known()).await;
        let error = error.expect_err("in doubt");
        assert_eq!(said(&error), (ErrorKind::Unresolved, Delivery::Unknown));
        assert_eq!(
            (server.count("POST"), server.count("GET")),
            (1, 1),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_read_that_is_refused_is_sent_once_and_one_in_doubt_again() {
    for (status, requests) in [
        (400, 1),
        (401, 1),
        (403, 1),
        (404, 1),
        (405, 1),
        (422, 1),
        (402, 5),
        (408, 5),
        (410, 5),
        (418, 5),
        (421, 5),
        (500, 5),
    ] {
        for body in FOREIGN {
            let server = RawServer::responding("GET", move || Reply::text(status, body)).await;
            let error = server.client().contacts().get(7).await;
            error.expect_err("refused");
            assert_eq!(server.requests().len(), requests, "{status} {body}");
        }
    }
}

#[tokio::test]
async fn a_404_of_another_server_is_no_deleted_contact() {
    for body in FOREIGN {
        let server = RawServer::start(move |_, number| match number {
            1 => Reply::empty(500),
            _ => Reply::text(404, body),
        })
        .await;
        let error = server.client().contacts().delete(7).await;
        let error = error.expect_err("not deleted");
        let kind = if body == CUT {
            ErrorKind::NotFound
        } else {
            ErrorKind::NotDrift
        };
        assert_eq!(said(&error), (kind, Delivery::Unknown), "{body}");
        assert_eq!(server.requests().len(), 2);
    }
    let gone = json!({"error": {"type": "CONTACT-1", "message": "no such contact"}});
    let server = RawServer::start(move |_, number| match number {
        1 => Reply::empty(500),
        _ => Reply::json(404, &gone),
    })
    .await;
    assert!(
        server.client().contacts().delete(7).await.is_ok(),
        "Drift says so"
    );
}

/// It is refused while most of it is still on its way.
#[tokio::test]
async fn a_body_that_is_too_large_is_sent_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let served = Arc::new(AtomicUsize::new(0));
    let counted = served.clone();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::Relaxed);
            let mut read = vec![0; 1_024];
            let _ = socket.read(&mut read).await;
            let refusal = b"HTTP/1.1 413 Any\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
            let _ = socket.write_all(refusal).await;
            let _ = socket.shutdown().await;
            while matches!(socket.read(&mut read).await, Ok(1..)) {}
        }
    });
    let client = Client::builder("a-token").base_url(url).options(quick());
    let contacts = client.build().expect("a client").contacts();
    let new = known().attribute("notes", "x".repeat(20 * 1024 * 1024));
    let error = contacts.create(new).await.expect_err("too large");
    assert_eq!(said(&error), (ErrorKind::InvalidRequest, Delivery::Refused));
    assert!(error.to_string().contains("too large"), "{error}");
    assert_eq!(served.load(Ordering::Relaxed), 1);
}
