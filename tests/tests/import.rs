//! Files of contacts into a local Drift: plan, commit, resume, results, undo, export.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use drift::{Client, IdKey, NewContact};
use drift_emulator::{Effect, Emulator, Fault};
use drift_import::{
    Cancel, Error, Event, Format, Import, InputOptions, ListOf, OnDuplicate, Options, PlanSummary,
    Purpose, SecondContact, Source, Summary, Suppression, Unmapped, Verdict,
};
use futures::StreamExt;

/// A folder with a file in it, and a local Drift.
struct Bench {
    emulator: Emulator,
    client: Client,
    folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        let emulator = Emulator::start().await.expect("the emulator starts");
        let client = drift_tests::client(&emulator).expect("a client");
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            emulator,
            client,
            folder,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), text).expect("written");
        self.path(name)
    }

    fn import(&self, file: &Path, options: Options) -> Import {
        let source = Source::scan(file, &options.input).expect("a file");
        Import::new(self.client.clone(), source, options)
    }

    async fn plan(&self, file: &Path, options: Options) -> PlanSummary {
        let import = self.import(file, options);
        let plan = import.plan(Purpose::DryRun).await.expect("a plan");
        plan.summary().expect("a summary")
    }

    async fn commit(&self, file: &Path, options: Options) -> Summary {
        let import = self.import(file, options);
        let plan = import.plan(Purpose::Commit).await.expect("a plan");
        plan.commit()
            .expect("begun")
            .finish()
            .await
            .expect("a summary")
    }

    async fn contacts(&self) -> u64 {
        self.emulator.state().count().await.expect("a count")
    }

    /// The rows of a result file as maps, in order.
    fn results(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let Ok(mut reader) = csv::Reader::from_path(self.path(name)) else {
            return Vec::new();
        };
        reader
            .deserialize()
            .map(|row| row.expect("a row"))
            .collect()
    }
}

/// Options with waits short enough for tests.
fn quick() -> Options {
    let mut options = Options::default();
    options.look_up_after = [1, 5, 20].map(Duration::from_millis).to_vec();
    options.unmapped = Unmapped::Attribute;
    options
}

fn leads(count: usize) -> String {
    let rows = (0..count).map(|n| format!("lead{n}@example.test,Lead {n},pro\n"));
    format!("email,name,plan\n{}", rows.collect::<String>())
}

/// Every `POST` loses its answer at this share, before or after it is carried out.
fn losing(share: f64, commit: bool, seed: u64) -> Fault {
    Fault::new(Effect::Disconnect {
        reset: false,
        commit,
    })
    .method("POST")
    .path("/contacts")
    .share(share, seed)
}

#[tokio::test]
async fn a_file_becomes_contacts_and_result_files() {
    let bench = Bench::new().await;
    let text = "email;Name;plan;note\nada@example.test;Ada;pro;\"a;b\"\nnobody;Bob;;\nada@example.test;Again;;\ncy@example.test;Cy;free;x\n";
    let file = bench.file("leads.csv", text);
    let planned = bench.plan(&file, quick()).await;
    assert_eq!((planned.create, planned.refuse), (2, 2));
    assert_eq!(bench.contacts().await, 0, "a dry run writes nothing");

    let summary = bench.commit(&file, quick()).await;
    assert_eq!((summary.created, summary.refused, summary.left), (2, 2, 0));
    assert_eq!(summary.exit_code(), 1);
    assert_eq!(bench.contacts().await, 2);

    let text = std::fs::read_to_string(bench.path("leads.created.csv")).expect("a result file");
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("email;Name;plan;note;drift_line;drift_contact_id;drift_outcome;drift_reason")
    );
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("ada@example.test;Ada;pro;\"a;b\";2;"))
    );
    let refused = std::fs::read_to_string(bench.path("leads.refused.csv")).expect("a result file");
    assert!(refused.contains("nobody;Bob;;;3;;refused;"), "{refused}");
    assert!(refused.contains("the same email as line 2"), "{refused}");
}

