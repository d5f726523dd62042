//! `drift contacts import` and `export` as they are typed: what is said, what is left behind, and the exit codes.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use drift_emulator::{Effect, Emulator, Fault};

struct Desk {
    emulator: Emulator,
    folder: tempfile::TempDir,
}

struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Self {
            code: output.status.code(),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

impl Desk {
    async fn new() -> Self {
        Self {
            emulator: Emulator::start().await.expect("the emulator starts"),
            folder: tempfile::tempdir().expect("a folder"),
        }
    }

    fn file(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).expect("written");
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).expect("a file")
    }

    fn has(&self, name: &str) -> bool {
        Path::exists(&self.folder.path().join(name))
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drift"));
        command
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .env_clear()
            .env("DRIFT_TOKEN", self.emulator.token())
            .env("DRIFT_BASE_URL", self.emulator.url())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, line: &str) -> Ended {
        self.command(line).output().expect("it runs").into()
    }

    async fn contacts(&self) -> u64 {
        self.emulator.state().count().await.expect("a count")
    }
}

fn leads(count: usize) -> String {
    let rows = (0..count).map(|n| format!("lead{n}@example.test,Lead {n}\n"));
    format!("email,name\n{}", rows.collect::<String>())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_says_what_will_happen_and_writes_nothing() {
    let desk = Desk::new().await;
    desk.file("leads.csv", "email,name\nada@example.test,Ada\nbob,Bob\n");
    let ended = desk.run("contacts import leads.csv --dry-run");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let lines: Vec<&str> = ended.out.lines().collect();
    assert_eq!(lines[0], "leads.csv:2: create");
    assert_eq!(
        lines[1],
        "leads.csv:3: refuse: column \"email\": the email address needs exactly one @"
    );
    assert!(lines[2].starts_with("2 rows: 1 to create"));
    assert_eq!(desk.contacts().await, 0);

    let ended = desk.run("contacts import leads.csv --dry-run --json");
    let lines: Vec<serde_json::Value> = ended
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(
        (&lines[0]["verdict"], &lines[0]["line"]),
        (&"create".into(), &2.into())
    );
    assert_eq!(lines[2]["plan"]["refuse"], 1);
    assert!(
        !ended.out.contains("bob"),
        "no value of the file is repeated"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exit_codes_tell_how_it_ended() {
    let desk = Desk::new().await;
    desk.file("good.csv", &leads(3));
    desk.file("mixed.csv", "email\nnew@example.test\nnobody\n");
    desk.file("columns.csv", "email,Telefone\na@example.test,1\n");
    for (line, code, said) in [
        ("contacts import good.csv", 0, ""),
        ("contacts import mixed.csv", 1, "1 rows were refused"),
        ("contacts import columns.csv", 2, "--map COLUMN=ATTRIBUTE"),
        ("contacts import absent.csv", 2, "absent.csv"),
        ("contacts import", 2, "FILE"),
        (
            "contacts import good.csv --on-duplicate update",
            2,
            "--replan",
        ),
        (
            "contacts import --undo good.csv.drift-journal",
            2,
            "deletes 3 contacts",
        ),
        ("contacts import --undo absent --yes", 2, "absent"),
    ] {
        let ended = desk.run(line);
        assert_eq!(ended.code, Some(code), "{line}: {}", ended.err);
        assert!(ended.err.contains(said), "{line}: {}", ended.err);
    }
    assert_eq!(desk.contacts().await, 4);

    let refused = Fault::new(Effect::Status {
        status: 401,
        headers: std::collections::BTreeMap::new(),
        body: None,
        commit: false,
    });
    desk.emulator.faults().add(refused).expect("a fault");
    desk.file("other.csv", &leads(9));
    let ended = desk.run("contacts import other.csv --offline");
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(ended.err.contains("nothing could be done"), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_summary_is_one_document_for_machines() {
    let desk = Desk::new().await;
    desk.file("leads.csv", &leads(3));
    let ended = desk.run("contacts import leads.csv --json");
    let summary: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(summary["summary"]["created"], 3);
    assert_eq!(summary["journal"], "leads.csv.drift-journal");
    assert_eq!(desk.text("leads.created.csv").lines().count(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_takes_it_back() {
    let desk = Desk::new().await;
    desk.file("leads.csv", &leads(5));
    desk.run("contacts import leads.csv");
    let ended = desk.run("contacts import --undo leads.csv.drift-journal --yes");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(ended.out.contains("5 contacts deleted"), "{}", ended.out);
    assert_eq!(desk.contacts().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn standard_input_is_imported_and_its_copy_taken_away() {
    let desk = Desk::new().await;
    let mut child = desk
        .command("contacts import -")
        .stdin(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut input = child.stdin.take().expect("an input");
    std::io::Write::write_all(&mut input, leads(4).as_bytes()).expect("written");
    drop(input);
    let ended = Ended::from(child.wait_with_output().expect("its end"));
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert_eq!(desk.contacts().await, 4);
    assert!(desk.has("stdin.created.csv") && !desk.has("stdin.drift-input"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_do_not_contact_list_is_honoured() {
    let desk = Desk::new().await;
    desk.file("leads.csv", &leads(3));
    desk.file("list.txt", "lead1@example.test\n");
    let ended = desk.run("contacts import leads.csv --suppress list.txt");
    assert_eq!(
        (ended.code, desk.contacts().await),
        (Some(1), 2),
        "{}",
        ended.err
    );
    assert!(desk.text("leads.refused.csv").contains("do-not-contact"));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_finishes_what_is_under_way_and_says_how_to_go_on() {
    let desk = Desk::new().await;
    let slow = Fault::new(Effect::Stall {
        ms: Some(5),
        commit: false,
    });
    desk.emulator
        .faults()
        .add(slow.method("POST"))
        .expect("a fault");
    desk.file("leads.csv", &leads(2_000));
    let child = desk
        .command("contacts import leads.csv --offline")
        .spawn()
        .expect("it starts");
    while desk.contacts().await < 20 {
        tokio::task::yield_now().await;
    }
    let told = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(told.success());
    let ended = Ended::from(child.wait_with_output().expect("its end"));
    assert_eq!(ended.code, Some(3), "{}", ended.err);
    assert!(
        ended
            .err
            .contains("to go on: drift contacts import leads.csv"),
        "{}",
        ended.err
    );
    let created = desk.text("leads.created.csv").lines().count() as u64 - 1;
    assert_eq!(
        created,
        desk.contacts().await,
        "what was under way is finished and told"
    );
    assert!(!desk.has("leads.unknown.csv"));

    desk.emulator.faults().clear();
    let ended = desk.run("contacts import leads.csv --offline");
    assert_eq!(
        (ended.code, desk.contacts().await),
        (Some(0), 2_000),
        "{}",
        ended.err
    );
    assert_eq!(desk.text("leads.created.csv").lines().count(), 2_001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_are_exported_by_a_list() {
    let desk = Desk::new().await;
    desk.file("leads.csv", &leads(3));
    desk.run("contacts import leads.csv");
    desk.file("emails.txt", "lead2@example.test\nlead0@example.test\n");
    let ended = desk.run("contacts export --emails emails.txt --out out.csv");
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let text = desk.text("out.csv");
    assert_eq!(text.lines().count(), 3);
    let ids: String = text
        .lines()
        .skip(1)
        .map(|line| format!("{}\n", line.split(',').next().unwrap_or_default()))
        .collect();
    desk.file("ids.txt", &format!("{ids}17\n"));
    let ended = desk.run("contacts export --ids ids.txt --format jsonl");
    assert_eq!(
        (ended.code, ended.out.lines().count()),
        (Some(1), 2),
        "{}",
        ended.err
    );
    assert!(ended.err.contains("lines 3"), "{}", ended.err);
}
