//! One client for each organization, over one connection pool.

use drift_tests::{ada, quick};

use crate::credentials::{OneAfterAnother, emulator};

#[tokio::test]
async fn each_client_works_in_its_own_organization() {
    let emulator = emulator().await;
    let builder = drift::Client::builder("first").base_url(emulator.url());
    let seven = builder.options(quick()).build().expect("a client");
    let eight = seven.with_token("foreign").expect("a client");
    let again = eight.with_credentials(OneAfterAnother::new(&["second"]));
    assert_eq!(again.base_url(), seven.base_url());
    // Equal creates are joined within an organization, and not across two.
    let (contacts, foreign) = (seven.contacts(), eight.contacts());
    let (one, other) = tokio::join!(contacts.create(ada()), foreign.create(ada()));
    let (one, other) = (one.expect("created"), other.expect("created"));
    assert_ne!(one.contact().id(), other.contact().id());
    let found = again.contacts().find_by_email("ada@example.test").await;
    assert_eq!(found.expect("a list")[0].id(), one.contact().id());
    assert!(seven.with_token("").is_err());
}
