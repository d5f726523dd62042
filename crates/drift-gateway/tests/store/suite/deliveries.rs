//! Deliveries without a caller.

use std::collections::HashSet;
use std::time::Duration;

use drift_gateway::store::{Enqueued, Fenced, Filter, Record, State};

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

async fn enqueue(store: &dyn Store, new: NewRecord) {
    let enqueued = store.enqueue(new).await.expect("stored");
    assert!(matches!(enqueued, Enqueued::Accepted), "{enqueued:?}");
}

async fn claim(store: &dyn Store) -> Vec<Taken> {
    store
        .claim_due(&account(), 100, TERMS)
        .await
        .expect("claimed")
}

async fn list(store: &dyn Store, failed: bool) -> Vec<Record> {
    let filter = Filter {
        failed,
        limit: 100,
        ..Filter::default()
    };
    store.list(&filter).await.expect("listed")
}

pub async fn what_is_due_is_claimed_once(subject: &impl Subject) {
    let store = subject.open().await;
    enqueue(&*store, create("a")).await;
    enqueue(&*store, create("a")).await;
    let elsewhere = AccountId::new("elsewhere");
    let foreign = store.claim_due(&elsewhere, 100, TERMS).await;
    assert!(foreign.expect("claimed").is_empty());
    let mut claimed = claim(&*store).await;
    assert_eq!(claimed.len(), 1);
    let taken = claimed.remove(0);
    assert!(!taken.in_doubt && taken.attempts == 1 && taken.content == content("a"));
    assert!(claim(&*store).await.is_empty());
    assert_eq!(
        store.settle(&taken.lease, response(200), Some(9)).await,
        Ok(Fenced::Written)
    );
    let enqueued = store.enqueue(create("a")).await.expect("asked");
    assert!(matches!(enqueued, Enqueued::Settled(it) if it.status == 200));
    let other = NewRecord {
        fingerprint: [9; 32],
        ..create("a")
    };
    let enqueued = store.enqueue(other).await.expect("asked");
    assert!(matches!(enqueued, Enqueued::Mismatch));
}

pub async fn of_many_workers_each_gets_other_deliveries(subject: &impl Subject) {
    let stores = [subject.open().await, subject.open().await];
    for number in 0..60 {
        enqueue(&*stores[0], create(&number.to_string())).await;
    }
    let workers = stores.iter().cycle().take(6).map(|store| {
        let store = Arc::clone(store);
        tokio::spawn(async move {
            let mut keys = Vec::new();
            loop {
                let claimed = store
                    .claim_due(&account(), 3, TERMS)
                    .await
                    .expect("claimed");
                if claimed.is_empty() {
                    return keys;
                }
                keys.extend(claimed.into_iter().map(|taken| taken.key.key));
            }
        })
    });
    let mut seen = HashSet::new();
    for worker in workers.collect::<Vec<_>>() {
        for key in worker.await.expect("no panic") {
            assert!(seen.insert(key), "claimed twice");
        }
    }
    // Whoever found the rest locked came back empty; what is left is there for the next.
    seen.extend(
        claim(&*stores[1])
            .await
            .into_iter()
            .map(|taken| taken.key.key),
    );
    assert_eq!(seen.len(), 60);
}

pub async fn a_released_delivery_waits_until_it_is_due(subject: &impl Subject) {
    let store = subject.open().await;
    enqueue(&*store, create("a")).await;
    let lease = claim(&*store).await.remove(0).lease;
    let later = Release {
        retry_in: MINUTE,
        ..released(false)
    };
    assert_eq!(store.release(&lease, later).await, Ok(Fenced::Written));
    assert!(claim(&*store).await.is_empty());
    let record = store.read(&key("a")).await.expect("read").expect("there");
    assert!(record.due_at.is_some_and(|at| at > record.changed_at));
    subject.pass(MINUTE).await;
    let taken = claim(&*store).await.remove(0);
    assert!(!taken.in_doubt && taken.attempts == 2);
    store
        .release(
            &taken.lease,
            Release {
                retry_in: MINUTE,
                ..released(true)
            },
        )
        .await
        .expect("released");
    assert!(
        store.retry(&key("a")).await.expect("hurried"),
        "a person does not wait"
    );
    assert!(claim(&*store).await.remove(0).in_doubt);
}

pub async fn a_delivery_of_a_dead_worker_is_claimed_in_doubt(subject: &impl Subject) {
    let store = subject.open().await;
    enqueue(&*store, create("a")).await;
    let lost = claim(&*store).await.remove(0).lease;
    subject.pass(OVER - MINUTE).await;
    assert!(claim(&*store).await.is_empty());
    subject.pass(MINUTE).await;
    let taken = claim(&*store).await.remove(0);
    assert!(taken.in_doubt && taken.lease.fence() > lost.fence());
    assert_eq!(
        store.release(&lost, released(false)).await,
        Ok(Fenced::Lost)
    );
}