#[tokio::test]
async fn the_same_command_again_does_nothing_twice() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(50));
    let first = bench.commit(&file, quick()).await;
    let second = bench.commit(&file, quick()).await;
    assert_eq!(
        (first.created, second.created, bench.contacts().await),
        (50, 50, 50)
    );
    assert_eq!(second.exit_code(), 0);
}

#[tokio::test]
async fn lost_answers_double_nothing_and_are_told_truly() {
    for (stamp, commit) in [(None, true), (None, false), (Some("import_stamp"), true)] {
        let bench = Bench::new().await;
        bench
            .emulator
            .faults()
            .add(losing(0.2, commit, 7))
            .expect("a fault");
        let file = bench.file("leads.csv", leads(200));
        let mut options = quick();
        options.stamp = stamp.map(str::to_owned);
        let summary = bench.commit(&file, options).await;
        assert_eq!(bench.contacts().await, 200);
        assert_eq!((summary.unknown, summary.refused, summary.left), (0, 0, 0));
        assert_eq!(summary.created + summary.existed, 200);
        // Without a stamp a contact found after a lost answer is not claimed; with one it is proved.
        assert_eq!(
            summary.existed > 0,
            stamp.is_none() && commit,
            "{stamp:?} {commit}"
        );
        for row in bench.results("leads.existed.csv") {
            assert!(row["drift_reason"].contains("not proved"), "{row:?}");
            assert!(!row["drift_contact_id"].is_empty());
        }
    }
}

#[tokio::test]
async fn what_exists_is_skipped_updated_or_refused_as_asked() {
    for (on_duplicate, name, counts) in [
        (OnDuplicate::Skip, "Old", (1, 1, 0, 0)),
        (OnDuplicate::Update, "Lead 0", (1, 0, 1, 0)),
        (OnDuplicate::Fail, "Old", (1, 0, 0, 1)),
    ] {
        for offline in [false, true] {
            let bench = Bench::new().await;
            let old = NewContact::new("lead0@example.test")
                .expect("an email")
                .name("Old");
            let id = bench
                .client
                .contacts()
                .create(old)
                .await
                .expect("created")
                .contact()
                .id();
            let file = bench.file("leads.csv", leads(2));
            let mut options = quick();
            options.on_duplicate = on_duplicate;
            options.offline = offline;
            let summary = bench.commit(&file, options).await;
            let found = (
                summary.created,
                summary.existed,
                summary.updated,
                summary.refused,
            );
            assert_eq!(found, counts, "{on_duplicate:?} {offline}");
            let contact = bench.client.contacts().get(id).await.expect("the contact");
            assert_eq!(contact.name(), Some(name));
        }
    }
}

#[tokio::test]
async fn a_second_contact_for_an_email_is_not_made_unasked() {
    let key = IdKey::new("t", &[7; 32]).expect("a key");
    for (second_contact, contacts) in [
        (SecondContact::Refuse, 1),
        (SecondContact::Existing, 1),
        (SecondContact::Create, 2),
    ] {
        let bench = Bench::new().await;
        let old = NewContact::new("Lead0@example.test").expect("an email");
        bench.client.contacts().create(old).await.expect("created");
        let file = bench.file("leads.csv", "number,email\n17,lead0@example.test\n");
        let mut options = quick();
        options.derive = Some(("number".to_owned(), key.clone()));
        options.second_contact = second_contact;
        bench.commit(&file, options).await;
        assert_eq!(bench.contacts().await, contacts, "{second_contact:?}");
    }
}

#[tokio::test]
async fn derived_ids_are_found_again_many_at_a_time() {
    let bench = Bench::new().await;
    let key = IdKey::new("t", &[7; 32]).expect("a key");
    let rows: String = (0..120)
        .map(|n| format!("{n},lead{n}@example.test\n"))
        .collect();
    let mut options = quick();
    options.derive = Some(("number".to_owned(), key));
    let first = bench.file("first.csv", format!("number,email\n{rows}"));
    assert_eq!(bench.commit(&first, options.clone()).await.created, 120);
    let second = bench.file(
        "second.csv",
        format!("number,email\n{rows}500,new@example.test\n"),
    );
    let planned = bench.plan(&second, options).await;
    assert_eq!((planned.skip, planned.create), (120, 1));
}

