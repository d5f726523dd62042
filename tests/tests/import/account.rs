//! A journal belongs to the account that it was made with: no other one imports, resumes or undoes by it.

use drift::Client;
use drift_emulator::{Effect, Emulator, Fault, Organization, Scope};
use drift_import::{Account, Cancel, Error, Import, InputOptions, Options, Purpose, Source};

use crate::bench::{Bench, leads, quick};

/// Acme with two tokens, Beta, and a local Drift for both.
struct Organizations {
    bench: Bench,
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
        let bench = Bench::with(emulator, acme.clone());
        bench.file("leads.csv", leads(3));
        Self {
            bench,
            acme,
            rotated,
            beta,
        }
    }

    /// Every answer to `POST /app/token_info` is this status.
    fn tell_nothing(&self, status: u16) {
        let answer = Effect::Status {
            status,
            headers: std::collections::BTreeMap::new(),
            body: None,
            commit: false,
        };
        let fault = Fault::new(answer).path("/app/token_info");
        self.bench.emulator.faults().add(fault).expect("a fault");
    }

    async fn of(&self, organization: i64) -> usize {
        let contacts = self.bench.emulator.state().contacts().await;
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
    bench: &Bench,
    options: Options,
) -> Result<u64, Error> {
    let file = bench.path("leads.csv");
    let source = Source::scan(&file, &InputOptions::default()).expect("a file");
    let plan = Import::new(account, source, options)
        .plan(Purpose::Commit)
        .await?;
    Ok(plan.commit()?.finish().await?.created)
}

async fn undo(account: impl Into<Account>, bench: &Bench) -> Result<u64, Error> {
    let journal = bench.path("leads.csv.drift-journal");
    let undone = drift_import::undo(account, &journal, &Cancel::default()).await?;
    assert_eq!((undone.failed, undone.gone), (0, 0));
    Ok(undone.deleted)
}

fn replanned() -> Options {
    let mut options = quick();
    options.replan = true;
    options
}

/// The refusal, as it is said.
#[track_caller]
fn refusal<T>(ended: Result<T, Error>) -> String {
    match ended.err() {
        Some(error @ Error::OtherAccount { .. }) => error.to_string(),
        other => panic!("not refused as another account's: {other:?}"),
    }
}

#[tokio::test]
async fn another_organization_is_refused_before_anything_is_read_or_written() {
    let desk = Organizations::new().await;
    assert_eq!(
        commit(&desk.acme, &desk.bench, quick())
            .await
            .expect("done"),
        3
    );

    let noting = Effect::Stall {
        ms: Some(0),
        commit: false,
    };
    let faults = desk.bench.emulator.faults();
    faults.add(Fault::new(noting)).expect("a fault");
    for options in [quick(), replanned()] {
        let said = refusal(commit(&desk.beta, &desk.bench, options).await);
        assert!(said.contains("belongs to organization 7 at"), "{said}");
        assert!(said.contains("this is organization 8 at"), "{said}");
        assert!(!said.contains("beta") && !said.contains("acme"), "{said}");
    }
    refusal(undo(&desk.beta, &desk.bench).await);
    let asked: Vec<String> = faults.log().into_iter().map(|call| call.path).collect();
    assert_eq!(asked, ["/app/token_info"; 3]);

    assert_eq!((desk.of(7).await, desk.of(8).await), (3, 0));
    assert_eq!(undo(&desk.acme, &desk.bench).await.expect("undone"), 3);
}

#[tokio::test]
async fn another_place_is_refused_whatever_its_organization() {
    let (here, there) = (Organizations::new().await, Organizations::new().await);
    commit(&here.acme, &here.bench, quick())
        .await
        .expect("done");
    let elsewhere = client("acme", &there.bench.emulator);
    for contact in 0..3 {
        let email = format!("stranger{contact}@example.test");
        let new = drift::NewContact::new(email).expect("an email");
        elsewhere.contacts().create(new).await.expect("created");
    }
    refusal(commit(&elsewhere, &here.bench, replanned()).await);
    refusal(undo(&elsewhere, &here.bench).await);
    assert_eq!(there.of(7).await, 3);
}

