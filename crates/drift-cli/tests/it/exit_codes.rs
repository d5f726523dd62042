//! Every documented exit code, by faults on purpose, and the ticket of a create whose end is not known.

use std::path::PathBuf;

use serde_json::Value;

use crate::desk::{Desk, Ended, Served, ended};

/// A desk with an emulator that misbehaves as the JSON says.
struct Bench {
    desk: Desk,
    served: Served,
}

impl Bench {
    fn with_faults(faults: &str) -> Self {
        let desk = Desk::new();
        std::fs::write(desk.path().join("faults.json"), faults).expect("a file");
        let served = Served::start(&desk, "--db contacts.db --faults faults.json");
        Self { desk, served }
    }

    /// The same contacts, and no fault any more.
    fn recover(self) -> Self {
        drop(self.served);
        let served = Served::start(&self.desk, "--db contacts.db");
        Self {
            desk: self.desk,
            served,
        }
    }

    fn run(&self, line: &str) -> Ended {
        let environment = [
            ("DRIFT_TOKEN", "sandbox"),
            ("DRIFT_BASE_URL", self.served.url.as_str()),
        ];
        self.desk.run_with(line, &environment)
    }
}

/// A create that may have been executed, and look-ups that do not tell.
const LOST: &str = r#"[
    {"method": "POST", "path": "/contacts", "do": {"disconnect": {"commit": COMMIT}}},
    {"method": "GET", "path": "/contacts", "do": {"status": {"status": 500}}}
]"#;

#[test]
fn three_for_a_create_in_doubt_and_its_ticket_tells_later() {
    for (commit, code) in [("true", 0), ("false", 1)] {
        let bench = Bench::with_faults(&LOST.replace("COMMIT", commit));
        let failed = bench.run("--timeout 4 contacts create --email ada@example.test");
        assert_eq!(failed.code, 3, "{}", failed.err);
        let command = failed
            .err
            .lines()
            .find_map(|line| line.trim().strip_prefix("ask again: drift "));
        let command = command.expect("what to type").to_owned();
        let ticket = PathBuf::from(command.split_whitespace().last().expect("a file"));
        assert!(ticket.is_file());

        let bench = bench.recover();
        let resolved = bench.run(&command);
        assert_eq!(resolved.code, code, "{}", resolved.err);
        assert!(!ticket.exists(), "it has served");
    }
}

#[cfg(unix)]
#[test]
fn a_ticket_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::with_faults(&LOST.replace("COMMIT", "true"));
    let failed = bench.run("--timeout 4 contacts create --email ada@example.test --json");
    let error = failed.error();
    let file = error["ticket_file"].as_str().expect("a file");
    let mode = std::fs::metadata(file)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o077, 0);
}

#[test]
fn the_json_error_of_a_create_is_a_ticket_too() {
    let bench = Bench::with_faults(&LOST.replace("COMMIT", "true"));
    let failed =
        bench.run("--timeout 4 contacts create --email ada@example.test --random-id --json");
    assert_eq!((failed.code, failed.out.as_str()), (3, ""));
    assert_eq!(failed.error()["delivery"], "unknown");
    std::fs::write(bench.desk.path().join("error.json"), &failed.err).expect("a file");
    let bench = bench.recover();
    let resolved = bench.run("contacts resolve error.json --json");
    assert_eq!(resolved.code, 0, "{}", resolved.err);
    assert_eq!(resolved.json()["attributes"]["email"], "ada@example.test");
}

/// Faults, a command, its exit code, and the kind of its error.
const CASES: [(&str, &str, i32, &str); 7] = [
    (
        r#"[{"do": {"status": {"status": 500}}}]"#,
        "contacts get 1",
        4,
        "server",
    ),
    (
        r#"[{"do": {"status": {"status": 429, "headers": {"retry-after": "600"}}}}]"#,
        "contacts get 1",
        4,
        "rate_limited",
    ),
    (
        r#"[{"do": {"stall": {}}}]"#,
        "contacts get 1 --timeout 1",
        4,
        "timeout",
    ),
    (
        r#"[{"do": {"disconnect": {}}}]"#,
        "contacts get 1",
        4,
        "interrupted",
    ),
    (
        r#"[{"do": {"status": {"status": 403}}}]"#,
        "contacts attributes",
        1,
        "forbidden",
    ),
    (
        r#"[{"do": {"disconnect": {"commit": true}}}]"#,
        "privacy retrieve ada@example.test",
        3,
        "interrupted",
    ),
    (
        r#"[{"do": {"status": {"status": 503}}}]"#,
        "contacts update 1 --name Ada",
        3,
        "server",
    ),
];

