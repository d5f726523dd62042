//! A network that asks to sign in before it lets anything through: it says so, by a 511 or by a page with status 200.

use drift::{ErrorKind, NextAction};
use drift_tests::ada;

use crate::raw_server::{RawServer, Reply};

#[tokio::test]
async fn a_read_says_what_it_met() {
    for (status, requests) in [(200, 1), (511, 5)] {
        let server =
            RawServer::start(move |_, _| Reply::text(status, "<html>Sign in</html>")).await;
        let contacts = server.client().contacts();
        let error = contacts.get(7).await.expect_err("a page");
        assert_eq!(error.kind(), ErrorKind::NotDrift, "{status}");
        assert_eq!(error.next_action(), NextAction::CheckBaseUrl, "{status}");
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