#[tokio::test]
async fn guessable_ids_are_refused_and_runs_are_seen_across_the_file() {
    let bench = Bench::new().await;
    let rows: String = (0..20)
        .map(|n| format!("AC7F-Q9K-{n:04}-XYZ,lead{n}@example.test\n"))
        .collect();
    let file = bench.file(
        "leads.csv",
        format!("external id,email\nuser-1,a@example.test\n{rows}"),
    );
    let import = bench.import(&file, quick());
    let plan = import.plan(Purpose::DryRun).await.expect("a plan");
    let rows = plan.rows(0, 100).expect("rows");
    assert!(rows.iter().all(|row| row.verdict == Verdict::Refuse));
    assert!(rows[0].reason.contains("sequence number") && rows[0].reason.contains("external id"));
    assert!(rows[1].reason.contains("counted up"));
    drop(plan);
    let mut options = quick();
    options.allow_guessable = true;
    options.replan = true;
    assert_eq!(bench.commit(&file, options).await.created, 21);
}

#[tokio::test]
async fn the_commit_executes_the_plan_or_refuses() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(3));
    bench.plan(&file, quick()).await;
    let mut other = quick();
    other.on_duplicate = OnDuplicate::Update;
    let refused = bench.import(&file, other).plan(Purpose::Commit).await.err();
    assert!(
        matches!(refused, Some(Error::OptionsChanged)),
        "{refused:?}"
    );
    let file = bench.file("leads.csv", leads(4));
    let refused = bench
        .import(&file, quick())
        .plan(Purpose::Commit)
        .await
        .err();
    assert!(matches!(refused, Some(Error::FileChanged)), "{refused:?}");
    assert_eq!(bench.contacts().await, 0);
    bench.plan(&file, quick()).await;
    assert_eq!(bench.commit(&file, quick()).await.created, 4);
}

#[tokio::test]
async fn a_file_that_changes_under_way_stops_the_commit() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(3));
    let import = bench.import(&file, quick());
    let plan = import.plan(Purpose::Commit).await.expect("a plan");
    bench.file("leads.csv", leads(3).replace("Lead 2", "Other"));
    let ended = plan.commit().expect("begun").finish().await.err();
    assert!(matches!(ended, Some(Error::FileChanged)), "{ended:?}");
}

#[tokio::test]
async fn a_cancelled_import_resumes_with_a_corrected_and_reordered_file() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(600));
    let import = bench.import(&file, quick());
    let plan = import.plan(Purpose::Commit).await.expect("a plan");
    let mut run = plan.commit().expect("begun");
    let mut summary = None;
    while let Some(event) = run.next().await {
        match event.expect("an event") {
            Event::Row { .. } => run.canceller().cancel(),
            Event::Finished(finished) => summary = Some(finished),
            _ => {}
        }
    }
    drop(run);
    let summary = summary.expect("a summary");
    assert!(
        summary.left > 0 && summary.created > 0 && summary.unknown == 0,
        "{summary:?}"
    );
    assert_eq!(summary.exit_code(), 3);
    assert_eq!(bench.contacts().await, summary.created);

    let text = leads(600);
    let mut lines: Vec<&str> = text.lines().skip(1).collect();
    lines.reverse();
    lines.push("extra@example.test,Extra,pro");
    let file = bench.file(
        "leads.csv",
        format!("email,name,plan\n{}\n", lines.join("\n")),
    );
    let resumed = bench.commit(&file, quick()).await;
    assert_eq!(
        (resumed.created, resumed.existed, resumed.left),
        (601, 0, 0),
        "{resumed:?}"
    );
    assert_eq!(bench.contacts().await, 601);
}

#[tokio::test]
async fn two_imports_on_one_journal_exclude_each_other() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(3));
    let first = bench.import(&file, quick());
    let plan = first.plan(Purpose::Commit).await.expect("a plan");
    let second = bench
        .import(&file, quick())
        .plan(Purpose::Commit)
        .await
        .err();
    assert!(matches!(second, Some(Error::Locked(_))), "{second:?}");
    drop(plan);
}

