//! A create whose ticket is there before it is sent.

use std::sync::Arc;

use drift::protocol::Claim;
use drift::{ErrorKind, ExternalId, Intent, NewContact, Outcome, Resolution, Start};
use drift_tests::{ada, quick, started};
use tokio::sync::Notify;

use crate::raw_server::{Drift, RawServer, Reply};

#[tokio::test]
async fn a_dropped_create_can_be_resolved() {
    let (drift, executed) = (Drift::default(), Arc::new(Notify::new()));
    let done = executed.clone();
    let server = RawServer::start(move |request, _| {
        let reply = drift.carry_out(request);
        if request.method != "POST" {
            return reply;
        }
        done.notify_one();
        Reply::Silence
    })
    .await;
    let contacts = server.client().contacts();
    let prepared = contacts.prepare(ada().external_id(ExternalId::random()));
    let prepared = prepared.expect("valid");
    let ticket = prepared.ticket();
    assert!(server.requests().is_empty());
    let sending = tokio::spawn(prepared.send());
    executed.notified().await;
    sending.abort();
    assert!(sending.await.expect_err("dropped").is_cancelled());
    let resolved = contacts.resolve(&ticket).await.expect("resolved");
    assert!(matches!(resolved, Resolution::Found(Outcome::Recovered(_))));
    assert_eq!(server.count("POST"), 1);
}

#[tokio::test]
async fn a_stored_create_is_finished_once_whether_it_was_sent_or_not() {
    for was_sent in [false, true] {
        let (emulator, client) = started().await;
        let stamped = client.contacts().with_options(quick().stamp("made_by"));
        let prepared = stamped.prepare(ada()).expect("valid");
        let stored = serde_json::to_string(prepared.intent()).expect("JSON");
        if was_sent {
            let outcome = prepared.send().await.expect("created");
            assert!(matches!(outcome, Outcome::Created(_)));
        }
        let intent: Intent = serde_json::from_str(&stored).expect("an intent");
        let contacts = client.contacts();
        let written = contacts.write(intent, Start::InDoubt).await;
        let claim = written.expect("finished").claim;
        let expected = if was_sent {
            Claim::Recovered
        } else {
            Claim::Created
        };
        assert_eq!(claim, expected);
        assert_eq!(emulator.state().count().await.expect("a count"), 1);
    }
}

#[tokio::test]
async fn what_is_not_valid_is_not_prepared() {
    let (_emulator, client) = started().await;
    let new = NewContact::new("ada@example.test").expect("an address");
    let error = client.contacts().prepare(new.attribute("email", "x"));
    assert_eq!(error.expect_err("ours").kind(), ErrorKind::Input);
}