#[test]
fn each_failure_has_its_code() {
    for (faults, line, code, kind) in CASES {
        let bench = Bench::with_faults(faults);
        let ended = bench.run(&format!("--json {line}"));
        let error = ended.error();
        assert_eq!(
            (ended.code, error["kind"].as_str()),
            (code, Some(kind)),
            "{line}: {error}"
        );
        assert_eq!(error["exit_code"], code);
    }
}

#[test]
fn four_where_nobody_answers() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let environment = [("DRIFT_TOKEN", "t_1")];
    let line = format!(
        "--timeout 1 --json --base-url http://127.0.0.1:{port} contacts create --email ada@example.test"
    );
    let ended = Desk::new().run_with(&line, &environment);
    assert_eq!(
        (ended.code, ended.error()["delivery"].as_str()),
        (4, Some("not_sent")),
        "{}",
        ended.err
    );
}

#[test]
fn a_lost_answer_is_recovered_and_said_so() {
    let fault = r#"[{"method": "POST", "path": "/contacts", "nth": 1, "do": {"disconnect": {"commit": true}}}]"#;
    let bench = Bench::with_faults(fault);
    let created = bench.run("contacts create --email ada@example.test --random-id --json");
    assert_eq!(created.code, 0, "{}", created.err);
    let note: Value = serde_json::from_str(&created.err).expect("a note");
    assert_eq!(note["note"]["kind"], "recovered");
    assert_eq!(
        bench
            .run("contacts find --email ada@example.test --json")
            .json()
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let desk = Desk::new();
    for line in [
        "--help",
        "identity random",
        "--sandbox token info",
        "completions zsh",
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = desk.command();
        let output = command
            .args(line.split_whitespace())
            .stdout(writer)
            .stderr(std::process::Stdio::piped())
            .output();
        let ended = ended(&output.expect("the binary runs"));
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{line}");
    }
}

#[cfg(unix)]
#[test]
fn a_create_that_is_stopped_says_that_it_is_in_doubt() {
    use std::io::Read;
    let desk = Desk::new();
    // A server that takes the request and never answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let mut command = desk.command();
    command.args(["contacts", "create", "--email", "ada@example.test"]);
    command.envs([("DRIFT_TOKEN", "t_1"), ("DRIFT_BASE_URL", url.as_str())]);
    let child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let (mut socket, _) = listener.accept().expect("it comes");
    socket.read_exact(&mut [0; 16]).expect("the request comes");
    let sent = std::process::Command::new("kill")
        .args(["-s", "INT", &child.id().to_string()])
        .status();
    assert!(sent.expect("kill runs").success());
    let ended = ended(&child.wait_with_output().expect("it ends"));
    assert_eq!(ended.code, 3, "{}", ended.err);
    assert!(
        ended
            .err
            .contains("drift contacts find --email ada@example.test"),
        "{}",
        ended.err
    );
}

/// A create whose result cannot be shown was a create all the same.
#[cfg(target_os = "linux")]
#[test]
fn four_where_the_output_is_lost_and_what_was_done_is_said() {
    let desk = Desk::new();
    for (line, done) in [
        (
            "create --email ada@example.test",
            "Created contact 24100000019",
        ),
        ("create --email bob@example.test --json", "Created contact"),
        (
            "update 24100000019 --name Ada",
            "Updated contact 24100000019",
        ),
        ("delete 24100000019", "Deleted contact 24100000019"),
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let mut command = desk.command();
        command
            .args(["--sandbox", "contacts"])
            .args(line.split_whitespace())
            .stdout(full.expect("Linux has it"));
        let ended = ended(&command.output().expect("the binary runs"));
        assert_eq!(ended.code, 4, "{line}: {}", ended.err);
        assert!(ended.err.contains(done), "{line}: {}", ended.err);
    }
}
