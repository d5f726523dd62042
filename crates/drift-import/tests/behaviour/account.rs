//! A journal belongs to the account that it was made with: no other one imports, resumes or undoes with it.

use drift::Client;
use drift_emulator::{Effect, Emulator, Fault, Organization, Scope};
use drift_import::{Account, Cancel, Error, Import, InputOptions, Options, Purpose, Source};

use crate::support::{Fixture, leads, quick};

/// Acme with two tokens, Beta, and a local Drift for both.
struct Organizations {
    fixture: Fixture,
    acme: Client,
    rotated: Client,
    beta: Client,
}

impl Organizations {
    async fn new() -> Self {
        let acme = Organization::new(7)
            .token("acme", &Scope::ALL)
            .token("acme-rotated", &Scope::ALL);
        let beta = Organization::new(8).token("beta", &Scope::ALL);
        let builder = Emulator::builder().organization(acme).organization(beta);
        let emulator = builder.start().await.expect("it starts");
        let of = |token: &str| client(token, &emulator);
        let (acme, rotated, beta) = (of("acme"), of("acme-rotated"), of("beta"));
        let fixture = Fixture::with(emulator, acme.clone());
        fixture.file("leads.csv", leads(3));
        Self {
            fixture,
            acme,
            rotated,
            beta,
        }
    }

    /// Every response to `POST /app/token_info` has this status.
    fn hide_organization(&self, status: u16) {
        let refusal = Effect::Status {
            status,
            headers: std::collections::BTreeMap::new(),
            body: None,
            commit: false,
        };
        let fault = Fault::new(refusal).path("/app/token_info");
        self.fixture.emulator.faults().add(fault).expect("a fault");
    }

    async fn contacts_of(&self, organization: i64) -> usize {
        let contacts = self.fixture.emulator.state().contacts().await;
        let alive = contacts.expect("contacts").into_iter();
        alive
            .filter(|contact| contact.organization == organization && contact.deleted_at.is_none())
            .count()
    }
}

fn client(token: &str, emulator: &Emulator) -> Client {
    let builder = Client::builder(token).base_url(emulator.url());
    builder.build().expect("a client")
}

async fn commit(
    account: impl Into<Account>,
    fixture: &Fixture,
    options: Options,
) -> Result<u64, Error> {
    let file = fixture.path("leads.csv");
    let source = Source::scan(&file, &InputOptions::default()).expect("a file");
    let plan = Import::new(account, source, options)
        .plan(Purpose::Commit)
        .await?;
    Ok(plan.commit()?.finish().await?.created)
}

async fn undo(account: impl Into<Account>, fixture: &Fixture) -> Result<u64, Error> {
    let journal = fixture.path("leads.csv.drift-journal");
    let undone = drift_import::undo(account, &journal, &Cancel::default()).await?;
    assert_eq!((undone.failed, undone.gone), (0, 0));
    Ok(undone.deleted)
}

fn replanned() -> Options {
    let mut options = quick();
    options.replan = true;
    options
}

/// The message of the refusal.
#[track_caller]
fn refusal<T>(ended: Result<T, Error>) -> String {
    match ended.err() {
        Some(error @ Error::OtherAccount { .. }) => error.to_string(),
        other => panic!("not refused as another account's: {other:?}"),
    }
}

#[tokio::test]
async fn another_organization_is_refused_before_anything_is_read_or_written() {
    let organizations = Organizations::new().await;
    assert_eq!(
        commit(&organizations.acme, &organizations.fixture, quick())
            .await
            .expect("done"),
        3
    );

    let stall = Effect::Stall {
        ms: Some(0),
        commit: false,
    };
    let faults = organizations.fixture.emulator.faults();
    faults.add(Fault::new(stall)).expect("a fault");
    for options in [quick(), replanned()] {
        let message = refusal(commit(&organizations.beta, &organizations.fixture, options).await);
        assert!(
            message.contains("belongs to organization 7 at"),
            "{message}"
        );
        assert!(message.contains("this is organization 8 at"), "{message}");
        assert!(
            !message.contains("beta") && !message.contains("acme"),
            "{message}"
        );
    }
    refusal(undo(&organizations.beta, &organizations.fixture).await);
    let asked: Vec<String> = faults.log().into_iter().map(|call| call.path).collect();
    assert_eq!(asked, ["/app/token_info"; 3]);

    assert_eq!(
        (
            organizations.contacts_of(7).await,
            organizations.contacts_of(8).await
        ),
        (3, 0)
    );
    assert_eq!(
        undo(&organizations.acme, &organizations.fixture)
            .await
            .expect("undone"),
        3
    );
}

#[tokio::test]
async fn another_endpoint_is_refused_whatever_its_organization() {
    let (here, there) = (Organizations::new().await, Organizations::new().await);
    commit(&here.acme, &here.fixture, quick())
        .await
        .expect("done");
    let elsewhere = client("acme", &there.fixture.emulator);
    for contact in 0..3 {
        let email = format!("stranger{contact}@example.test");
        let new = drift::NewContact::new(email).expect("an email");
        elsewhere.contacts().create(new).await.expect("created");
    }
    refusal(commit(&elsewhere, &here.fixture, replanned()).await);
    refusal(undo(&elsewhere, &here.fixture).await);
    assert_eq!(there.contacts_of(7).await, 3);
}

