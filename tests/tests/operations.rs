//! Every operation of the contract, through the library and over real sockets.

use std::time::Duration;

use drift::{
    AttributeKind, Client, Contact, ContactChanges, Delivery, Email, ErrorKind, ExternalId,
    NewContact, NextAction, Outcome, RetryPolicy, TimelineEvent, Upserted,
};
use drift_emulator::settings::Settings;
use drift_emulator::{Effect, Emulator, Fault};
use drift_tests::{ada, started};

async fn created(client: &Client, new: NewContact) -> Contact {
    client
        .contacts()
        .create(new)
        .await
        .expect("created")
        .into_contact()
}

#[tokio::test]
async fn an_update_changes_what_is_sent_and_leaves_the_rest() {
    let (_emulator, client) = started().await;
    let before = created(
        &client,
        ada()
            .name("Ada")
            .phone("+15550100")
            .attribute("plan", "free"),
    )
    .await;
    let changes = ContactChanges::new()
        .name("Ada L.")
        .clear_phone()
        .attribute("stage", "won");
    let after = client
        .contacts()
        .update(before.id(), changes)
        .await
        .expect("updated");
    assert_eq!(after.id(), before.id());
    assert_eq!(after.name(), Some("Ada L."));
    assert_eq!(after.phone(), None);
    assert_eq!(
        after.attribute::<String>("plan").expect("text").as_deref(),
        Some("free")
    );
    assert_eq!(
        after.attribute::<String>("stage").expect("text").as_deref(),
        Some("won")
    );
    assert_eq!(
        client
            .contacts()
            .get(before.id())
            .await
            .expect("read")
            .name(),
        Some("Ada L.")
    );
}

#[tokio::test]
async fn an_update_by_external_id_finds_its_contact() {
    let (_emulator, client) = started().await;
    let id = ExternalId::random();
    let before = created(&client, ada().external_id(id.clone())).await;
    let changes = ContactChanges::new().attribute("stage", "won");
    let after = client
        .contacts()
        .update_by_external_id(&id, changes.clone())
        .await
        .expect("updated");
    assert_eq!(after.id(), before.id());
    let error = client
        .contacts()
        .update_by_external_id("nobody", changes)
        .await
        .expect_err("nobody");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn updates_that_cannot_be_meant_are_refused_before_they_are_sent() {
    let (emulator, client) = started().await;
    for changes in [
        ContactChanges::new(),
        ContactChanges::new().attribute("start_date", 1),
        ContactChanges::new().attribute("", 1),
    ] {
        let error = client
            .contacts()
            .update(1, changes)
            .await
            .expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Input);
    }
    for new in [
        ada().attribute("external_id", "x"),
        ada().attribute("plan", serde_json::Value::Null),
    ] {
        let error = client.contacts().create(new).await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Input);
    }
    assert_eq!(emulator.state().count().await.expect("a count"), 0);
}

#[tokio::test]
async fn an_answer_about_another_contact_is_no_answer() {
    let (emulator, client) = started().await;
    let id = created(&client, ada()).await.id();
    let other = r#"{"data":{"id":7,"createdAt":1,"attributes":{"email":"other@example.test"}}}"#;
    for method in ["GET", "PATCH"] {
        let effect = Effect::Status {
            status: 200,
            headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
            body: Some(other.to_owned()),
            commit: false,
        };
        let fault = Fault::new(effect).method(method);
        emulator.faults().add(fault).expect("a fault");
    }
    let changes = ContactChanges::new().name("Ada");
    let contacts = client.contacts();
    for answer in [contacts.get(id).await, contacts.update(id, changes).await] {
        let error = answer.expect_err("it is about another contact");
        assert_eq!(error.kind(), ErrorKind::UnreadableResponse);
        assert_eq!(error.delivery(), Delivery::Done);
    }
}

/// An upsert that believed it would change somebody else.
#[tokio::test]
async fn a_look_up_that_finds_another_contact_is_no_answer() {
    let (emulator, client) = started().await;
    let other = r#"{"data":[{"id":7,"createdAt":1,"attributes":{"email":"other@example.test"}}]}"#;
    let effect = Effect::Status {
        status: 200,
        headers: [("content-type".to_owned(), "application/json".to_owned())].into(),
        body: Some(other.to_owned()),
        commit: false,
    };
    emulator
        .faults()
        .add(Fault::new(effect).method("GET"))
        .expect("a fault");
    let id = ExternalId::random();
    let contacts = client.contacts();
    let email_first = client.options().clone().check_email_first();
    let careful = client.contacts().with_options(email_first);
    let new = ada().external_id(id.clone());
    let errors = [
        contacts.find_by_email("ada@example.test").await.err(),
        contacts.find_by_external_id(&id).await.err(),
        careful.create(new.clone()).await.err(),
        careful.ensure(new.clone()).await.err(),
        careful.upsert(new).await.err(),
    ];
    for error in errors {
        let kind = error.expect("it is about another contact").kind();
        assert_eq!(kind, ErrorKind::UnreadableResponse);
    }
    assert_eq!(emulator.state().count().await.expect("a count"), 0);
}

