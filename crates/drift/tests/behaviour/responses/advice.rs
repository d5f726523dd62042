//! What an error advises must do no harm: what may have been done and would be done twice is checked in Drift first.

use drift::{ContactChanges, Error, NextAction, TimelineEvent};
use drift_tests::quick;

use crate::raw_server::{RawServer, Reply};

/// A post to a timeline and a retrieval of personal data, each of which must not be done twice.
async fn once_only(server: &RawServer) -> [Error; 2] {
    let client = server.client_with(quick());
    let email = "ada@example.test".parse().expect("an email");
    let event = TimelineEvent::of(7, "Paid");
    [
        client
            .contacts()
            .timeline()
            .post(event)
            .await
            .expect_err("a failure"),
        client
            .privacy()
            .retrieve(&email)
            .await
            .expect_err("a failure"),
    ]
}

#[tokio::test]
async fn what_may_be_done_is_checked_before_it_is_done_again() {
    for reply in [
        || Reply::Closed,
        || Reply::empty(500),
        || Reply::empty(408),
        || Reply::empty(302),
        || Reply::Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".to_vec()),
        || Reply::text(403, "<html>No</html>"),
    ] {
        let server = RawServer::start(move |_, _| reply()).await;
        for error in once_only(&server).await {
            assert_eq!(error.next_action(), NextAction::CheckInDrift, "{error:?}");
            assert!(error.next_action().to_string().contains("check in Drift"));
        }
        assert_eq!(server.requests().len(), 2, "each was sent once");
    }
}

#[tokio::test]
async fn what_was_refused_may_be_called_again() {
    for (status, action) in [
        (401, NextAction::AskAdmin),
        (404, NextAction::CheckBaseUrl),
        (413, NextAction::FixInput),
    ] {
        let server = RawServer::start(move |_, _| Reply::empty(status)).await;
        for error in once_only(&server).await {
            assert_eq!(error.next_action(), action, "{status}");
        }
    }
}

#[tokio::test]
async fn a_redirect_says_to_check_the_base_url() {
    let headers = "Location: https://example.test/\r\n";
    let server = RawServer::start(move |_, _| Reply::new(302, headers, "")).await;
    let error = server
        .client()
        .contacts()
        .get(7)
        .await
        .expect_err("redirected");
    assert_eq!(error.next_action(), NextAction::CheckBaseUrl);
}

/// A page that a filter or a network has sent says nothing of the token, and a 407 nothing of HTTPS_PROXY, whose proxy
/// refuses connections and sends no responses.
#[tokio::test]
async fn what_is_on_the_way_is_named_and_nothing_else() {
    for (status, action, named, not_named) in [
        (403, NextAction::CheckNetwork, "a filter", "check the token"),
        (511, NextAction::CheckNetwork, "sign in first", "base URL"),
        (407, NextAction::CheckBaseUrl, "a proxy", "HTTPS_PROXY"),
        (
            101,
            NextAction::CheckBaseUrl,
            "another protocol",
            "fix the input",
        ),
        (
            999,
            NextAction::CheckBaseUrl,
            "another server",
            "fix the input",
        ),
    ] {
        let server = RawServer::start(move |_, _| Reply::text(status, "<html>No</html>")).await;
        let contacts = server.client().contacts();
        let changes = ContactChanges::new().name("Ada");
        for error in [
            contacts.update(7, changes).await.expect_err("no success"),
            contacts.delete(7).await.expect_err("no success"),
            contacts.get(7).await.expect_err("no success"),
        ] {
            assert_eq!(error.next_action(), action, "{status}: {error}");
            let shown = format!("{error}; {}", error.next_action());
            assert!(shown.contains(named), "{status}: {shown}");
            assert!(!shown.contains(not_named), "{status}: {shown}");
        }
    }
}
