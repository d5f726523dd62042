//! Ctrl-C and other signals during an import.

#![cfg(unix)]

use std::io::Write;
use std::process::{Child, Command, Stdio};

use drift_emulator::{Effect, Fault};

use crate::support::{ImportWorkspace, finished, leads};

const SIGNALS: [&str; 4] = ["INT", "TERM", "HUP", "QUIT"];

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill")
        .args(["-s", signal, &child.id().to_string()])
        .status();
    assert!(sent.expect("kill runs").success());
}

async fn slow_workspace() -> ImportWorkspace {
    let workspace = ImportWorkspace::new().await;
    let slow = Fault::new(Effect::Stall {
        ms: Some(5),
        commit: false,
    });
    let faults = workspace.emulator.faults();
    faults.add(slow.method("POST")).expect("a fault");
    workspace
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_finishes_requests_in_flight_and_shows_how_to_go_on() {
    for signal in SIGNALS {
        let workspace = slow_workspace().await;
        workspace.file("leads.csv", &leads(2_000));
        let line = "contacts import leads.csv --offline";
        let child = workspace.command(line).spawn().expect("it starts");
        while workspace.contacts().await < 20 {
            tokio::task::yield_now().await;
        }
        send(signal, &child);
        let stopped = finished(&child.wait_with_output().expect("its end"));
        assert_eq!(stopped.code, 3, "{signal}: {}", stopped.stderr);
        let expected = "to continue: drift contacts import leads.csv";
        assert!(stopped.stderr.contains(expected), "{}", stopped.stderr);
        let created = workspace.text("leads.created.csv").lines().count() as u64 - 1;
        assert_eq!(
            created,
            workspace.contacts().await,
            "requests in flight are finished, and their rows reported"
        );
        assert!(!workspace.has("leads.unknown.csv"));

        workspace.emulator.faults().clear();
        let again = workspace.run(line);
        let ended = (again.code, workspace.contacts().await);
        assert_eq!(ended, (0, 2_000), "{}", again.stderr);
        assert_eq!(workspace.text("leads.created.csv").lines().count(), 2_001);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_while_planning_shows_that_nothing_was_sent_and_how_to_start_again() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(200));
    for line in [
        "contacts import leads.csv --rate 1",
        "contacts import leads.csv --rate 1 --dry-run",
    ] {
        let child = workspace.command(line).spawn().expect("it starts");
        while !workspace.has("leads.csv.drift-journal") {
            tokio::task::yield_now().await;
        }
        send("INT", &child);
        let stopped = finished(&child.wait_with_output().expect("its end"));
        assert_eq!(stopped.code, 2, "{}", stopped.stderr);
        for expected in [
            "nothing was sent to Drift",
            &format!("to start again: drift {line}\n"),
        ] {
            assert!(stopped.stderr.contains(expected), "{}", stopped.stderr);
        }
        assert!(!workspace.has("leads.csv.drift-journal"));
    }
    assert_eq!(workspace.contacts().await, 0);
}

/// As `nohup` starts it.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_that_was_ignored_from_the_start_stays_so() {
    let workspace = slow_workspace().await;
    workspace.file("leads.csv", &leads(200));
    let command = workspace.command("contacts import leads.csv --offline");
    let mut ignoring = Command::new("/bin/sh");
    ignoring.args(["-c", "trap '' HUP; exec \"$@\"", "sh"]);
    ignoring
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(workspace.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, value) in command.get_envs() {
        ignoring.env(name, value.unwrap_or_default());
    }
    let child = ignoring.spawn().expect("it starts");
    while workspace.contacts().await < 5 {
        tokio::task::yield_now().await;
    }
    send("HUP", &child);
    let ended = finished(&child.wait_with_output().expect("its end"));
    let ended = (ended.code, workspace.contacts().await);
    assert_eq!(ended, (0, 200));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_leaves_no_copy_of_piped_rows() {
    for signal in SIGNALS {
        for (rows, sends) in [(3, false), (2_000, true)] {
            let workspace = slow_workspace().await;
            let mut command = workspace.command("contacts import - --offline");
            let mut child = command.stdin(Stdio::piped()).spawn().expect("it starts");
            let mut stdin = child.stdin.take().expect("it is piped");
            stdin.write_all(leads(rows).as_bytes()).expect("written");
            // The pipe stays open: more rows may come.
            let open = (!sends).then_some(stdin);
            let is_copied = || !workspace.named("stdin-", ".drift-input").is_empty();
            while !is_copied() || sends && workspace.contacts().await < 20 {
                tokio::task::yield_now().await;
            }
            send(signal, &child);
            let stopped = finished(&child.wait_with_output().expect("its end"));
            drop(open);
            let code = if sends { 3 } else { 2 };
            assert_eq!(stopped.code, code, "{signal}: {}", stopped.stderr);
            assert!(!is_copied(), "{signal} {rows}");
            workspace.emulator.faults().clear();
            let again = workspace.piped("contacts import - --offline", &leads(rows));
            let ended = (again.code, workspace.contacts().await);
            assert_eq!(ended, (0, rows as u64), "{}", again.stderr);
        }
    }
}
