//! Idempotency keys: begun, joined, replayed.

use std::time::Duration;

use drift_gateway::store::{Begun, Content, Fenced, NewRecord, Release, State};

use super::*;

pub async fn a_new_key_is_started_once(subject: &impl Subject) {
    let store = subject.open().await;
    let lease = started(&*store, create("a")).await;
    assert!(lease.outlasts_an_attempt());
    let Begun::InFlight { takeover_in, .. } = begin(&*store, create("a")).await else {
        panic!("started twice");
    };
    assert!(takeover_in <= OVER && takeover_in > TERMS.duration);
    let record = store.read(&key("a")).await.expect("read").expect("there");
    assert_eq!((record.state, record.attempts), (State::InFlight, 1));
    assert_eq!(record.content, content("a"));
    assert_eq!(record.operation, "POST /contacts");
    assert!(store.read(&key("b")).await.expect("read").is_none());
}

pub async fn another_body_under_a_key_is_a_mismatch(subject: &impl Subject) {
    let store = subject.open().await;
    let other = || NewRecord {
        fingerprint: [8; 32],
        ..create("a")
    };
    let lease = started(&*store, create("a")).await;
    assert!(matches!(begin(&*store, other()).await, Begun::Mismatch));
    store
        .release(&lease, released(true))
        .await
        .expect("released");
    assert!(matches!(begin(&*store, other()).await, Begun::Mismatch));
    let taken = taken(&*store, create("a")).await;
    let settled = store.settle(&taken.lease, response(200), None).await;
    assert_eq!(settled, Ok(Fenced::Written));
    assert!(matches!(begin(&*store, other()).await, Begun::Mismatch));
}

pub async fn a_settled_key_is_replayed_to_everybody(subject: &impl Subject) {
    let (store, another) = (subject.open().await, subject.open().await);
    let lease = started(&*store, create("a")).await;
    let settled = store.settle(&lease, response(200), Some(4)).await;
    assert_eq!(settled, Ok(Fenced::Written));
    for store in [&store, &another] {
        let Begun::Settled(replayed) = begin(&**store, create("a")).await else {
            panic!("not settled");
        };
        assert!(replayed == response(200));
    }
}

pub async fn an_open_key_is_taken_with_the_bytes_that_were_stored(subject: &impl Subject) {
    let store = subject.open().await;
    let lease = started(&*store, create("a")).await;
    let release = Release {
        ticket: Some("ticket".to_owned()),
        ..released(true)
    };
    let done = store.release(&lease, release).await;
    assert_eq!(done, Ok(Fenced::Written));
    let record = store.read(&key("a")).await.expect("read").expect("there");
    assert_eq!(record.state, State::Open { in_doubt: true });
    assert_eq!(record.reason.as_deref(), Some("no response"));

    let made_anew = NewRecord {
        content: content("another request"),
        ..create("a")
    };
    let taken = taken(&*store, made_anew).await;
    let stored = Content {
        ticket: Some("ticket".to_owned()),
        ..content("a")
    };
    assert!(taken.content == stored);
    assert!(taken.in_doubt && taken.attempts == 2 && taken.lease.fence() == 2);
    assert_eq!(
        (taken.key, taken.operation),
        (key("a"), create("a").operation)
    );
}

pub async fn doubt_outlives_a_later_release_without_doubt(subject: &impl Subject) {
    let store = subject.open().await;
    let lease = started(&*store, create("a")).await;
    for (may_be_executed, in_doubt) in [(false, false), (true, true), (false, true)] {
        let lease = match lease.fence() {
            1 if !in_doubt => lease.clone(),
            _ => taken(&*store, create("a")).await.lease,
        };
        let done = store.release(&lease, released(may_be_executed)).await;
        assert_eq!(done, Ok(Fenced::Written));
        let record = store.read(&key("a")).await.expect("read").expect("there");
        assert_eq!(record.state, State::Open { in_doubt });
    }
}

pub async fn of_many_who_begin_at_once_one_is_started(subject: &impl Subject) {
    let stores = [subject.open().await, subject.open().await];
    for round in 0..10 {
        let name = format!("key {round}");
        let callers = stores.iter().cycle().take(16).map(|store| {
            let (store, new) = (Arc::clone(store), create(&name));
            tokio::spawn(async move { matches!(begin(&*store, new).await, Begun::Started(_)) })
        });
        let callers: Vec<_> = callers.collect();
        let mut count = 0;
        for caller in callers {
            count += usize::from(caller.await.expect("no panic"));
        }
        assert_eq!(count, 1);
    }
}

pub async fn keys_of_two_accounts_do_not_meet(subject: &impl Subject) {
    let store = subject.open().await;
    let of = |account: &str| NewRecord {
        key: RecordKey::new(AccountId::new(account), "a"),
        ..create("a")
    };
    let lease = started(&*store, of("one")).await;
    let settled = store.settle(&lease, response(200), None).await;
    assert_eq!(settled, Ok(Fenced::Written));
    started(&*store, of("two")).await;
}

pub async fn whoever_joins_is_woken_by_the_end(subject: &impl Subject) {
    let (store, another) = (subject.open().await, subject.open().await);
    let lease = started(&*store, create("a")).await;
    let Begun::InFlight { revision, .. } = begin(&*another, create("a")).await else {
        panic!("not in flight");
    };
    let id = lease.id();
    // Nothing changed: the wait ends by itself.
    another
        .wait(id, revision, Duration::from_millis(1))
        .await
        .expect("waited");
    let waiting = {
        let another = Arc::clone(&another);
        tokio::spawn(async move { another.wait(id, revision, Duration::MAX).await })
    };
    let settled = store.settle(&lease, response(200), None).await;
    assert_eq!(settled, Ok(Fenced::Written));
    waiting.await.expect("no panic").expect("woken");
    // Whoever comes late does not wait at all.
    another
        .wait(id, revision, Duration::MAX)
        .await
        .expect("over");
    assert!(matches!(
        begin(&*another, create("a")).await,
        Begun::Settled(_)
    ));
}
