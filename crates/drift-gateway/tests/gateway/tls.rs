//! TLS with the gateway's own certificate, and the library as a caller.

use drift::{Client, NewContact, Outcome};

use crate::support::Scene;

#[tokio::test]
async fn the_library_calls_through_a_gateway_with_tls() {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let own = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let certificate = own.cert.pem();
    let key = own.signing_key.serialize_pem();
    let scene = Scene::with(|builder| builder.tls(certificate.clone(), key)).await;
    assert!(scene.url().starts_with("https://127.0.0.1:"));
    let client = Client::builder(scene.token())
        .base_url(scene.url())
        .root_certificates(certificate)
        .build()
        .expect("a client");
    let new = NewContact::new("ada@example.test").expect("an address");
    let created = client.contacts().create(new).await.expect("created");
    assert!(matches!(created, Outcome::Created(_)));
    assert_eq!(scene.count().await, 1);
}

#[tokio::test]
async fn a_key_of_another_certificate_is_refused() {
    let pair = || rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("one");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gateway.db");
    let store = drift_gateway::store::SqliteStore::open(&path, drift_gateway::store::Role::Gateway);
    let builder = drift_gateway::Gateway::builder(std::sync::Arc::new(store.expect("a store")));
    let (certificate, key) = (pair().cert.pem(), pair().signing_key.serialize_pem());
    let refused = builder.port(0).tls(certificate, key).start().await.err();
    assert!(matches!(
        refused,
        Some(drift_gateway::StartError::Certificate(_))
    ));
}
