//! Imports that break off: exit code 2 only where nothing was sent, and the same command goes on from all others.

#![cfg(unix)]

use std::process::{Command, Stdio};

use drift_emulator::{Effect, Fault};

use crate::desk::ended;
use crate::import::{Bench, leads};

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_that_takes_no_results_is_found_before_anything_is_sent() {
    let bench = Bench::new().await;
    bench.file("leads.csv", &leads(3));
    let ended = bench.run("contacts import leads.csv --results /proc");
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("/proc"), "{}", ended.err);
    assert_eq!(bench.contacts().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn results_that_cannot_be_written_after_all_was_sent_are_another_failure() {
    let bench = Bench::new().await;
    let slow = Effect::Stall {
        ms: Some(5),
        commit: true,
    };
    let faults = bench.emulator.faults();
    faults
        .add(Fault::new(slow).method("POST").path("/contacts"))
        .expect("a fault");
    bench.file("leads.csv", &leads(500));
    let line = "contacts import leads.csv --results out --offline";
    let child = bench.command(line).spawn().expect("it starts");
    while bench.contacts().await < 1 {
        tokio::task::yield_now().await;
    }
    std::fs::remove_dir(bench.desk.path().join("out")).expect("removed");
    let broken = ended(&child.wait_with_output().expect("its end"));
    assert_eq!(broken.code, 4, "{}", broken.err);
    assert!(broken.err.contains("500 were done"), "{}", broken.err);
    let again = bench.run(line);
    assert_eq!(
        (again.code, bench.contacts().await),
        (0, 500),
        "{}",
        again.err
    );
    assert_eq!(bench.text("out/leads.created.csv").lines().count(), 501);
}

/// The limit on the size of files stands for a disk that is full.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_disk_is_full_under_way_some_rows_are_unknown() {
    let bench = Bench::new().await;
    bench.file("leads.csv", &leads(3_000));
    let line = "contacts import leads.csv --offline";
    assert_eq!(bench.run(&format!("{line} --dry-run")).code, 0);
    let journal = bench.desk.path().join("leads.csv.drift-journal");
    let planned = std::fs::metadata(journal).expect("a journal").len();

    let command = bench.command(line);
    let program = command.get_program().to_owned();
    // In blocks of 512 bytes: the log beside the journal grows as large as the journal is now, and no larger.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", planned / 512);
    let mut limited = Command::new("/bin/sh");
    limited.args(["-c", &script, "sh"]).arg(program);
    limited
        .args(command.get_args())
        .current_dir(bench.desk.path());
    for (name, value) in command.get_envs() {
        limited.env(name, value.unwrap_or_default());
    }
    let output = limited.stdin(Stdio::null()).output().expect("it runs");
    let broken = ended(&output);
    let sent = bench.contacts().await;
    assert!(sent > 0 && sent < 3_000, "{sent}: {}", broken.err);
    assert_eq!(broken.code, 3, "{}", broken.err);
    assert!(
        broken.err.contains("leads.csv.drift-journal"),
        "{}",
        broken.err
    );

    let again = bench.run(line);
    assert_eq!(
        (again.code, bench.contacts().await),
        (0, 3_000),
        "{}",
        again.err
    );
}