#[tokio::test]
async fn an_undo_deletes_what_the_import_made_and_nothing_else() {
    let bench = Bench::new().await;
    let old = NewContact::new("lead0@example.test").expect("an email");
    bench.client.contacts().create(old).await.expect("created");
    let file = bench.file("leads.csv", leads(30));
    bench.commit(&file, quick()).await;
    let journal = bench.import(&file, quick()).journal_path();
    assert_eq!(drift_import::undoable(&journal).expect("a count"), 29);
    let undone = drift_import::undo(&bench.client, &journal, &Cancel::default())
        .await
        .expect("undone");
    assert_eq!((undone.deleted, undone.failed), (29, 0));
    assert_eq!(bench.contacts().await, 1);
    let again = bench.commit(&file, quick()).await;
    assert_eq!((again.created, again.existed), (29, 1));
}

#[tokio::test]
async fn results_can_be_imported_again_as_they_are() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", "email,plan\nada@example.test,pro\nbob,free\n");
    bench.commit(&file, quick()).await;
    let refused = bench.path("leads.refused.csv");
    let mended = std::fs::read_to_string(&refused)
        .expect("a file")
        .replace("bob,", "bob@example.test,");
    let file = bench.file("again.csv", mended);
    let summary = bench.commit(&file, quick()).await;
    assert_eq!(summary.created, 1);
    let rows = bench.results("again.created.csv");
    assert_eq!(rows[0]["drift_outcome"], "created");
    assert_eq!(rows[0].len(), 6, "our columns are there once: {rows:?}");
}

#[tokio::test]
async fn json_lines_keep_their_types_and_their_text() {
    let bench = Bench::new().await;
    let text = "{\"email\":\"ada@example.test\",\"seats\": 12, \"vip\":true}\n\n[1]\n{\"email\":\"bob@example.test\",\"price\": 1.50}\n";
    let file = bench.file("leads.jsonl", text);
    let summary = bench.commit(&file, quick()).await;
    assert_eq!((summary.created, summary.refused), (2, 1));
    let found = bench
        .client
        .contacts()
        .find_by_email("ada@example.test")
        .await
        .expect("a list");
    assert_eq!(found[0].attribute::<u32>("seats"), Ok(Some(12)));
    assert_eq!(found[0].attribute::<bool>("vip"), Ok(Some(true)));
    let created = std::fs::read_to_string(bench.path("leads.created.jsonl")).expect("a file");
    assert!(
        created.contains("\"price\":1.50,\"drift_line\":4,"),
        "{created}"
    );
}

#[tokio::test]
async fn suppressed_addresses_are_never_sent() {
    let bench = Bench::new().await;
    let list = bench.file("list.txt", "LEAD1@example.test\n@gone.test\n");
    let file = bench.file("leads.csv", format!("{}x@gone.test,X,pro\n", leads(3)));
    let mut options = quick();
    options.suppress = Some(Suppression::read(&list, None).expect("a list"));
    let summary = bench.commit(&file, options).await;
    assert_eq!((summary.created, summary.refused), (2, 2));
    assert_eq!(
        bench
            .emulator
            .state()
            .count_by_email("lead1@example.test")
            .await
            .expect("a count"),
        0
    );
}

#[tokio::test]
async fn encodings_and_delimiters_are_detected() {
    let bench = Bench::new().await;
    let utf16: Vec<u8> = "\u{feff}email\tname\nzoe@example.test\tZo\u{eb}\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (name, bytes) in [
        (
            "bom.csv",
            "\u{feff}email,name\nzoe@example.test,Zo\u{eb}\n"
                .as_bytes()
                .to_vec(),
        ),
        (
            "western.csv",
            b"email;name\nzoe@example.test;Zo\xEB\n".to_vec(),
        ),
        ("utf16.csv", utf16),
    ] {
        bench.emulator.state().reset().await.expect("reset");
        let file = bench.file(name, bytes);
        assert_eq!(bench.commit(&file, quick()).await.created, 1, "{name}");
        let found = bench
            .client
            .contacts()
            .find_by_email("zoe@example.test")
            .await
            .expect("a list");
        assert_eq!(found[0].name(), Some("Zo\u{eb}"), "{name}");
    }
}

