//! Ctrl-C during an import.

#![cfg(unix)]

use std::process::Command;

use drift_emulator::{Effect, Fault};

use crate::support::{ImportWorkspace, finished, leads};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_finishes_requests_in_flight_and_shows_how_to_go_on() {
    let workspace = ImportWorkspace::new().await;
    let slow = Fault::new(Effect::Stall {
        ms: Some(5),
        commit: false,
    });
    workspace
        .emulator
        .faults()
        .add(slow.method("POST"))
        .expect("a fault");
    workspace.file("leads.csv", &leads(2_000));
    let child = workspace
        .command("contacts import leads.csv --offline")
        .spawn()
        .expect("it starts");
    while workspace.contacts().await < 20 {
        tokio::task::yield_now().await;
    }
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(sent.success());
    let finished = finished(&child.wait_with_output().expect("its end"));
    assert_eq!(finished.code, 3, "{}", finished.stderr);
    assert!(
        finished
            .stderr
            .contains("to go on: drift contacts import leads.csv"),
        "{}",
        finished.stderr
    );
    let created = workspace.text("leads.created.csv").lines().count() as u64 - 1;
    assert_eq!(
        created,
        workspace.contacts().await,
        "requests in flight are finished, and their rows reported"
    );
    assert!(!workspace.has("leads.unknown.csv"));

    workspace.emulator.faults().clear();
    let finished = workspace.run("contacts import leads.csv --offline");
    assert_eq!(
        (finished.code, workspace.contacts().await),
        (0, 2_000),
        "{}",
        finished.stderr
    );
    assert_eq!(workspace.text("leads.created.csv").lines().count(), 2_001);
}
