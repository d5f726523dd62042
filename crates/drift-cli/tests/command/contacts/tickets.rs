//! Tickets of creates whose outcome is unknown, and `drift contacts resolve`.

use std::path::PathBuf;

use crate::support::FaultyServer;

/// A create that loses its response, and look-ups that fail.
const LOST: &str = r#"[
    {"method": "POST", "path": "/contacts", "do": {"disconnect": {"commit": COMMIT}}},
    {"method": "GET", "path": "/contacts", "do": {"status": {"status": 500}}}
]"#;

#[test]
fn a_ticket_resolves_a_create_of_unknown_outcome_later() {
    for (commit, code) in [("true", 0), ("false", 1)] {
        let server = FaultyServer::with_faults(&LOST.replace("COMMIT", commit));
        let failed = server.run("--timeout 4 contacts create --email ada@example.test");
        assert_eq!(failed.code, 3, "{}", failed.stderr);
        let command = failed
            .stderr
            .lines()
            .find_map(|line| line.trim().strip_prefix("ask again: drift "));
        let command = command.expect("what to type").to_owned();
        let ticket = PathBuf::from(command.split_whitespace().last().expect("a file"));
        assert!(ticket.is_file());

        let server = server.recover();
        let resolved = server.run(&command);
        assert_eq!(resolved.code, code, "{}", resolved.stderr);
        assert!(!ticket.exists(), "a resolved ticket is removed");
    }
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_a_ticket() {
    use std::os::unix::fs::PermissionsExt;
    let server = FaultyServer::with_faults(&LOST.replace("COMMIT", "true"));
    let failed = server.run("--timeout 4 contacts create --email ada@example.test --json");
    let error = failed.error();
    let file = error["ticket_file"].as_str().expect("a file");
    let mode = std::fs::metadata(file)
        .expect("it is there")
        .permissions()
        .mode();
    assert_eq!(mode & 0o077, 0);
}

#[test]
fn the_json_error_of_a_create_can_be_used_as_its_ticket() {
    let server = FaultyServer::with_faults(&LOST.replace("COMMIT", "true"));
    let failed =
        server.run("--timeout 4 contacts create --email ada@example.test --random-id --json");
    assert_eq!((failed.code, failed.stdout.as_str()), (3, ""));
    assert_eq!(failed.error()["delivery"], "unknown");
    std::fs::write(server.workspace.path().join("error.json"), &failed.stderr).expect("a file");
    let server = server.recover();
    let resolved = server.run("contacts resolve error.json --json");
    assert_eq!(resolved.code, 0, "{}", resolved.stderr);
    assert_eq!(resolved.json()["attributes"]["email"], "ada@example.test");
}
