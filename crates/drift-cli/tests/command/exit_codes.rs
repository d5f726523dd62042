//! Every documented exit code, produced by faults.

use serde_json::Value;

use crate::support::{FaultyServer, Workspace, account, finished};

/// Faults, a command, its exit code, and the kind of its error.
const CASES: [(&str, &str, i32, &str); 12] = [
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
    (
        r#"[{"method": "POST", "nth": 1, "do": {"status": {"status": 401, "body": ""}}}]"#,
        "contacts create --email ada@example.test",
        1,
        "unauthorized",
    ),
    (
        r#"[{"method": "POST", "nth": 1, "do": {"status": {"status": 403, "body": "<html>No</html>"}}}]"#,
        "contacts create --email ada@example.test",
        3,
        "forbidden",
    ),
    (
        r#"[{"method": "POST", "nth": 1, "do": {"status": {"status": 413, "body": ""}}}]"#,
        "contacts create --email ada@example.test",
        1,
        "invalid_request",
    ),
    (
        r#"[{"method": "DELETE", "nth": 1, "do": {"status": {"status": 404, "body": "<html>No</html>"}}}]"#,
        "contacts delete 1 --yes",
        4,
        "not_drift",
    ),
    (
        r#"[{"do": {"status": {"status": 429, "headers": {"retry-after": "99999999999999999999"}}}}]"#,
        "contacts get 1",
        4,
        "rate_limited",
    ),
];

/// A second request would have created the contact.
#[test]
fn a_token_that_a_gateway_refuses_is_named_after_one_request() {
    let gateway =
        r#"[{"method": "POST", "nth": 1, "do": {"status": {"status": 401, "body": ""}}}]"#;
    let server = FaultyServer::with_faults(gateway);
    let finished = server.run("contacts create --email ada@example.test");
    assert_eq!(finished.code, 1, "{}", finished.stderr);
    assert!(
        finished.stderr.contains("check which token"),
        "{}",
        finished.stderr
    );
    let found = server.run("contacts find --email ada@example.test --json");
    assert_eq!(found.json().as_array().map(Vec::len), Some(0));
}

#[test]
fn a_long_wait_is_shown_in_units_of_people() {
    for (seconds, shown) in [
        ("600", "try again in 10 min"),
        ("99999999999999999999", "try again in 365 days"),
    ] {
        let headers = format!(r#"{{"retry-after": "{seconds}"}}"#);
        let faults =
            format!(r#"[{{"do": {{"status": {{"status": 429, "headers": {headers}}}}}}}]"#);
        let finished = FaultyServer::with_faults(&faults).run("contacts get 1");
        assert!(finished.stderr.contains(shown), "{}", finished.stderr);
    }
}

#[test]
fn each_failure_has_its_exit_code() {
    for (faults, line, code, kind) in CASES {
        let server = FaultyServer::with_faults(faults);
        let finished = server.run(&format!("--json {line}"));
        let error = finished.error();
        assert_eq!(
            (finished.code, error["kind"].as_str()),
            (code, Some(kind)),
            "{line}: {error}"
        );
        assert_eq!(error["exit_code"], code);
    }
}

#[test]
fn four_where_no_server_responds() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let environment = [("DRIFT_TOKEN", "t_1")];
    let line = format!(
        "--timeout 1 --json --base-url http://127.0.0.1:{port} contacts create --email ada@example.test"
    );
    let finished = Workspace::new().run_with(&line, &environment);
    assert_eq!(
        (finished.code, finished.error()["delivery"].as_str()),
        (4, Some("not_sent")),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_create_whose_response_was_lost_is_recovered_with_a_note() {
    let fault = r#"[{"method": "POST", "path": "/contacts", "nth": 1, "do": {"disconnect": {"commit": true}}}]"#;
    let server = FaultyServer::with_faults(fault);
    let created = server.run("contacts create --email ada@example.test --random-id --json");
    assert_eq!(created.code, 0, "{}", created.stderr);
    let note: Value = serde_json::from_str(&created.stderr).expect("a note");
    assert_eq!(note["note"]["kind"], "recovered");
    assert_eq!(
        server
            .run("contacts find --email ada@example.test --json")
            .json()
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn zero_when_the_reader_of_the_output_has_gone() {
    let workspace = Workspace::new();
    for line in [
        "--help",
        "identity random",
        "--sandbox token info",
        "completions zsh",
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let mut command = workspace.command();
        let output = command
            .args(line.split_whitespace())
            .stdout(writer)
            .stderr(std::process::Stdio::piped())
            .output();
        let finished = finished(&output.expect("the binary runs"));
        assert_eq!((finished.code, finished.stderr.as_str()), (0, ""), "{line}");
    }
}

#[cfg(unix)]
#[test]
fn three_for_a_create_that_ctrl_c_interrupts() {
    use std::io::Read;
    let workspace = Workspace::new();
    // A server that takes the request and never answers.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let mut command = workspace.command();
    command.args(["contacts", "create", "--email", "ada@example.test"]);
    command.envs(account("t_1", url.as_str()));
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
    let finished = finished(&child.wait_with_output().expect("it ends"));
    assert_eq!(finished.code, 3, "{}", finished.stderr);
    assert!(
        finished
            .stderr
            .contains("drift contacts find --email ada@example.test"),
        "{}",
        finished.stderr
    );
}

/// The contact was created although its result cannot be shown, so the error says so.
#[cfg(target_os = "linux")]
#[test]
fn four_where_the_output_cannot_be_written_and_the_error_says_what_was_done() {
    let workspace = Workspace::new();
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
        ("delete 24100000019 --yes", "Deleted contact 24100000019"),
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let mut command = workspace.command();
        command
            .args(["--sandbox", "contacts"])
            .args(line.split_whitespace())
            .stdout(full.expect("Linux has it"));
        let finished = finished(&command.output().expect("the binary runs"));
        assert_eq!(finished.code, 4, "{line}: {}", finished.stderr);
        assert!(
            finished.stderr.contains(done),
            "{line}: {}",
            finished.stderr
        );
    }
}
