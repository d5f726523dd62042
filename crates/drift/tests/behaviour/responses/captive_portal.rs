//! A network that asks to sign in before it lets anything through: it says so, by a 511 or by a page with status 200.

use drift::{Delivery, ErrorKind, NextAction, TimelineEvent};
use drift_tests::ada;
use serde_json::json;

use crate::raw_server::{RawServer, Reply};

#[tokio::test]
async fn a_read_says_what_it_met() {
    for (status, requests, action) in [
        (200, 1, NextAction::CheckBaseUrl),
        (511, 5, NextAction::CheckNetwork),
    ] {
        let server =
            RawServer::start(move |_, _| Reply::text(status, "<html>Sign in</html>")).await;
        let contacts = server.client().contacts();
        let error = contacts.get(7).await.expect_err("a page");
        assert_eq!(error.kind(), ErrorKind::NotDrift, "{status}");
        assert_eq!(error.next_action(), action, "{status}");
        assert!(error.to_string().contains("captive portal"), "{error}");
        assert_eq!(server.requests().len(), requests, "{status}");
    }
}

#[tokio::test]
async fn a_create_says_why_it_is_in_doubt() {
    for status in [200, 511] {
        let server =
            RawServer::start(move |_, _| Reply::text(status, "<html>Sign in</html>")).await;
        let error = server
            .client()
            .contacts()
            .create(ada())
            .await
            .expect_err("in doubt");
        assert_eq!(error.kind(), ErrorKind::Unresolved, "{status}");
        let shown = error.to_string();
        assert!(shown.contains("captive portal"), "{shown}");
        assert_eq!(server.count("POST"), 1, "{status}");
    }
}

/// Everything is answered with a success that is not Drift's.
#[tokio::test]
async fn a_success_that_is_not_drifts_is_no_success() {
    for (status, body) in [
        (200, json!({"login": "https://wifi.example.test"})),
        (200, json!([])),
        (200, json!("OK")),
        (200, json!({"ok": "yes"})),
        (
            206,
            json!({"result": "OK", "ok": true, "data": {"event": "paid"}}),
        ),
    ] {
        let sent = body.clone();
        let server = RawServer::start(move |_, _| Reply::json(status, &sent)).await;
        let client = server.client();
        let email = "ada@example.test".parse().expect("an email");
        let event = TimelineEvent::of(7, "Paid");
        for error in [
            client.contacts().delete(7).await.expect_err("not deleted"),
            client
                .contacts()
                .timeline()
                .post(event)
                .await
                .expect_err("not posted"),
            client
                .emails()
                .unsubscribe(["ada@example.test".parse().expect("an email")])
                .await
                .expect_err("not done"),
            client
                .privacy()
                .delete_everything_of(&email)
                .await
                .expect_err("not erased"),
            client
                .privacy()
                .retrieve(&email)
                .await
                .expect_err("not asked for"),
        ] {
            let said = (error.kind(), error.delivery());
            assert_eq!(said, (ErrorKind::NotDrift, Delivery::Unknown), "{body}");
        }
        assert_eq!(
            client.token_info().await.expect_err("not described").kind(),
            ErrorKind::NotDrift
        );
    }
}
