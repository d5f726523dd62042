//! Leases: who may work on a record, and what a late one may still write.

use std::time::Duration;

use drift_gateway::store::{Begun, Fenced, State};

use super::*;

const MOMENT: Duration = Duration::from_secs(5);

pub async fn a_dead_holder_is_taken_over_in_doubt_after_lease_and_limit(subject: &impl Subject) {
    let store = subject.open().await;
    started(&*store, create("a")).await;
    subject.pass(OVER - MOMENT).await;
    let begun = begin(&*store, create("a")).await;
    assert!(matches!(begun, Begun::InFlight { takeover_in, .. } if takeover_in <= MOMENT));
    subject.pass(MOMENT).await;
    let taken = taken(&*store, create("a")).await;
    assert!(taken.in_doubt && taken.lease.fence() == 2 && taken.age >= OVER);
    assert!(taken.content == content("a"));
}

pub async fn a_renewed_lease_is_not_taken_over(subject: &impl Subject) {
    let store = subject.open().await;
    let mut lease = started(&*store, create("a")).await;
    for _ in 0..3 {
        subject.pass(OVER - MOMENT).await;
        lease = store.renew(&lease).await.expect("renewed").expect("held");
        assert!(lease.outlasts_an_attempt());
    }
    assert!(matches!(
        begin(&*store, create("a")).await,
        Begun::InFlight { .. }
    ));
    assert_eq!(
        store.settle(&lease, response(200), None).await,
        Ok(Fenced::Written)
    );
    assert!(store.renew(&lease).await.expect("renewed").is_none());
}

pub async fn what_a_lost_lease_writes_is_refused(subject: &impl Subject) {
    let (store, another) = (subject.open().await, subject.open().await);
    let lost = started(&*store, create("a")).await;
    subject.pass(OVER).await;
    let taken = taken(&*another, create("a")).await;
    assert!(store.renew(&lost).await.expect("renewed").is_none());
    assert_eq!(
        store.settle(&lost, response(400), None).await,
        Ok(Fenced::Lost)
    );
    assert_eq!(
        store.release(&lost, released(false)).await,
        Ok(Fenced::Lost)
    );
    assert_eq!(
        another.settle(&taken.lease, response(200), None).await,
        Ok(Fenced::Written)
    );
    assert_eq!(
        store.settle(&lost, response(400), None).await,
        Ok(Fenced::Lost)
    );
    let Begun::Settled(replayed) = begin(&*store, create("a")).await else {
        panic!("not settled");
    };
    assert_eq!(replayed.status, 200);
}

pub async fn a_late_holder_that_nobody_followed_may_settle(subject: &impl Subject) {
    for new in [create("a"), post("b")] {
        let store = subject.open().await;
        let lease = started(&*store, new.clone()).await;
        subject.pass(OVER).await;
        assert_eq!(
            store.settle(&lease, response(200), None).await,
            Ok(Fenced::Written)
        );
        assert!(matches!(begin(&*store, new).await, Begun::Settled(_)));
    }
}

pub async fn a_post_in_doubt_waits_for_a_person(subject: &impl Subject) {
    let store = subject.open().await;
    // One holder died, another does not know.
    started(&*store, post("dead")).await;
    subject.pass(OVER).await;
    let unsure = started(&*store, post("unsure")).await;
    store
        .release(&unsure, released(true))
        .await
        .expect("released");
    for name in ["dead", "unsure"] {
        assert!(matches!(
            begin(&*store, post(name)).await,
            Begun::Unresolved
        ));
        let record = store.read(&key(name)).await.expect("read").expect("there");
        assert_eq!(record.state, State::Unresolved);
        assert!(store.retry(&key(name)).await.expect("reopened"));
        let taken = taken(&*store, post(name)).await;
        assert!(!taken.in_doubt, "a person said that it is to be sent");
        assert!(taken.content == content(name));
    }
}

pub async fn a_post_that_was_not_executed_is_sent_again(subject: &impl Subject) {
    let store = subject.open().await;
    let lease = started(&*store, post("a")).await;
    store
        .release(&lease, released(false))
        .await
        .expect("released");
    assert!(!taken(&*store, post("a")).await.in_doubt);
}
