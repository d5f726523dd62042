//! Tickets: what resolves a create whose outcome is unknown, and where it is refused.

use std::time::Duration;

use drift::{
    CallOptions, Client, ErrorKind, ExternalId, NewContact, NextAction, Outcome, Resolution,
    Ticket, VerifyPolicy,
};
use drift_emulator::settings::{LookupLag, Settings};
use drift_emulator::{Effect, Emulator, Fault, Organization, Scope};
use drift_tests::{ada, started};

use crate::lost_create;
use crate::raw_server::{RawServer, Reply};

/// Two look-ups are due, and the time suffices for one: that finds nothing, but does not prove the contact absent.
#[tokio::test]
async fn a_ticket_whose_time_ran_out_is_not_resolved_as_absent() {
    let (emulator, client) = started().await;
    let effect = Effect::Garbage { commit: false };
    emulator
        .faults()
        .add(Fault::new(effect).method("POST"))
        .expect("a fault");
    let error = client.contacts().create(ada()).await.expect_err("in doubt");
    let ticket = error.ticket().expect("a ticket");
    let hasty = CallOptions::default()
        .total_timeout(Duration::from_secs(30))
        .verify(VerifyPolicy::after([
            Duration::ZERO,
            Duration::from_secs(60),
        ]));
    let resolved = client.contacts().with_options(hasty).resolve(ticket).await;
    let error = resolved.expect_err("it is not known");
    assert_eq!(error.kind(), ErrorKind::Unresolved);
    assert!(error.ticket().is_some());
    let resolved = client.contacts().resolve(ticket).await;
    assert!(matches!(resolved, Ok(Resolution::Absent)));
}

/// A retry was refused as a duplicate: the contact is there, though no look-up finds it yet.
#[tokio::test]
async fn a_contact_that_a_duplicate_has_proved_is_never_absent() {
    let settings = Settings {
        lookup_lag: Some(LookupLag::Ms(3_600_000)),
        ..Settings::default()
    };
    let emulator = Emulator::builder().settings(settings).start().await;
    let emulator = emulator.expect("the emulator starts");
    let client = drift_tests::client(&emulator).expect("a client");
    emulator.faults().add(lost_create(true)).expect("a fault");
    let id = ExternalId::random();
    let created = client
        .contacts()
        .create(ada().external_id(id.clone()))
        .await;
    let mut error = created.expect_err("no look-up finds it");
    for _ in 0..2 {
        assert_eq!(error.kind(), ErrorKind::Unresolved);
        let ticket = error.ticket().expect("a ticket");
        assert_eq!(ticket.external_id().as_ref(), Some(&id));
        let stored = serde_json::to_string(ticket).expect("JSON");
        let ticket = serde_json::from_str(&stored).expect("a ticket");
        let resolved = client.contacts().resolve(&ticket).await;
        error = resolved.expect_err("it is not known to be absent");
    }
    assert_eq!(emulator.state().count().await.expect("a count"), 1);
}

/// One that was lost, after or before it was executed.
async fn ticket_of(client: &Client, emulator: &Emulator, new: NewContact, commit: bool) -> Ticket {
    emulator
        .faults()
        .add(
            Fault::new(Effect::Garbage { commit })
                .method("POST")
                .path("/contacts"),
        )
        .expect("a fault");
    let blind = Effect::Garbage { commit: false };
    let blind = Fault::new(blind).method("GET").path("/contacts");
    emulator.faults().add(blind).expect("a fault");
    let error = client.contacts().create(new).await.expect_err("in doubt");
    emulator.faults().clear();
    error.ticket().expect("a ticket").clone()
}

fn with_token(emulator: &Emulator, token: &str) -> Client {
    Client::builder(token)
        .base_url(emulator.url())
        .options(drift_tests::quick())
        .build()
        .expect("a client")
}

#[tokio::test]
async fn a_ticket_belongs_to_one_base_url() {
    let (emulator, client) = started().await;
    let ticket = ticket_of(&client, &emulator, ada(), true).await;
    let other = Client::builder(emulator.token()).build().expect("a client");
    let resolved = other.contacts().resolve(&ticket).await;
    assert_eq!(resolved.expect_err("refused").kind(), ErrorKind::Input);
    let resolved = client.contacts().resolve(&ticket).await;
    assert!(matches!(resolved, Ok(Resolution::Found(_))));
}

