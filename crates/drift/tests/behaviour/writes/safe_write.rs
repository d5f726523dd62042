//! A write whose requests the caller makes one at a time, and starts again after a crash.

use std::task::Poll;

use drift::protocol::{Claim, Event, Goal, Step};
use drift::{
    Client, ContactId, Delivery, ErrorKind, Intent, NewContact, SafeWrite, Start, Upserted, Written,
};
use drift_emulator::{Effect, Fault};
use drift_tests::{ada, started};

use crate::{created, lost_create};

fn intent(goal: Goal) -> Intent {
    let new = ada().attribute("plan", "pro");
    let intent = Intent::new(goal, new).expect("an intent");
    intent.stamped("made_by", "run-7-row-1").expect("a stamp")
}

/// Makes and reports its requests, and says what was seen.
async fn drive(write: &mut SafeWrite) -> Vec<Event> {
    let mut events = Vec::new();
    while let Some(seen) = write.request().await {
        events.push(seen.event());
        write.report(seen);
    }
    events
}

async fn finished(mut write: SafeWrite) -> Result<Written, drift::Error> {
    drive(&mut write).await;
    write.finish()
}

#[tokio::test]
async fn a_write_that_may_have_been_sent_looks_first_and_proves_what_it_finds() {
    for start in [Start::InDoubt, Start::LongAfter] {
        let (emulator, client) = started().await;
        // The process dies when the response is lost. The intent was stored.
        emulator.faults().add(lost_create(true)).expect("a fault");
        let stored = serde_json::to_string(&intent(Goal::Ensure)).expect("JSON");
        let read = || -> Intent { serde_json::from_str(&stored).expect("an intent") };
        let mut write = client.contacts().safe_write(read(), Start::Fresh);
        let seen = write.request().await.expect("a request");
        assert_eq!(seen.event(), Event::InDoubt);
        drop((write, seen));

        let mut write = client.contacts().safe_write(read(), start);
        assert!(matches!(write.step(), Step::LookUp { .. }));
        assert!(write.protocol().may_be_executed());
        let events = drive(&mut write).await;
        assert_eq!(events, [Event::Found { ours: true }], "{start:?}");
        assert_eq!(write.finish().expect("found").claim, Claim::Recovered);
        assert_eq!(emulator.state().count().await.expect("a count"), 1);
    }
}

#[tokio::test]
async fn what_was_not_reported_is_requested_again() {
    let (emulator, client) = started().await;
    let limited = Effect::Status {
        status: 429,
        headers: Default::default(),
        body: None,
        commit: false,
    };
    let limited = Fault::new(limited).method("POST").times(20);
    emulator.faults().add(limited).expect("a fault");
    let mut write = client
        .contacts()
        .safe_write(intent(Goal::Create), Start::Fresh);
    for _ in 0..20 {
        let seen = write.request().await.expect("a request");
        assert_eq!(seen.event(), Event::NotExecuted);
        assert_eq!(
            seen.error().map(drift::Error::kind),
            Some(ErrorKind::RateLimited)
        );
    }
    assert_eq!(write.protocol().sent(), 1);
    assert_eq!(finished(write).await.expect("made").claim, Claim::Created);
}

/// The caller forgot to report what it saw, or dropped the request in flight.
#[tokio::test]
async fn a_create_that_may_have_been_executed_is_never_sent_again_unseen() {
    let (emulator, client) = started().await;
    emulator.faults().add(lost_create(true)).expect("a fault");
    let mut write = client
        .contacts()
        .safe_write(intent(Goal::Create), Start::Fresh);
    let forgotten = write.request().await.expect("a request");
    assert_eq!(forgotten.event(), Event::InDoubt);
    let seen = write.request().await.expect("a look-up");
    assert_eq!(seen.event(), Event::Found { ours: true });

    let other = NewContact::new("bob@example.test").expect("an email");
    let other = Intent::new(Goal::Create, other).expect("an intent");
    let mut write = client.contacts().safe_write(other, Start::Fresh);
    {
        let mut request = Box::pin(write.request());
        let first = std::future::poll_fn(|context| Poll::Ready(request.as_mut().poll(context)));
        assert!(first.await.is_pending());
    }
    let seen = write.request().await.expect("a look-up");
    assert!(matches!(seen.event(), Event::Found { .. } | Event::Absent));
    let error = write.finish().expect_err("in doubt");
    assert_eq!(error.kind(), ErrorKind::Unresolved);
}

#[tokio::test]
async fn a_contact_that_is_known_is_updated_without_the_stamp() {
    let (_emulator, client) = started().await;
    let known = created(&client, ada()).await.id();
    let write = client
        .contacts()
        .safe_write(intent(Goal::Update), Start::Known(known));
    let written = finished(write).await.expect("updated");
    assert_eq!(
        (written.claim, written.contact.id()),
        (Claim::Updated, known)
    );
    assert_eq!(
        written
            .contact
            .attribute::<String>("plan")
            .expect("text")
            .as_deref(),
        Some("pro")
    );
    assert_eq!(written.contact.value("made_by"), None);

    let nothing = Intent::new(Goal::Update, ada()).expect("an intent");
    let write = client.contacts().safe_write(nothing, Start::Known(known));
    let written = finished(write).await.expect("read");
    assert_eq!(
        (written.claim, written.contact.id()),
        (Claim::Updated, known)
    );
    let gone = Start::Known(ContactId::new(7));
    let error = finished(client.contacts().safe_write(intent(Goal::Update), gone)).await;
    assert_eq!(error.expect_err("gone").kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_write_that_is_ended_early_says_what_is_known() {
    let (emulator, client) = started().await;
    let write = || {
        client
            .contacts()
            .safe_write(intent(Goal::Create), Start::Fresh)
    };
    let unsent = write().finish().expect_err("nothing was sent");
    assert_eq!(unsent.delivery(), Delivery::NotSent);

    emulator.faults().add(lost_create(false)).expect("a fault");
    let mut lost = write();
    let seen = lost.request().await.expect("a request");
    lost.report(seen);
    let error = lost.finish().expect_err("in doubt");
    assert_eq!(error.kind(), ErrorKind::Unresolved);
    assert!(error.ticket().is_some());
}

/// An upsert that found its contact, and whose update gets no response.
#[tokio::test]
async fn an_upsert_whose_update_is_lost_says_that_the_contact_exists() {
    let (emulator, client) = started().await;
    let changed = || ada().name("Ada");
    created(&client, ada()).await;
    let lost = Effect::Disconnect {
        reset: true,
        commit: true,
    };
    emulator
        .faults()
        .add(Fault::new(lost).method("PATCH"))
        .expect("a fault");
    let error = upserted(&client, changed()).await.expect_err("lost");
    assert_eq!(error.delivery(), Delivery::Unknown);
    assert!(
        error
            .to_string()
            .contains("not known whether it was updated")
    );
    assert_eq!(error.ticket(), None, "no create is in doubt");
    emulator.faults().clear();
    let again = upserted(&client, changed()).await.expect("updated");
    assert!(matches!(again, Upserted::Updated(_)));
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
}

async fn upserted(client: &Client, new: NewContact) -> Result<Upserted, drift::Error> {
    client.contacts().upsert(new).await
}
