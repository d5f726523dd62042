//! Bad input: exit code 2, an error that names it, and no connection is made.

use crate::support::{ConnectionCounter, Workspace, account};

/// Arguments, and a part of the error.
const CASES: [(&str, &str); 24] = [
    ("contacts create", "--email"),
    ("contacts create --email ada", "exactly one @"),
    (
        "contacts create --email ada@example.test --set plan",
        "no =",
    ),
    (
        "contacts create --email ada@example.test --set =pro",
        "no key",
    ),
    (
        "contacts create --email ada@example.test --set email=x",
        "--email",
    ),
    (
        "contacts create --email ada@example.test --set a=1 --set a=2",
        "twice",
    ),
    (
        "contacts create --email ada@example.test --set events=1",
        "Drift's own",
    ),
    (
        "contacts create --email ada@example.test --external-id 42",
        "sequence number",
    ),
    (
        "contacts create --email ada@example.test --external-id x@example.test",
        "email address",
    ),
    (
        "contacts create --email ada@example.test --derive-id 7",
        "no key",
    ),
    (
        "contacts create --email ada@example.test --random-id --derive-id 7",
        "cannot be used with",
    ),
    ("contacts get ada", "is a number"),
    ("contacts get ada@example.test", "find --email"),
    ("contacts delete 1.5", "is a number"),
    ("contacts update 1", "nothing to change"),
    ("contacts update 1 --clear email", "cannot be cleared"),
    ("contacts update --name Ada", "--by-external-id"),
    ("contacts timeline 1 --event=", "no text"),
    ("emails unsubscribe ada", "exactly one @"),
    ("privacy delete ada@example.test", "--yes"),
    ("contacts get 1 --timeout soon", "seconds"),
    (
        "contacts get 1 --sandbox --profile acme",
        "cannot be used with",
    ),
    ("contacts find", "--email"),
    ("contacts fnid --email ada@example.test", "fnid"),
];

#[test]
fn bad_input_makes_no_connection() {
    let workspace = Workspace::new();
    let counter = ConnectionCounter::start();
    let environment = account("sandbox", counter.url.as_str());
    for (line, expected) in CASES {
        let finished = workspace.run_with(line, &environment);
        assert_eq!(finished.code, 2, "{line}: {}", finished.stderr);
        assert!(
            finished.stderr.contains(expected),
            "{line}: {}",
            finished.stderr
        );
        assert_eq!(finished.stdout, "", "{line}");
        let finished = workspace.run_with(&format!("{line} --json"), &environment);
        let error = finished.error();
        assert_eq!(
            (finished.code, error["exit_code"].as_i64()),
            (2, Some(2)),
            "{line}"
        );
        let parts =
            [&error["message"], &error["next"]].map(|part| part.to_string().replace("\\\"", "\""));
        assert!(
            parts.iter().any(|part| part.contains(expected)),
            "{line}: {error}"
        );
    }
    assert_eq!(counter.connections(), 0);
}

#[test]
fn a_connection_would_have_been_counted() {
    let workspace = Workspace::new();
    let counter = ConnectionCounter::start();
    let environment = account("sandbox", counter.url.as_str());
    assert_ne!(workspace.run_with("contacts get 1", &environment).code, 0);
    assert!(counter.connections() > 0);
}

#[test]
fn invalid_base_urls() {
    let workspace = Workspace::new();
    for url in [
        "drift",
        "ftp://driftapi.com",
        "http://driftapi.com",
        "https://user:secret@driftapi.com",
    ] {
        for (line, variable) in [
            (format!("contacts get 1 --base-url {url}"), ""),
            ("contacts get 1".to_owned(), url),
        ] {
            let finished = workspace.run_with(&line, &account("t_1", variable));
            assert_eq!(finished.code, 2, "{url}: {}", finished.stderr);
            assert!(
                finished.stderr.contains("base URL"),
                "{url}: {}",
                finished.stderr
            );
        }
    }
}

#[test]
fn a_missing_token_is_reported_in_two_lines() {
    let finished = Workspace::new().run("contacts get 1");
    assert_eq!((finished.code, finished.stdout.as_str()), (2, ""));
    assert_eq!(finished.stderr.lines().count(), 2, "{}", finished.stderr);
    assert!(
        finished.stderr.contains("DRIFT_TOKEN") && finished.stderr.contains("--sandbox"),
        "{}",
        finished.stderr
    );
}

#[test]
fn databases_that_cannot_be_opened() {
    let workspace = Workspace::new();
    std::fs::write(
        workspace.path().join("notes.txt"),
        "no database, but long enough to be looked at as one".repeat(20),
    )
    .expect("a file");
    for file in ["missing/contacts.db", "notes.txt", "/"] {
        let finished = workspace.run(&format!("emulator --port 0 --db {file}"));
        assert_eq!(
            (finished.code, finished.stdout.as_str()),
            (2, ""),
            "{file}: {}",
            finished.stderr
        );
        assert!(
            finished.stderr.contains(file),
            "{file}: {}",
            finished.stderr
        );
    }
    std::fs::create_dir_all(workspace.path().join("data/drift/sandbox.db"))
        .expect("a folder in its place");
    let finished = workspace.run("--sandbox contacts get 1");
    assert_eq!(finished.code, 2);
    assert!(
        finished.stderr.contains("sandbox.db"),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_port_in_use() {
    let held = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = held.local_addr().expect("an address").port();
    let finished = Workspace::new().run(&format!("emulator --port {port}"));
    assert_eq!((finished.code, finished.stdout.as_str()), (2, ""));
    assert!(
        finished.stderr.contains(&format!("port {port}")) && finished.stderr.contains("--port"),
        "{}",
        finished.stderr
    );
}