#[tokio::test]
async fn a_named_endpoint_is_the_same_at_every_port() {
    let (first, second) = (Organizations::new().await, Organizations::new().await);
    let at =
        |emulator: &Emulator, name: &str| Account::new(client("acme", emulator)).endpoint(name);
    let before = at(&first.fixture.emulator, "the sandbox a");
    commit(before, &first.fixture, quick()).await.expect("done");
    let after = at(&second.fixture.emulator, "the sandbox a");
    assert_eq!(
        commit(after, &first.fixture, quick()).await.expect("known"),
        3
    );
    let reset = at(&second.fixture.emulator, "the sandbox b");
    let message = refusal(commit(reset, &first.fixture, quick()).await);
    assert!(message.contains("this is the sandbox b"), "{message}");
}

#[tokio::test]
async fn a_rotated_token_of_the_same_organization_is_accepted() {
    let organizations = Organizations::new().await;
    commit(&organizations.acme, &organizations.fixture, quick())
        .await
        .expect("done");
    organizations.fixture.file("leads.csv", leads(5));
    let more = commit(&organizations.rotated, &organizations.fixture, quick()).await;
    assert_eq!(
        (more.expect("done"), organizations.contacts_of(7).await),
        (5, 5)
    );
    // From now on this token is known, even while its organization is not.
    organizations.hide_organization(500);
    assert_eq!(
        undo(&organizations.rotated, &organizations.fixture)
            .await
            .expect("undone"),
        5
    );
}

#[tokio::test]
async fn where_the_organization_is_unknown_the_token_decides() {
    for status in [400, 403, 404] {
        let organizations = Organizations::new().await;
        organizations.hide_organization(status);
        commit(&organizations.acme, &organizations.fixture, quick())
            .await
            .expect("done");
        for other in [&organizations.rotated, &organizations.beta] {
            let message = refusal(commit(other, &organizations.fixture, quick()).await);
            assert!(message.contains("organization is unknown"), "{message}");
        }
        let again = commit(&organizations.acme, &organizations.fixture, quick()).await;
        assert_eq!(again.expect("known"), 3);
        assert_eq!(
            (
                organizations.contacts_of(7).await,
                organizations.contacts_of(8).await
            ),
            (3, 0)
        );
        let journal = std::fs::read(organizations.fixture.path("leads.csv.drift-journal"))
            .expect("a journal");
        assert!(
            !journal.windows(4).any(|bytes| bytes == b"acme"),
            "no token"
        );
    }
}

#[tokio::test]
async fn a_refused_token_is_reported_as_unauthorized() {
    let organizations = Organizations::new().await;
    commit(&organizations.acme, &organizations.fixture, quick())
        .await
        .expect("done");
    let revoked = client("revoked", &organizations.fixture.emulator);
    let ended = commit(&revoked, &organizations.fixture, quick())
        .await
        .err();
    let Some(Error::Drift(error)) = ended else {
        panic!("{ended:?}");
    };
    assert_eq!(error.kind(), drift::ErrorKind::Unauthorized);
}

#[tokio::test]
async fn a_plan_of_another_account_is_refused_unless_it_was_made_offline() {
    let organizations = Organizations::new().await;
    let file = organizations.fixture.path("leads.csv");
    organizations.fixture.plan(&file, quick()).await;
    refusal(commit(&organizations.beta, &organizations.fixture, quick()).await);
    // Nothing was done yet: asked for a new plan, it is made for this account.
    let done = commit(&organizations.beta, &organizations.fixture, replanned()).await;
    assert_eq!(
        (done.expect("done"), organizations.contacts_of(8).await),
        (3, 3)
    );
    assert_eq!(organizations.contacts_of(7).await, 0);

    let organizations = Organizations::new().await;
    let mut offline = quick();
    offline.offline = true;
    let file = organizations.fixture.path("leads.csv");
    organizations.fixture.plan(&file, offline.clone()).await;
    let done = commit(&organizations.beta, &organizations.fixture, offline).await;
    assert_eq!(done.expect("done"), 3);
}

#[tokio::test]
async fn a_wrong_token_stops_at_once() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(3));
    let stranger = Client::builder("wrong")
        .base_url(fixture.emulator.url())
        .build()
        .expect("a client");
    let source = Source::scan(&file, &InputOptions::default()).expect("a file");
    let mut options = quick();
    options.offline = true;
    let import = Import::new(stranger, source, options);
    let plan = import.plan(Purpose::Commit).await.expect("a plan");
    let summary = plan
        .commit()
        .expect("begun")
        .finish()
        .await
        .expect("a summary");
    assert_eq!(
        (summary.exit_code(), summary.left, summary.unknown),
        (3, 3, 0),
        "a request left: {summary:?}"
    );
}
