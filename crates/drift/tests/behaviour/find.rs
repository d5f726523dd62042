//! Look-ups by email, and by many external ids.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use drift::{AttemptEnd, AttemptStart, Contact, ExternalId, Interceptor};
use drift_emulator::Emulator;
use drift_emulator::settings::Settings;
use drift_tests::ada;
use serde_json::json;

use crate::created;
use crate::raw_server::{RawServer, Reply};

#[tokio::test]
async fn more_ids_than_the_server_accepts_are_asked_for_in_parts() {
    let settings = Settings {
        find_ids_max: 3,
        ..Settings::default()
    };
    let emulator = Emulator::builder().settings(settings).start().await;
    let emulator = emulator.expect("the emulator starts");
    let client = drift_tests::client(&emulator).expect("a client");
    let ids: Vec<ExternalId> = (0..10).map(|_| ExternalId::random()).collect();
    for id in &ids {
        created(&client, ada().external_id(id.clone())).await;
    }
    let found = client.contacts().find_by_external_ids(&ids).await;
    let found = found.expect("in parts");
    let found: Vec<_> = found.iter().filter_map(Contact::external_id).collect();
    assert_eq!(
        found,
        ids.iter().map(ToString::to_string).collect::<Vec<_>>()
    );
}

/// A server that knows as many contacts with the email that is asked for.
async fn with_so_many(contacts: usize) -> RawServer {
    RawServer::start(move |_, _| {
        let contact = |id| json!({"id": id, "attributes": {"email": "ada@example.test"}});
        let contacts: Vec<_> = (1..=contacts).map(contact).collect();
        Reply::json(200, &json!({ "data": contacts }))
    })
    .await
}

#[tokio::test]
async fn a_look_up_by_email_says_where_there_may_be_more() {
    for (contacts, may_be_more) in [(0, false), (1, false), (99, false), (100, true)] {
        let server = with_so_many(contacts).await;
        let calls = server.client().contacts();
        let found = calls.find_by_email("ada@example.test").await;
        let found = found.expect("found");
        assert_eq!((found.len(), found.may_be_more()), (contacts, may_be_more));
    }
}

/// The most attempts at a time.
#[derive(Clone, Default)]
struct AtATime(Arc<[AtomicUsize; 2]>);

impl Interceptor for AtATime {
    fn before_attempt(&self, _: &mut AttemptStart) {
        let now = self.0[0].fetch_add(1, Ordering::Relaxed) + 1;
        self.0[1].fetch_max(now, Ordering::Relaxed);
    }

    fn after_attempt(&self, _: &AttemptEnd) {
        self.0[0].fetch_sub(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn ten_thousand_ids_take_few_requests_several_at_a_time() {
    let server = RawServer::start(|request, _| {
        let parts = request.target.split('&');
        let ids = parts.filter_map(|part| part.split_once("id="));
        let contacts = ids.map(|(_, id)| json!({"id": 1, "attributes": {"externalId": id}}));
        Reply::json(200, &json!({ "data": contacts.collect::<Vec<_>>() }))
    })
    .await;
    let at_a_time = AtATime::default();
    let client = drift::Client::builder("a-token")
        .base_url(server.url())
        .interceptor(at_a_time.clone())
        .build()
        .expect("a client");
    let ids: Vec<ExternalId> = (0..10_000).map(|_| ExternalId::random()).collect();
    let twice = ids.iter().chain(&ids);
    let found = client.contacts().find_by_external_ids(twice).await;
    let found = found.expect("found");
    let found: HashSet<_> = found.iter().filter_map(Contact::external_id).collect();
    assert_eq!(found.len(), ids.len());
    assert!(ids.iter().all(|id| found.contains(id.as_str())));
    // 8,000 bytes have room for about 209 ids of 34 characters.
    assert_eq!(server.requests().len(), 48);
    assert_eq!(at_a_time.0[1].load(Ordering::Relaxed), 8);
}
