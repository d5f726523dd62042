//! What only a server can do: go away, be upgraded, and ask for TLS.

use std::time::Duration;

use drift_gateway::store::{Begun, Fenced, PostgresStore, Store, StoreError};

use crate::postgres::{Postgres, server};
use crate::suite::{Subject, TERMS, begin, create, key, response, started};

fn store(url: &str) -> PostgresStore {
    PostgresStore::new(url).expect("a store")
}

#[tokio::test]
async fn a_database_that_is_away_refuses_a_key_and_shows_no_password() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let store = store(&format!("postgres://user:hidden@127.0.0.1:{port}/database"));
    let begun = store.begin(create("a"), TERMS).await;
    let Err(error @ StoreError::Unavailable(_)) = begun else {
        panic!("{begun:?}");
    };
    let text = format!("{error} {error:?} {store:?}");
    assert!(!text.contains("hidden"), "{text}");
    assert!(store.health().await.is_err());
}

#[tokio::test]
async fn a_wrong_password_is_named_and_not_shown() {
    let Some(url) = server() else { return };
    let (_, host) = url.split_once('@').expect("a host");
    let store = store(&format!("postgres://postgres:hidden@{host}"));
    let error = store.health().await.expect_err("refused");
    let text = error.to_string();
    assert!(
        text.contains("user or password") && !text.contains("hidden"),
        "{text}"
    );
}

#[tokio::test]
async fn gateways_that_start_together_make_the_tables_once() {
    let Some(subject) = Postgres::empty().await else {
        return;
    };
    let gateways = (0..6).map(|number| {
        let store = store(&subject.url);
        tokio::spawn(async move {
            started(&store, create(&number.to_string())).await;
        })
    });
    for gateway in gateways.collect::<Vec<_>>() {
        gateway.await.expect("no panic");
    }
}

/// During an upgrade two versions work on one database.
#[tokio::test]
async fn a_newer_layout_is_used_while_it_is_compatible() {
    let Some(subject) = Postgres::empty().await else {
        return;
    };
    let old = store(&subject.url);
    let lease = started(&old, create("a")).await;
    let upgrade = "ALTER TABLE gateway_record ADD COLUMN later text DEFAULT 'new';
        UPDATE gateway_layout SET layout = 99";
    subject
        .client
        .batch_execute(upgrade)
        .await
        .expect("upgraded");
    // One that runs goes on, and one of its version may start.
    assert_eq!(
        old.settle(&lease, response(200), None).await,
        Ok(Fenced::Written)
    );
    let restarted = store(&subject.url);
    assert!(matches!(
        begin(&restarted, create("a")).await,
        Begun::Settled(_)
    ));
    started(&restarted, create("b")).await;

    let incompatible = "UPDATE gateway_layout SET compatible = 99";
    subject
        .client
        .batch_execute(incompatible)
        .await
        .expect("upgraded");
    match store(&subject.url).health().await {
        Err(StoreError::Unusable(text)) => assert!(text.contains("layout 99"), "{text}"),
        other => panic!("{other:?}"),
    }
}

/// As after a restart of the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_connections_are_made_anew_and_waiters_are_woken() {
    let Some(subject) = Postgres::empty().await else {
        return;
    };
    let url = format!("{}&application_name=lost", subject.url);
    let (one, another) = (store(&url), store(&url));
    let lease = started(&one, create("a")).await;
    let Begun::InFlight { revision, .. } = begin(&another, create("a")).await else {
        panic!("not in flight");
    };
    let id = lease.id();
    let waiting = tokio::spawn(async move {
        // A look that fails ends the wait; whoever waits asks again.
        while another.wait(id, revision, Duration::MAX).await.is_err() {}
        another
    });
    let kill =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lost'";
    subject.client.query(kill, &[]).await.expect("killed");
    let settled = loop {
        match one.settle(&lease, response(200), None).await {
            Ok(settled) => break settled,
            Err(StoreError::Unavailable(_)) => {}
            Err(other) => panic!("{other}"),
        }
    };
    assert_eq!(settled, Fenced::Written);
    let another = waiting.await.expect("woken");
    assert!(another.read(&key("a")).await.expect("read").is_some());
}

#[tokio::test]
async fn tls_is_verified() {
    let (Some(subject), Some(certificate)) = (
        Postgres::empty().await,
        std::env::var_os("DRIFT_TEST_POSTGRES_CA"),
    ) else {
        return;
    };
    let certificate = certificate.into_string().expect("text");
    let with = |certificate: &str| {
        let url = &subject.url;
        store(&format!(
            "{url}&sslmode=verify-full&sslrootcert={certificate}"
        ))
    };
    started(&with(&certificate), create("a")).await;
    let unknown = store(&format!("{}&sslmode=verify-full", subject.url));
    assert!(matches!(
        unknown.health().await,
        Err(StoreError::Unavailable(_))
    ));
    // The certificate is for the address alone.
    let by_name = subject.url.replace("@127.0.0.1:", "@localhost:");
    let by_name =
        format!("{by_name}&hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert={certificate}");
    assert!(matches!(
        store(&by_name).health().await,
        Err(StoreError::Unavailable(_))
    ));
    let none = PostgresStore::new(&format!(
        "{}&sslmode=verify-full&sslrootcert=/none.pem",
        subject.url
    ));
    assert!(matches!(none, Err(StoreError::Unusable(_))));
}
