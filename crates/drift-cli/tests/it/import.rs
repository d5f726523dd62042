//! `drift contacts import` and `export` as they are typed: what is said, what is left behind, and the exit codes.

use std::process::{Command, Stdio};

use drift_emulator::{Effect, Emulator, Fault};

use crate::desk::{Desk, Ended, ended};

/// A desk with a local Drift in this process.
pub struct Bench {
    pub desk: Desk,
    pub emulator: Emulator,
}

impl Bench {
    pub async fn new() -> Self {
        Self {
            desk: Desk::new(),
            emulator: Emulator::start().await.expect("the emulator starts"),
        }
    }

    pub fn file(&self, name: &str, text: &str) {
        std::fs::write(self.desk.path().join(name), text).expect("written");
    }

    pub fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.desk.path().join(name)).expect("a file")
    }

    pub fn has(&self, name: &str) -> bool {
        self.desk.path().join(name).exists()
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = self.desk.command();
        command
            .args(line.split_whitespace())
            .env("DRIFT_TOKEN", self.emulator.token())
            .env("DRIFT_BASE_URL", self.emulator.url())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub fn run(&self, line: &str) -> Ended {
        ended(&self.command(line).output().expect("it runs"))
    }

    /// Runs it with this on its standard input.
    pub fn piped(&self, line: &str, input: &str) -> Ended {
        let mut command = self.command(line);
        let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
        let mut stdin = child.stdin.take().expect("an input");
        std::io::Write::write_all(&mut stdin, input.as_bytes()).expect("written");
        drop(stdin);
        ended(&child.wait_with_output().expect("its end"))
    }

    /// The files here with such names.
    pub fn named(&self, begin: &str, end: &str) -> Vec<String> {
        let files = std::fs::read_dir(self.desk.path()).expect("a folder");
        let names = files.map(|file| file.expect("a file").file_name());
        let names = names.map(|name| name.into_string().expect("text"));
        names
            .filter(|name| name.starts_with(begin) && name.ends_with(end))
            .collect()
    }

    pub async fn contacts(&self) -> u64 {
        self.emulator.state().count().await.expect("a count")
    }
}

