//! What replicas share besides records.

use std::time::Duration;

use drift_gateway::store::{Health, PaceRequest, Seen, Trouble};

use super::*;

pub async fn a_429_seen_by_one_pauses_all(subject: &impl Subject) {
    let (store, another) = (subject.open().await, subject.open().await);
    let quiet = PaceRequest {
        most: 16,
        in_flight: 1,
        wanted: 1,
        successes: 100,
        troubles: Vec::new(),
    };
    let share = store.share_pace(&account(), quiet.clone()).await;
    assert_eq!(share, Ok(None), "nothing is limited before the first 429");
    let limited = PaceRequest {
        troubles: vec![Trouble {
            sent_ago: Duration::from_millis(5),
            seen: Seen::RateLimited(Some(Duration::from_secs(60))),
        }],
        ..quiet.clone()
    };
    let share = store.share_pace(&account(), limited).await;
    let share = share.expect("noted").expect("limited");
    assert_eq!((share.slots, share.window), (1, 8));
    let share = another.share_pace(&account(), quiet.clone()).await;
    let share = share.expect("shared").expect("limited");
    assert!(share.pause > Duration::from_secs(50) && share.pause <= Duration::from_secs(60));
    let elsewhere = AccountId::new("elsewhere");
    assert_eq!(another.share_pace(&elsewhere, quiet).await, Ok(None));
}

pub async fn one_refreshes_a_token_at_a_time(subject: &impl Subject) {
    let stores = [subject.open().await, subject.open().await];
    assert_eq!(stores[0].token("oauth").await, Ok(None));
    let replicas = stores.iter().cycle().take(8).map(|store| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            let lock = store.lock_token("oauth").await.expect("locked");
            let count: u32 = lock.current().unwrap_or("0").parse().expect("a number");
            tokio::task::yield_now().await;
            lock.store((count + 1).to_string()).await.expect("stored");
        })
    });
    for replica in replicas.collect::<Vec<_>>() {
        replica.await.expect("no panic");
    }
    assert_eq!(stores[1].token("oauth").await, Ok(Some("8".to_owned())));
    assert_eq!(stores[1].token("another").await, Ok(None));
}

pub async fn a_lock_that_is_dropped_changes_nothing(subject: &impl Subject) {
    let (store, another) = (subject.open().await, subject.open().await);
    let lock = store.lock_token("oauth").await.expect("locked");
    lock.store("first".to_owned()).await.expect("stored");
    drop(store.lock_token("oauth").await.expect("locked"));
    let lock = another.lock_token("oauth").await.expect("locked again");
    assert_eq!(lock.current(), Some("first"));
}

pub async fn keys_of_the_gateway_are_kept_as_hashes(subject: &impl Subject) {
    let store = subject.open().await;
    store.add_key("shop", [1; 32]).await.expect("added");
    store.add_key("form", [2; 32]).await.expect("added");
    store.add_key("shop", [3; 32]).await.expect("replaced");
    let keys = store.keys().await.expect("listed");
    let keys: Vec<_> = keys
        .iter()
        .map(|key| (key.name.as_str(), key.hash))
        .collect();
    assert_eq!(keys, [("form", [2; 32]), ("shop", [3; 32])]);
    assert_eq!(store.remove_key("form").await, Ok(true));
    assert_eq!(store.remove_key("form").await, Ok(false));
    assert_eq!(store.keys().await.expect("listed").len(), 1);
}

pub async fn health_counts_what_waits(subject: &impl Subject) {
    let store = subject.open().await;
    assert_eq!(store.health().await, Ok(Health::default()));
    for name in ["refused", "waiting"] {
        store.enqueue(create(name)).await.expect("stored");
    }
    let claimed = store
        .claim_due(&account(), 1, TERMS)
        .await
        .expect("claimed");
    store
        .settle(&claimed[0].lease, response(400), None)
        .await
        .expect("settled");
    started(&*store, post("dead")).await;
    subject.pass(OVER).await;
    let health = store.health().await.expect("healthy");
    assert_eq!(
        (health.pending, health.failed, health.unresolved),
        (1, 1, 1)
    );
    assert!(health.oldest_due >= OVER);
}
