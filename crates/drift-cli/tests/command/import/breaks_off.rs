//! Imports that break off: exit code 2 only where nothing was sent, and the same command goes on from all others.

#![cfg(unix)]

use std::process::{Command, Stdio};

use drift_emulator::{Effect, Fault};

use crate::support::{ImportWorkspace, finished, leads};

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_results_folder_that_cannot_be_written_is_found_before_anything_is_sent() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(3));
    let finished = workspace.run("contacts import leads.csv --results /proc");
    assert_eq!(finished.code, 2, "{}", finished.stderr);
    assert!(finished.stderr.contains("/proc"), "{}", finished.stderr);
    assert_eq!(workspace.contacts().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn results_that_cannot_be_written_after_the_commit_give_exit_code_4() {
    let workspace = ImportWorkspace::new().await;
    let slow = Effect::Stall {
        ms: Some(5),
        commit: true,
    };
    let faults = workspace.emulator.faults();
    faults
        .add(Fault::new(slow).method("POST").path("/contacts"))
        .expect("a fault");
    workspace.file("leads.csv", &leads(500));
    let line = "contacts import leads.csv --results out --offline";
    let child = workspace.command(line).spawn().expect("it starts");
    while workspace.contacts().await < 1 {
        tokio::task::yield_now().await;
    }
    std::fs::remove_dir(workspace.path().join("out")).expect("removed");
    let broken = finished(&child.wait_with_output().expect("its end"));
    assert_eq!(broken.code, 4, "{}", broken.stderr);
    assert!(broken.stderr.contains("500 were done"), "{}", broken.stderr);
    let again = workspace.run(line);
    assert_eq!(
        (again.code, workspace.contacts().await),
        (0, 500),
        "{}",
        again.stderr
    );
    assert_eq!(workspace.text("out/leads.created.csv").lines().count(), 501);
}

/// A limit on the size of files simulates a full disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_fills_up_during_the_commit_leaves_rows_unknown() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(3_000));
    let line = "contacts import leads.csv --offline";
    assert_eq!(workspace.run(&format!("{line} --dry-run")).code, 0);
    let journal = workspace.path().join("leads.csv.drift-journal");
    let planned = std::fs::metadata(journal).expect("a journal").len();

    let command = workspace.command(line);
    let program = command.get_program().to_owned();
    // In blocks of 512 bytes: the log beside the journal grows as large as the journal is now, and no larger.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", planned / 512);
    let mut limited = Command::new("/bin/sh");
    limited.args(["-c", &script, "sh"]).arg(program);
    limited
        .args(command.get_args())
        .current_dir(workspace.path());
    for (name, value) in command.get_envs() {
        limited.env(name, value.unwrap_or_default());
    }
    let output = limited.stdin(Stdio::null()).output().expect("it runs");
    let broken = finished(&output);
    let sent = workspace.contacts().await;
    assert!(sent > 0 && sent < 3_000, "{sent}: {}", broken.stderr);
    assert_eq!(broken.code, 3, "{}", broken.stderr);
    assert!(
        broken.stderr.contains("leads.csv.drift-journal"),
        "{}",
        broken.stderr
    );

    let again = workspace.run(line);
    assert_eq!(
        (again.code, workspace.contacts().await),
        (0, 3_000),
        "{}",
        again.stderr
    );
}
