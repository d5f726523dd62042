//! What is removed, and when.

use std::time::Duration;

use drift_gateway::store::{Begun, Fenced, Retention};

use super::*;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn settle(store: &dyn Store, new: NewRecord, status: u16, contact: Option<i64>) {
    let lease = started(store, new).await;
    let settled = store.settle(&lease, response(status), contact).await;
    assert_eq!(settled, Ok(Fenced::Written));
}

async fn expire(store: &dyn Store) -> u64 {
    let mut all = 0;
    loop {
        match store.expire(Retention::default()).await.expect("expired") {
            0 => return all,
            some => all += some,
        }
    }
}

async fn has(store: &dyn Store, name: &str) -> bool {
    store.read(&key(name)).await.expect("read").is_some()
}

pub async fn settled_keys_expire_after_their_time(subject: &impl Subject) {
    let store = subject.open().await;
    settle(&*store, create("old"), 200, None).await;
    let open = started(&*store, create("open")).await;
    store
        .release(&open, released(true))
        .await
        .expect("released");
    store.enqueue(create("refused")).await.expect("stored");
    let refused = store
        .claim_due(&account(), 9, TERMS)
        .await
        .expect("claimed")
        .remove(0)
        .lease;
    store
        .settle(&refused, response(400), None)
        .await
        .expect("settled");
    subject.pass(DAY - HOUR).await;
    settle(&*store, create("new"), 409, None).await;
    assert_eq!(expire(&*store).await, 0);
    subject.pass(HOUR).await;
    assert_eq!(expire(&*store).await, 1);
    assert!(!has(&*store, "old").await && has(&*store, "new").await);
    started(&*store, create("old")).await;
    subject.pass(DAY).await;
    assert_eq!(expire(&*store).await, 1);
    assert!(has(&*store, "open").await && has(&*store, "refused").await);
    subject.pass(DAY * 30).await;
    assert_eq!(
        expire(&*store).await,
        3,
        "refused, open, and abandoned by a dead holder"
    );
}

pub async fn a_delivery_that_waits_never_expires(subject: &impl Subject) {
    let store = subject.open().await;
    store.enqueue(create("waits")).await.expect("stored");
    store.enqueue(create("claimed")).await.expect("stored");
    store
        .claim_due(&account(), 1, TERMS)
        .await
        .expect("claimed");
    subject.pass(DAY * 400).await;
    assert_eq!(expire(&*store).await, 0);
    let claimed = store
        .claim_due(&account(), 9, TERMS)
        .await
        .expect("claimed");
    assert_eq!(claimed.len(), 2);
}

pub async fn a_person_is_erased_by_any_identity(subject: &impl Subject) {
    let store = subject.open().await;
    for name in ["a", "b", "c", "d"] {
        settle(&*store, create(name), 200, (name == "c").then_some(33)).await;
    }
    let people = [
        Identity {
            email: Some("a@example.test".to_owned()),
            ..Identity::default()
        },
        Identity {
            external_id: Some("id-b".to_owned()),
            ..Identity::default()
        },
        Identity {
            contact: Some(33),
            ..Identity::default()
        },
    ];
    let elsewhere = AccountId::new("elsewhere");
    assert_eq!(store.erase(&account(), &Identity::default()).await, Ok(0));
    for person in &people {
        assert_eq!(store.erase(&elsewhere, person).await, Ok(0));
        assert_eq!(store.erase(&account(), person).await, Ok(1));
        assert_eq!(store.erase(&account(), person).await, Ok(0));
    }
    for (name, stays) in [("a", false), ("b", false), ("c", false), ("d", true)] {
        assert_eq!(has(&*store, name).await, stays, "{name}");
    }
}

pub async fn a_record_at_work_is_erased_when_the_work_ends(subject: &impl Subject) {
    let store = subject.open().await;
    let person = |name: &str| Identity {
        email: create(name).identity.email,
        ..Identity::default()
    };
    let settled = started(&*store, create("settled")).await;
    let open = started(&*store, create("open")).await;
    started(&*store, create("dead")).await;
    for name in ["settled", "open", "dead"] {
        assert_eq!(store.erase(&account(), &person(name)).await, Ok(1));
        assert!(has(&*store, name).await, "somebody works on it");
    }
    assert_eq!(
        store.settle(&settled, response(200), None).await,
        Ok(Fenced::Written)
    );
    assert_eq!(
        store.release(&open, released(true)).await,
        Ok(Fenced::Written)
    );
    subject.pass(OVER).await;
    assert_eq!(expire(&*store).await, 1);
    for name in ["settled", "open", "dead"] {
        assert!(!has(&*store, name).await, "{name}");
    }
}

pub async fn the_request_of_a_settled_key_is_not_kept(subject: &impl Subject) {
    let store = subject.open().await;
    settle(&*store, create("a"), 200, None).await;
    let record = store.read(&key("a")).await.expect("read").expect("there");
    assert!(record.content == Content::default());
    assert!(matches!(
        begin(&*store, create("a")).await,
        Begun::Settled(_)
    ));
}
