//! A lease is renewed while its holder lives, also while it waits: nobody takes the work over.

use std::sync::Arc;
use std::time::Duration;

use drift_emulator::{Effect, Emulator, Fault};
use drift_gateway::Gateway;
use drift_gateway::store::{AccountId, RecordKey, Role, SqliteStore, Store};
use serde_json::json;

use crate::support::client_of;

/// Drift asks the first gateway to wait for longer than a lease and an attempt, of 1 s and 0.5 s, take. The second one joins.
#[tokio::test]
async fn one_that_waits_is_not_taken_over() {
    let emulator = Emulator::start().await.expect("an emulator");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gateway.db");
    let store = SqliteStore::open(&path, Role::Gateway).expect("a store");
    let store: Arc<dyn Store> = Arc::new(store);
    let gateway = || {
        Gateway::builder(store.clone())
            .port(0)
            .drift_base_url(emulator.url())
            .endpoint("test")
            .attempt_timeout(Duration::from_millis(500))
            .total_timeout(Duration::from_secs(20))
            .start()
    };
    let first = gateway().await.expect("a gateway");
    let second = gateway().await.expect("a gateway");
    let limited = Effect::Status {
        status: 429,
        headers: [("Retry-After".to_owned(), "4".to_owned())].into(),
        body: None,
        commit: false,
    };
    let fault = Fault::new(limited)
        .method("POST")
        .path("/contacts")
        .times(1);
    emulator.faults().add(fault).expect("a fault");
    let http = drift::Client::http_client_builder().expect("certificates");
    let http = http.build().expect("a client");
    let create = async |gateway: &Gateway| {
        let body = json!({"attributes": {"email": "ada@example.test"}});
        let request = http
            .post(format!("{}/contacts", gateway.url()))
            .bearer_auth(emulator.token())
            .header("Idempotency-Key", "k1")
            .header("Content-Type", "application/json")
            .body(body.to_string());
        request.send().await.expect("a response").status()
    };
    let later = async {
        while emulator.faults().log().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        create(&second).await
    };
    let (one, other) = tokio::join!(create(&first), later);
    assert_eq!((one.as_u16(), other.as_u16()), (200, 200));
    let token = client_of(&emulator).token_info().await.expect("a token");
    let organization = token.organization().expect("an organization");
    let account = AccountId::new(format!("test {organization}"));
    let record = store.read(&RecordKey::new(account, "k1")).await;
    assert_eq!(record.expect("read").expect("a record").attempts, 1);
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
}