#[tokio::test]
async fn a_create_looks_for_the_email_first_where_that_is_asked_for() {
    let (emulator, client) = started().await;
    let known = created(&client, ada()).await.id();
    let email_first = client.options().clone().check_email_first();
    let careful = client.contacts().with_options(email_first);
    let second = careful
        .create(ada().external_id(ExternalId::random()))
        .await;
    let error = second.expect_err("the email is known");
    assert_eq!(error.kind(), ErrorKind::DuplicateEmail);
    assert_eq!(error.delivery(), Delivery::NotSent);
    assert_eq!(error.candidates(), [known]);
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
}

#[tokio::test]
async fn more_ids_than_the_server_takes_are_asked_for_in_parts() {
    let settings = Settings {
        find_ids_max: 3,
        ..Settings::default()
    };
    let emulator = Emulator::builder().settings(settings).start().await;
    let emulator = emulator.expect("the emulator starts");
    let client = drift_tests::client(&emulator).expect("a client");
    let ids: Vec<ExternalId> = (0..10).map(|_| ExternalId::random()).collect();
    for id in &ids {
        created(&client, ada().external_id(id.clone())).await;
    }
    let found = client.contacts().find_by_external_ids(&ids).await;
    let found = found.expect("in parts");
    let found: Vec<_> = found.iter().filter_map(Contact::external_id).collect();
    assert_eq!(
        found,
        ids.iter().map(ToString::to_string).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn no_wait_is_too_long_to_be_set() {
    let emulator = Emulator::start().await.expect("the emulator starts");
    let max = Duration::MAX;
    let policy = RetryPolicy::default()
        .initial_backoff(max)
        .max_backoff(max)
        .max_retry_after(max);
    let patient = Client::builder(emulator.token())
        .base_url(emulator.url())
        .connect_timeout(max)
        .attempt_timeout(max)
        .total_timeout(max)
        .retry(policy.clone())
        .build()
        .expect("a client");
    assert!(patient.contacts().create(ada()).await.is_ok());
    assert!(policy.wait(9, 1.0, None).is_some());
}

#[tokio::test]
async fn a_404_is_about_a_contact_only_where_one_was_asked_for() {
    let bare = r#"{"error":{"type":"not_found","message":"no such path"}}"#;
    let page = "<html>Not Found</html>";
    for (body, by_id, else_) in [
        (bare, ErrorKind::NotFound, ErrorKind::NotDrift),
        (page, ErrorKind::NotDrift, ErrorKind::NotDrift),
    ] {
        let (emulator, client) = started().await;
        let effect = Effect::Status {
            status: 404,
            headers: Default::default(),
            body: Some(body.to_owned()),
            commit: false,
        };
        emulator.faults().add(Fault::new(effect)).expect("a fault");
        let contacts = client.contacts().with_options(drift_tests::quick());
        let changes = ContactChanges::new().name("Ada");
        let event = TimelineEvent::of(7, "Paid");
        for error in [
            contacts.get(7).await.err(),
            contacts.update(7, changes).await.err(),
            contacts.delete(7).await.err(),
            contacts.timeline().post(event).await.err(),
        ] {
            assert_eq!(error.expect("a 404").kind(), by_id, "{body}");
        }
        for error in [
            contacts.find_by_email("ada@example.test").await.err(),
            contacts.find_by_external_id("r_4d87b39b").await.err(),
            contacts.attributes().await.err(),
            client.token_info().await.err(),
        ] {
            let error = error.expect("a 404");
            assert_eq!(error.kind(), else_, "{body}");
            assert_eq!(error.next_action(), NextAction::CheckBaseUrl);
        }
        let created = contacts.create(ada()).await.expect_err("a 404");
        let expected = match body == bare {
            true => (ErrorKind::NotDrift, Delivery::Refused),
            false => (ErrorKind::Unresolved, Delivery::Unknown),
        };
        assert_eq!((created.kind(), created.delivery()), expected);
    }
}

#[tokio::test]
async fn a_deleted_contact_is_gone() {
    let (_emulator, client) = started().await;
    let contact = created(&client, ada()).await;
    client
        .contacts()
        .delete(contact.id())
        .await
        .expect("deleted");
    assert!(
        client
            .contacts()
            .find_by_email("ada@example.test")
            .await
            .expect("a list")
            .is_empty()
    );
    let error = client
        .contacts()
        .delete(contact.id())
        .await
        .expect_err("gone");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn ensure_gets_what_is_there_and_makes_what_is_not() {
    let (_emulator, client) = started().await;
    let made = client.contacts().ensure(ada()).await.expect("made");
    assert!(matches!(made, Outcome::Created(_)));
    let got = client
        .contacts()
        .ensure(ada().name("Other"))
        .await
        .expect("got");
    assert!(matches!(got, Outcome::Existed(_)));
    assert_eq!(got.contact().id(), made.contact().id());
    assert_eq!(got.contact().name(), None);
}

#[tokio::test]
async fn ensure_looks_for_the_email_first_when_asked() {
    let (emulator, client) = started().await;
    let known = created(&client, ada()).await;
    let careful = client
        .contacts()
        .with_options(drift_tests::quick().check_email_first());
    let got = careful
        .ensure(ada().external_id(ExternalId::random()))
        .await
        .expect("got");
    assert_eq!(got.contact().id(), known.id());
    assert_eq!(emulator.state().count().await.expect("a count"), 1);

    created(&client, ada().external_id(ExternalId::random())).await;
    let error = careful
        .ensure(ada().external_id(ExternalId::random()))
        .await
        .expect_err("two match");
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    assert_eq!(error.candidates().len(), 2);
}

#[tokio::test]
async fn upsert_says_what_it_did() {
    let (_emulator, client) = started().await;
    let id = ExternalId::random();
    let new = ada().external_id(id.clone()).attribute("plan", "free");
    assert!(matches!(
        client.contacts().upsert(new).await.expect("new"),
        Upserted::Created(_)
    ));
    let changed = ada().external_id(id).attribute("plan", "pro").name("Ada");
    let upserted = client.contacts().upsert(changed).await.expect("changed");
    assert!(matches!(upserted, Upserted::Updated(_)));
    assert_eq!(upserted.contact().name(), Some("Ada"));
    assert_eq!(
        upserted
            .contact()
            .attribute::<String>("plan")
            .expect("text")
            .as_deref(),
        Some("pro")
    );
}

#[tokio::test]
async fn definitions_follow_the_attributes_that_were_written() {
    let (_emulator, client) = started().await;
    created(
        &client,
        ada()
            .attribute("plan", "pro")
            .attribute("seats", 3)
            .attribute("vip", true),
    )
    .await;
    let definitions = client.contacts().attributes().await.expect("a list");
    let kind = |name: &str| {
        definitions
            .iter()
            .find(|it| it.name() == name)
            .map(|it| it.kind().clone())
    };
    assert_eq!(kind("plan"), Some(AttributeKind::String));
    assert_eq!(kind("seats"), Some(AttributeKind::Numeric));
    assert_eq!(kind("vip"), Some(AttributeKind::Boolean));
}

#[tokio::test]
async fn events_go_to_the_timeline_of_a_contact() {
    let (_emulator, client) = started().await;
    let id = ExternalId::random();
    let contact = created(&client, ada().external_id(id.clone())).await;
    let timeline = client.contacts().timeline();
    timeline
        .post(TimelineEvent::of(contact.id(), "Trial started"))
        .await
        .expect("by id");
    timeline
        .post(TimelineEvent::of_external_id(&id, "Trial ended"))
        .await
        .expect("by external id");
    let error = timeline
        .post(TimelineEvent::of(1, "Trial"))
        .await
        .expect_err("nobody");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = timeline
        .post(TimelineEvent::of(contact.id(), " "))
        .await
        .expect_err("no text");
    assert_eq!(error.kind(), ErrorKind::Input);
}

#[tokio::test]
async fn the_rest_of_the_contract_is_reached() {
    let (_emulator, client) = started().await;
    created(&client, ada()).await;
    let email = Email::new("ada@example.test").expect("an email");
    client
        .emails()
        .unsubscribe([email.clone()])
        .await
        .expect("unsubscribed");
    assert_eq!(
        client
            .emails()
            .unsubscribe([])
            .await
            .expect_err("nobody")
            .kind(),
        ErrorKind::Input
    );
    client.privacy().retrieve(&email).await.expect("retrieved");
    client
        .privacy()
        .delete_everything_of(&email)
        .await
        .expect("erased");
    assert!(
        client
            .contacts()
            .find_by_email(&email)
            .await
            .expect("a list")
            .is_empty()
    );
    let info = client.token_info().await.expect("described");
    assert!(info.scopes().contains(&"contact_write"));
    assert!(info.to_json().get("access_token").is_none());
}

#[test]
fn the_blocking_client_has_the_same_calls() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let emulator = runtime
        .block_on(Emulator::start())
        .expect("the emulator starts");
    let builder = Client::builder(emulator.token()).base_url(emulator.url());
    let client = drift::blocking::Client::from_builder(builder).expect("a client");
    let contact = client
        .contacts()
        .create(ada())
        .expect("created")
        .into_contact();
    assert_eq!(
        client.contacts().get(contact.id()).expect("read").email(),
        Some("ada@example.test")
    );
    let (elsewhere, id) = (client.clone(), contact.id());
    std::thread::spawn(move || elsewhere.contacts().delete(id))
        .join()
        .expect("no panic")
        .expect("deleted");
    let inside = runtime.block_on(async { client.contacts().get(id) });
    assert_eq!(
        inside.expect_err("not inside async code").kind(),
        ErrorKind::Input
    );
    runtime.block_on(async move { drop(client) });
}