#[tokio::test]
async fn a_named_place_is_the_same_at_every_port() {
    let (first, second) = (Organizations::new().await, Organizations::new().await);
    let at = |emulator: &Emulator, name: &str| Account::new(client("acme", emulator)).place(name);
    let before = at(&first.bench.emulator, "the sandbox a");
    commit(before, &first.bench, quick()).await.expect("done");
    let after = at(&second.bench.emulator, "the sandbox a");
    assert_eq!(
        commit(after, &first.bench, quick()).await.expect("known"),
        3
    );
    let reset = at(&second.bench.emulator, "the sandbox b");
    let said = refusal(commit(reset, &first.bench, quick()).await);
    assert!(said.contains("this is the sandbox b"), "{said}");
}

#[tokio::test]
async fn a_rotated_token_of_the_same_organization_goes_on() {
    let desk = Organizations::new().await;
    commit(&desk.acme, &desk.bench, quick())
        .await
        .expect("done");
    desk.bench.file("leads.csv", leads(5));
    let more = commit(&desk.rotated, &desk.bench, quick()).await;
    assert_eq!((more.expect("done"), desk.of(7).await), (5, 5));
    // From now on this token is known, even where its organization is not told any more.
    desk.tell_nothing(500);
    assert_eq!(undo(&desk.rotated, &desk.bench).await.expect("undone"), 5);
}

#[tokio::test]
async fn where_no_organization_is_told_the_token_stands_in() {
    for status in [400, 403, 404] {
        let desk = Organizations::new().await;
        desk.tell_nothing(status);
        commit(&desk.acme, &desk.bench, quick())
            .await
            .expect("done");
        for other in [&desk.rotated, &desk.beta] {
            let said = refusal(commit(other, &desk.bench, quick()).await);
            assert!(said.contains("not told"), "{said}");
        }
        let again = commit(&desk.acme, &desk.bench, quick()).await;
        assert_eq!(again.expect("known"), 3);
        assert_eq!((desk.of(7).await, desk.of(8).await), (3, 0));
        let journal = std::fs::read(desk.bench.path("leads.csv.drift-journal")).expect("a journal");
        assert!(
            !journal.windows(4).any(|bytes| bytes == b"acme"),
            "no token"
        );
    }
}

#[tokio::test]
async fn a_refused_token_is_no_other_account() {
    let desk = Organizations::new().await;
    commit(&desk.acme, &desk.bench, quick())
        .await
        .expect("done");
    let revoked = client("revoked", &desk.bench.emulator);
    let ended = commit(&revoked, &desk.bench, quick()).await.err();
    let Some(Error::Drift(error)) = ended else {
        panic!("{ended:?}");
    };
    assert_eq!(error.kind(), drift::ErrorKind::Unauthorized);
}

#[tokio::test]
async fn a_plan_of_another_account_is_not_executed_and_one_by_the_file_alone_is() {
    let desk = Organizations::new().await;
    let file = desk.bench.path("leads.csv");
    desk.bench.plan(&file, quick()).await;
    refusal(commit(&desk.beta, &desk.bench, quick()).await);
    // Nothing was done yet: asked for a new plan, it is made for this account.
    let done = commit(&desk.beta, &desk.bench, replanned()).await;
    assert_eq!((done.expect("done"), desk.of(8).await), (3, 3));
    assert_eq!(desk.of(7).await, 0);

    let desk = Organizations::new().await;
    let mut offline = quick();
    offline.offline = true;
    let file = desk.bench.path("leads.csv");
    desk.bench.plan(&file, offline.clone()).await;
    let done = commit(&desk.beta, &desk.bench, offline).await;
    assert_eq!(done.expect("done"), 3);
}
