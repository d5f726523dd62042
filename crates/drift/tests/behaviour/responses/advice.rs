//! What an error advises must do no harm: what may have been done and would be done twice is checked in Drift first.

use drift::{Error, NextAction, TimelineEvent};
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