pub fn leads(count: usize) -> String {
    let rows = (0..count).map(|n| format!("lead{n}@example.test,Lead {n}\n"));
    format!("email,name\n{}", rows.collect::<String>())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_says_what_will_happen_and_writes_nothing() {
    let bench = Bench::new().await;
    bench.file("leads.csv", "email,name\nada@example.test,Ada\nbob,Bob\n");
    let ended = bench.run("contacts import leads.csv --dry-run");
    assert_eq!(ended.code, 0, "{}", ended.err);
    let lines: Vec<&str> = ended.out.lines().collect();
    assert_eq!(lines[0], "leads.csv:2: create");
    assert_eq!(
        lines[1],
        "leads.csv:3: refuse: column \"email\": the email address needs exactly one @"
    );
    assert!(lines[2].starts_with("2 rows: 1 to create"));
    assert_eq!(bench.contacts().await, 0);

    let ended = bench.run("contacts import leads.csv --dry-run --json");
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
    let bench = Bench::new().await;
    bench.file("good.csv", &leads(3));
    bench.file("mixed.csv", "email\nnew@example.test\nnobody\n");
    bench.file("columns.csv", "email,Telefone\na@example.test,1\n");
    for (line, code, said) in [
        ("contacts import good.csv", 0, ""),
        ("contacts import mixed.csv", 1, "1 row refused"),
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
        let ended = bench.run(line);
        assert_eq!(ended.code, code, "{line}: {}", ended.err);
        assert!(ended.err.contains(said), "{line}: {}", ended.err);
    }
    assert_eq!(bench.contacts().await, 4);

    let refused = Fault::new(Effect::Status {
        status: 401,
        headers: std::collections::BTreeMap::new(),
        body: None,
        commit: false,
    });
    bench.emulator.faults().add(refused).expect("a fault");
    bench.file("other.csv", &leads(9));
    let ended = bench.run("contacts import other.csv --offline");
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("nothing could be done"), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_summary_is_one_document_for_machines() {
    let bench = Bench::new().await;
    bench.file("leads.csv", &leads(3));
    let ended = bench.run("contacts import leads.csv --json");
    let summary: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(summary["summary"]["created"], 3);
    assert_eq!(summary["journal"], "leads.csv.drift-journal");
    assert_eq!(bench.text("leads.created.csv").lines().count(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_takes_it_back() {
    let bench = Bench::new().await;
    bench.file("leads.csv", &leads(5));
    bench.run("contacts import leads.csv");
    let ended = bench.run("contacts import --undo leads.csv.drift-journal --yes");
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.contains("5 contacts deleted"), "{}", ended.out);
    assert_eq!(bench.contacts().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn standard_input_is_imported_and_its_copy_taken_away() {
    let bench = Bench::new().await;
    let ended = bench.piped("contacts import -", &leads(4));
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(bench.contacts().await, 4);
    assert_eq!(bench.named("stdin-", ".created.csv").len(), 1);
    assert!(bench.named("", ".drift-input").is_empty());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pipe_is_imported_as_standard_input_is() {
    let bench = Bench::new().await;
    let pipe = bench.desk.path().join("pipe.csv");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    let child = bench.command("contacts import pipe.csv").spawn();
    std::fs::write(&pipe, leads(4)).expect("written");
    let output = child.expect("it starts").wait_with_output();
    let ended = ended(&output.expect("its end"));
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert_eq!(bench.contacts().await, 4);
    assert_eq!(bench.named("stdin-", ".created.csv").len(), 1);
    assert!(bench.named("", ".drift-input").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_do_not_contact_list_is_honoured() {
    let bench = Bench::new().await;
    bench.file("leads.csv", &leads(3));
    bench.file("list.txt", "lead1@example.test\n");
    let ended = bench.run("contacts import leads.csv --suppress list.txt");
    assert_eq!(
        (ended.code, bench.contacts().await),
        (1, 2),
        "{}",
        ended.err
    );
    assert!(bench.text("leads.refused.csv").contains("do-not-contact"));

    bench.file(
        "list.txt",
        "lead1@example.test\nlead2@example.test,unsubscribed\n",
    );
    let ended = bench.run("contacts import leads.csv --replan --suppress list.txt");
    assert_eq!((ended.code, bench.contacts().await), (2, 2));
    assert!(ended.err.contains("list.txt, line 2: "), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_do_not_contact_list_that_names_nobody_is_told_of() {
    let bench = Bench::new().await;
    bench.file("leads.csv", &leads(1));
    bench.file("list.txt", "# who unsubscribed\n");
    let ended = bench.run("contacts import leads.csv --suppress list.txt");
    let told = ended.err.contains("list names nobody");
    assert_eq!((ended.code, told), (0, true), "{}", ended.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_option_that_is_not_the_planned_one_is_named() {
    let bench = Bench::new().await;
    bench.file("leads.csv", &leads(1));
    let plan = "contacts import leads.csv --dry-run --offline";
    assert_eq!(bench.run(plan).code, 0);
    let ended = bench.run("contacts import leads.csv");
    assert_eq!((ended.code, bench.contacts().await), (2, 0));
    let said = "the options are not those that were planned (offline)";
    assert!(ended.err.contains(said), "{}", ended.err);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_finishes_what_is_under_way_and_says_how_to_go_on() {
    let bench = Bench::new().await;
    let slow = Fault::new(Effect::Stall {
        ms: Some(5),
        commit: false,
    });
    bench
        .emulator
        .faults()
        .add(slow.method("POST"))
        .expect("a fault");
    bench.file("leads.csv", &leads(2_000));
    let child = bench
        .command("contacts import leads.csv --offline")
        .spawn()
        .expect("it starts");
    while bench.contacts().await < 20 {
        tokio::task::yield_now().await;
    }
    let told = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(told.success());
    let ended = ended(&child.wait_with_output().expect("its end"));
    assert_eq!(ended.code, 3, "{}", ended.err);
    assert!(
        ended
            .err
            .contains("to go on: drift contacts import leads.csv"),
        "{}",
        ended.err
    );
    let created = bench.text("leads.created.csv").lines().count() as u64 - 1;
    assert_eq!(
        created,
        bench.contacts().await,
        "what was under way is finished and told"
    );
    assert!(!bench.has("leads.unknown.csv"));

    bench.emulator.faults().clear();
    let ended = bench.run("contacts import leads.csv --offline");
    assert_eq!(
        (ended.code, bench.contacts().await),
        (0, 2_000),
        "{}",
        ended.err
    );
    assert_eq!(bench.text("leads.created.csv").lines().count(), 2_001);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_are_exported_by_a_list() {
    let bench = Bench::new().await;
    bench.file("leads.csv", &leads(3));
    bench.run("contacts import leads.csv");
    bench.file("emails.txt", "lead2@example.test\nlead0@example.test\n");
    let ended = bench.run("contacts export --emails emails.txt --out out.csv");
    assert_eq!(ended.code, 0, "{}", ended.err);
    let text = bench.text("out.csv");
    assert_eq!(text.lines().count(), 3);
    let ids: String = text
        .lines()
        .skip(1)
        .map(|line| format!("{}\n", line.split(',').next().unwrap_or_default()))
        .collect();
    bench.file("ids.txt", &format!("{ids}17\n"));
    let ended = bench.run("contacts export --ids ids.txt --format jsonl");
    assert_eq!(
        (ended.code, ended.out.lines().count()),
        (1, 2),
        "{}",
        ended.err
    );
    assert!(ended.err.contains("lines 3"), "{}", ended.err);
}