#[tokio::test]
async fn cells_are_of_the_types_that_drift_defines() {
    let bench = Bench::new().await;
    let definition = |name: &str, kind: &str| {
        let json = serde_json::json!({ "name": name, "displayName": name, "type": kind });
        serde_json::from_value(json).expect("a definition")
    };
    let definitions = vec![definition("seats", "NUMERIC"), definition("vip", "BOOLEAN")];
    let state = bench.emulator.state();
    state
        .define_attributes(1, definitions)
        .await
        .expect("defined");
    let text = "email,Seats,vip\nada@example.test,12,yes\nbob@example.test,a dozen,no\n";
    let file = bench.file("leads.csv", text);
    let mut options = quick();
    options.unmapped = Unmapped::Refuse;
    let summary = bench.commit(&file, options).await;
    assert_eq!((summary.created, summary.refused), (1, 1));
    let found = bench
        .client
        .contacts()
        .find_by_email("ada@example.test")
        .await
        .expect("a list");
    assert_eq!(found[0].attribute::<u32>("seats"), Ok(Some(12)));
    assert_eq!(found[0].attribute::<bool>("vip"), Ok(Some(true)));
    let rows = bench.results("leads.refused.csv");
    assert!(
        rows[0]["drift_reason"].starts_with("column \"Seats\": not a number"),
        "{rows:?}"
    );
}

#[tokio::test]
async fn columns_that_are_no_attributes_stop_the_import_with_a_suggestion() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", "email,Telephone\nada@example.test,1\n");
    let mut options = quick();
    options.unmapped = Unmapped::Refuse;
    let error = bench
        .import(&file, options)
        .plan(Purpose::DryRun)
        .await
        .err()
        .expect("refused");
    assert!(error.to_string().contains("Telephone=phone"), "{error}");
}

#[tokio::test]
async fn a_foreign_file_is_never_replaced_by_results() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(1));
    bench.file("leads.created.csv", "somebody's work");
    let import = bench.import(&file, quick());
    let refused = import
        .plan(Purpose::Commit)
        .await
        .expect("a plan")
        .commit()
        .err();
    assert!(
        matches!(refused, Some(Error::ResultExists(_))),
        "{refused:?}"
    );
    assert_eq!(bench.contacts().await, 0);
}

#[tokio::test]
async fn too_many_calls_slow_the_import_and_lose_nothing() {
    let bench = Bench::new().await;
    let limit = Effect::Status {
        status: 429,
        headers: BTreeMap::from([("retry-after".to_owned(), "0".to_owned())]),
        body: None,
        commit: false,
    };
    bench
        .emulator
        .faults()
        .add(Fault::new(limit).path("/contacts").every(10))
        .expect("a fault");
    let file = bench.file("leads.csv", leads(100));
    let summary = bench.commit(&file, quick()).await;
    assert_eq!((summary.created, bench.contacts().await), (100, 100));
}

#[tokio::test]
async fn a_wrong_token_stops_at_once() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(3));
    let stranger = Client::builder("wrong")
        .base_url(bench.emulator.url())
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
        (2, 3, 0),
        "{summary:?}"
    );
}

#[tokio::test]
async fn an_export_can_be_imported() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(5));
    bench.commit(&file, quick()).await;
    let list = bench.file(
        "emails.txt",
        "lead3@example.test\nnobody@example.test\nlead1@example.test\n",
    );
    let mut out = Vec::new();
    let exported =
        drift_import::export(&bench.client, &list, ListOf::Emails, Format::Csv, &mut out)
            .await
            .expect("exported");
    assert_eq!(
        (exported.contacts, exported.missing.as_slice()),
        (2, &[2][..])
    );
    let text = String::from_utf8(out).expect("text");
    assert!(text.starts_with("id,createdAt,email,name,"), "{text}");
    let places = (
        text.find("lead3@").expect("there"),
        text.find("lead1@").expect("there"),
    );
    assert!(places.0 < places.1, "in the order of the list");
}