pub async fn a_doubtful_post_is_not_claimed(subject: &impl Subject) {
    let store = subject.open().await;
    enqueue(&*store, post("dead")).await;
    claim(&*store).await.remove(0);
    enqueue(&*store, post("unsure")).await;
    let unsure = claim(&*store).await.remove(0).lease;
    store
        .release(&unsure, released(true))
        .await
        .expect("released");
    subject.pass(OVER).await;
    assert!(claim(&*store).await.is_empty());
    for name in ["dead", "unsure"] {
        let enqueued = store.enqueue(post(name)).await.expect("asked");
        assert!(matches!(enqueued, Enqueued::Unresolved));
        assert!(store.retry(&key(name)).await.expect("reopened"));
        let taken = claim(&*store).await.remove(0);
        assert!(taken.key == key(name) && !taken.in_doubt);
    }
}

pub async fn an_open_key_can_become_a_delivery(subject: &impl Subject) {
    let store = subject.open().await;
    let lease = started(&*store, create("a")).await;
    store
        .release(&lease, released(true))
        .await
        .expect("released");
    assert!(claim(&*store).await.is_empty());
    enqueue(&*store, create("a")).await;
    let taken = claim(&*store).await.remove(0);
    assert!(taken.in_doubt && taken.content == content("a"));
    let waiting = started(&*store, create("b")).await;
    enqueue(&*store, create("b")).await;
    assert!(claim(&*store).await.is_empty(), "somebody works on it");
    store
        .release(&waiting, released(false))
        .await
        .expect("released");
    assert_eq!(claim(&*store).await.len(), 1);
}

pub async fn what_needs_a_person_is_listed_and_decided(subject: &impl Subject) {
    let store = subject.open().await;
    for name in ["refused", "waiting", "dropped"] {
        enqueue(&*store, create(name)).await;
    }
    for taken in claim(&*store).await {
        match taken.key.key.as_str() {
            "waiting" => store.release(&taken.lease, released(true)).await,
            _ => store.settle(&taken.lease, response(400), None).await,
        }
        .expect("ended");
    }
    let unsure = started(&*store, post("unsure")).await;
    store
        .release(&unsure, released(true))
        .await
        .expect("released");
    let names = |records: Vec<Record>| -> Vec<String> {
        records.into_iter().map(|it| it.key.key).collect()
    };
    assert_eq!(
        names(list(&*store, false).await),
        ["refused", "waiting", "dropped", "unsure"]
    );
    let failed = list(&*store, true).await;
    assert!(matches!(&failed[0].state, State::Settled(it) if it.failed && it.status == 400));
    assert_eq!(failed[2].state, State::Unresolved);
    assert_eq!(names(failed), ["refused", "dropped", "unsure"]);

    assert!(store.forget(&key("dropped")).await.expect("forgotten"));
    assert!(!store.forget(&key("dropped")).await.expect("gone"));
    assert!(store.forget(&key("unsure")).await.expect("forgotten"));
    assert!(store.retry(&key("refused")).await.expect("reopened"));
    assert!(!store.retry(&key("unknown")).await.expect("none"));
    assert!(names(list(&*store, true).await).is_empty());
    let claimed = claim(&*store).await;
    let refused = claimed.iter().find(|taken| taken.key == key("refused"));
    let refused = refused.expect("due at once");
    assert!(refused.content == content("refused") && refused.in_doubt);
    assert!(!store.forget(&key("refused")).await.expect("at work"));
    assert!(!store.retry(&key("refused")).await.expect("at work"));
}

pub async fn pages_of_a_list_meet_without_a_gap(subject: &impl Subject) {
    let store = subject.open().await;
    for number in 0..7 {
        enqueue(&*store, create(&number.to_string())).await;
    }
    let mut filter = Filter {
        account: Some(account()),
        limit: 3,
        ..Filter::default()
    };
    let mut keys = Vec::new();
    loop {
        let page = store.list(&filter).await.expect("listed");
        let Some(last) = page.last() else { break };
        filter.after = last.position;
        keys.extend(page.into_iter().map(|record| record.key.key));
    }
    assert_eq!(keys, ["0", "1", "2", "3", "4", "5", "6"]);
    filter = Filter {
        account: Some(AccountId::new("elsewhere")),
        limit: 3,
        ..Filter::default()
    };
    assert!(store.list(&filter).await.expect("listed").is_empty());
}

pub async fn a_new_delivery_wakes_a_worker(subject: &impl Subject) {
    let (store, worker) = (subject.open().await, subject.open().await);
    let working = tokio::spawn(async move {
        loop {
            if let Some(taken) = claim(&*worker).await.pop() {
                return taken.key;
            }
            worker
                .wait_for_delivery(Duration::MAX)
                .await
                .expect("waited");
        }
    });
    enqueue(&*store, create("a")).await;
    assert_eq!(working.await.expect("no panic"), key("a"));
}