/// Tokens live for two hours. Not found with another one may mean: not in this organization.
#[tokio::test]
async fn a_ticket_outlives_its_token_and_not_its_organization() {
    let organizations = [
        Organization::new(2)
            .token("old", &Scope::ALL)
            .token("new", &Scope::ALL),
        Organization::new(3).token("other", &Scope::ALL),
    ];
    let mut builder = Emulator::builder();
    for organization in organizations {
        builder = builder.organization(organization);
    }
    let emulator = builder.start().await.expect("the emulator starts");
    let (new, other) = (with_token(&emulator, "new"), with_token(&emulator, "other"));
    for knows_its_organization in [true, false] {
        let old = with_token(&emulator, "old");
        if knows_its_organization {
            old.token_info().await.expect("described");
        }
        let made = NewContact::new("bob@example.test").expect("an email");
        let made = made.external_id(ExternalId::random());
        let made = ticket_of(&old, &emulator, made, true).await;
        let missing = ticket_of(&old, &emulator, ada(), false).await;

        let resolved = new.contacts().resolve(&made).await;
        let ours = matches!(resolved, Ok(Resolution::Found(Outcome::Recovered(_))));
        assert!(ours, "{resolved:?}");
        let absent = new.contacts().resolve(&missing).await;
        let elsewhere = other.contacts().resolve(&missing).await;
        if knows_its_organization {
            assert!(matches!(absent, Ok(Resolution::Absent)), "{absent:?}");
            assert_eq!(elsewhere.expect_err("refused").kind(), ErrorKind::Input);
        } else {
            for unknown in [absent, elsewhere] {
                let error = unknown.expect_err("it is not known");
                assert_eq!(error.kind(), ErrorKind::Unresolved);
                assert_eq!(error.ticket(), Some(&missing));
                assert!(
                    error
                        .to_string()
                        .contains("its organization (the token's is"),
                    "{error}"
                );
                assert_eq!(error.next_action(), NextAction::AskAdmin);
            }
        }
    }
}

/// It is asked for where the ticket is of another token, and not elsewhere.
#[tokio::test]
async fn the_organization_is_asked_for_where_the_token_is_another_one() {
    let server = RawServer::start(|request, _| match request.target.as_str() {
        "/app/token_info" => Reply::empty(500),
        "/contacts" => Reply::Closed,
        _ if request.method == "POST" => Reply::empty(500),
        _ => Reply::json(200, &serde_json::json!({"data": []})),
    })
    .await;
    let asked = |server: &RawServer| {
        let requests = server.requests();
        requests
            .iter()
            .filter(|one| one.target.contains("token_info"))
            .count()
    };
    let error = server.client().contacts().create(ada()).await;
    let ticket = error
        .expect_err("in doubt")
        .ticket()
        .expect("a ticket")
        .clone();
    let resolved = server.client().contacts().resolve(&ticket).await;
    assert!(matches!(resolved, Ok(Resolution::Absent)), "{resolved:?}");
    assert_eq!(asked(&server), 0);
    let other = Client::builder("another-token")
        .base_url(server.url())
        .options(drift_tests::quick())
        .build()
        .expect("a client");
    let error = other
        .contacts()
        .resolve(&ticket)
        .await
        .expect_err("not known");
    assert_eq!(error.kind(), ErrorKind::Unresolved);
    assert!(asked(&server) > 0);
}

/// A look-up that comes sooner than it should, for lack of time, proves no absence.
#[tokio::test]
async fn a_contact_is_not_absent_before_look_ups_can_see_it() {
    let (emulator, client) = started().await;
    let ticket = ticket_of(&client, &emulator, ada(), false).await;
    let patient = CallOptions::default().verify(VerifyPolicy::after([Duration::from_millis(300)]));
    for (limit, is_known) in [(10_000, true), (400, false)] {
        let options = patient.clone().total_timeout(Duration::from_millis(limit));
        let resolved = client
            .contacts()
            .with_options(options)
            .resolve(&ticket)
            .await;
        match resolved {
            Ok(resolution) => assert!(is_known && resolution == Resolution::Absent),
            Err(error) => assert!(!is_known && error.kind() == ErrorKind::Unresolved),
        }
    }
}

/// Its future is gone, and with it what it knew. A random id still proves whose the contact is.
#[tokio::test]
async fn a_create_that_was_dropped_has_a_ticket() {
    for random in [true, false] {
        let (emulator, client) = started().await;
        let stall = Effect::Stall {
            ms: None,
            commit: true,
        };
        emulator
            .faults()
            .add(Fault::new(stall).method("POST"))
            .expect("a fault");
        let new = match random {
            true => ada().external_id(ExternalId::random()),
            false => ada(),
        };
        let (contacts, sent) = (client.contacts(), new.clone());
        let create = tokio::spawn(async move { contacts.create(sent).await });
        while emulator.state().count().await.expect("a count") == 0 {
            tokio::task::yield_now().await;
        }
        create.abort();
        emulator.faults().clear();
        let ticket = client.contacts().ticket_of_dropped(&new);
        let resolved = client.contacts().resolve(&ticket).await.expect("resolved");
        let Resolution::Found(outcome) = resolved else {
            panic!("it is there");
        };
        assert_eq!(outcome.is_ours(), random, "{outcome:?}");
    }
}
