//! Bad input: exit code 2, a sentence that names it, and nobody on the network hears of it.

use crate::desk::{Desk, Gate};

/// What is typed, and a part of what is said about it.
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
fn bad_input_reaches_no_network() {
    let desk = Desk::new();
    let gate = Gate::open();
    let environment = [
        ("DRIFT_TOKEN", "sandbox"),
        ("DRIFT_BASE_URL", gate.url.as_str()),
    ];
    for (line, said) in CASES {
        let ended = desk.run_with(line, &environment);
        assert_eq!(ended.code, 2, "{line}: {}", ended.err);
        assert!(ended.err.contains(said), "{line}: {}", ended.err);
        assert_eq!(ended.out, "", "{line}");
        let ended = desk.run_with(&format!("{line} --json"), &environment);
        let error = ended.error();
        assert_eq!(
            (ended.code, error["exit_code"].as_i64()),
            (2, Some(2)),
            "{line}"
        );
        let told =
            [&error["message"], &error["next"]].map(|part| part.to_string().replace("\\\"", "\""));
        assert!(
            told.iter().any(|part| part.contains(said)),
            "{line}: {error}"
        );
    }
    assert_eq!(gate.visits(), 0);
}

#[test]
fn the_gate_counts() {
    let desk = Desk::new();
    let gate = Gate::open();
    let environment = [
        ("DRIFT_TOKEN", "sandbox"),
        ("DRIFT_BASE_URL", gate.url.as_str()),
    ];
    assert_ne!(desk.run_with("contacts get 1", &environment).code, 0);
    assert!(gate.visits() > 0);
}

#[test]
fn base_urls_that_are_none() {
    let desk = Desk::new();
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
            let ended = desk.run_with(
                &line,
                &[("DRIFT_TOKEN", "t_1"), ("DRIFT_BASE_URL", variable)],
            );
            assert_eq!(ended.code, 2, "{url}: {}", ended.err);
            assert!(ended.err.contains("base URL"), "{url}: {}", ended.err);
        }
    }
}

#[test]
fn no_token_is_told_in_two_lines() {
    let ended = Desk::new().run("contacts get 1");
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    assert_eq!(ended.err.lines().count(), 2, "{}", ended.err);
    assert!(
        ended.err.contains("DRIFT_TOKEN") && ended.err.contains("--sandbox"),
        "{}",
        ended.err
    );
}

#[test]
fn databases_that_cannot_be_opened() {
    let desk = Desk::new();
    std::fs::write(
        desk.path().join("notes.txt"),
        "no database, but long enough to be looked at as one".repeat(20),
    )
    .expect("a file");
    for file in ["missing/contacts.db", "notes.txt", "/"] {
        let ended = desk.run(&format!("emulator --port 0 --db {file}"));
        assert_eq!(
            (ended.code, ended.out.as_str()),
            (2, ""),
            "{file}: {}",
            ended.err
        );
        assert!(ended.err.contains(file), "{file}: {}", ended.err);
    }
    std::fs::create_dir_all(desk.path().join("data/drift/sandbox.db"))
        .expect("a folder in its place");
    let ended = desk.run("--sandbox contacts get 1");
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("sandbox.db"), "{}", ended.err);
}

#[test]
fn a_port_in_use() {
    let held = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = held.local_addr().expect("an address").port();
    let ended = Desk::new().run(&format!("emulator --port {port}"));
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    assert!(
        ended.err.contains(&format!("port {port}")) && ended.err.contains("--port"),
        "{}",
        ended.err
    );
}
