//! Tickets of creates whose outcome is unknown, and `drift contacts resolve`.

#[cfg(unix)]
use std::path::Path;
use std::path::PathBuf;

#[cfg(unix)]
use drift_emulator::{Effect, Fault};

use crate::support::FaultyServer;
#[cfg(unix)]
use crate::support::{ImportWorkspace, finished};

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

/// The request is dropped with the command, and may have been executed.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_during_a_create_leaves_a_ticket() {
    for (signal, line, commit, code) in [
        ("INT", "contacts create", true, 0),
        ("INT", "contacts create", false, 1),
        ("TERM", "contacts ensure", true, 0),
        ("TERM", "contacts upsert", false, 1),
    ] {
        let workspace = ImportWorkspace::new().await;
        let faults = workspace.emulator.faults();
        let stalled = Fault::new(Effect::Stall { ms: None, commit });
        faults.add(stalled.method("POST")).expect("a fault");
        let line = format!("--json {line} --email ada@example.test --random-id");
        let child = workspace.command(&line).spawn().expect("it starts");
        while faults.log().is_empty() || workspace.contacts().await != u64::from(commit) {
            tokio::task::yield_now().await;
        }
        let sent = std::process::Command::new("kill")
            .args(["-s", signal, &child.id().to_string()])
            .status();
        assert!(sent.expect("kill runs").success());
        let stopped = finished(&child.wait_with_output().expect("its end"));
        assert_eq!(stopped.code, 3, "{line}: {}", stopped.stderr);
        let error = stopped.error();
        assert_eq!(error["kind"], "interrupted", "{line}");
        assert_eq!(error["ticket"]["email"], "ada@example.test");
        let file = error["ticket_file"].as_str().expect("a file");
        assert!(Path::new(file).is_file());

        faults.clear();
        let resolved = workspace.run(&format!("contacts resolve {file}"));
        assert_eq!(resolved.code, code, "{line}: {}", resolved.stderr);
        // Its id is random and was sent once, which proves whose the contact is.
        let created = resolved.stdout.contains("Created contact");
        assert_eq!(created, commit, "{}", resolved.stdout);
    }
}

/// Neither a create nor a look-up gets through with a token that is refused.
#[test]
fn a_token_that_is_refused_in_doubt_is_named() {
    const EXPIRED: &str = r#"[
        {"method": "POST", "path": "/contacts", "times": 1, "do": {"disconnect": {"commit": true}}},
        {"path": "/contacts", "do": {"status": {"status": 401}}}
    ]"#;
    let server = FaultyServer::with_faults(EXPIRED);
    let failed = server.run("--timeout 4 contacts create --email ada@example.test");
    assert_eq!(failed.code, 3, "{}", failed.stderr);
    for named in ["ask again: drift", "check the token", "status 401"] {
        assert!(failed.stderr.contains(named), "{}", failed.stderr);
    }
}
