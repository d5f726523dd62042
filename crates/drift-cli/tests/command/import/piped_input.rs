//! Rows that are piped: standard input and named pipes.

#[cfg(unix)]
use std::process::Command;

#[cfg(unix)]
use crate::support::finished;
use crate::support::{ImportWorkspace, leads};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn standard_input_is_imported_and_its_copy_removed() {
    let workspace = ImportWorkspace::new().await;
    let finished = workspace.piped("contacts import -", &leads(4));
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert_eq!(workspace.contacts().await, 4);
    assert_eq!(workspace.named("stdin-", ".created.csv").len(), 1);
    assert!(workspace.named("", ".drift-input").is_empty());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_named_pipe_is_imported_like_standard_input() {
    let workspace = ImportWorkspace::new().await;
    let pipe = workspace.path().join("pipe.csv");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo runs").success());
    let child = workspace.command("contacts import pipe.csv").spawn();
    std::fs::write(&pipe, leads(4)).expect("written");
    let output = child.expect("it starts").wait_with_output();
    let finished = finished(&output.expect("its end"));
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert_eq!(workspace.contacts().await, 4);
    assert_eq!(workspace.named("stdin-", ".created.csv").len(), 1);
    assert!(workspace.named("", ".drift-input").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_content_of_piped_rows_decides_which_import_goes_on() {
    let workspace = ImportWorkspace::new().await;
    let (january, february) = (leads(4), "email\nnew@example.test\n");
    for _ in 0..2 {
        let finished = workspace.piped("contacts import - --json", &january);
        assert_eq!(
            finished.json()["summary"]["created"],
            4,
            "{}",
            finished.stderr
        );
    }
    assert_eq!(workspace.piped("contacts import -", february).code, 0);
    let journals = workspace.named("stdin-", ".drift-journal");
    assert_eq!(journals.len(), 2, "{journals:?}");
    let created = workspace.named("stdin-", ".created.csv");
    let small = created
        .iter()
        .find(|name| workspace.text(name).contains("new@"));
    let small = small
        .expect("a result")
        .replace(".created.csv", ".drift-input.drift-journal");
    let finished = workspace.run(&format!("contacts import --undo {small} --yes"));
    assert!(
        finished.stdout.contains("1 contact deleted"),
        "{}",
        finished.stderr
    );
    assert_eq!(workspace.contacts().await, 4);

    // A journal of its own name is one for whatever is piped.
    for rows in [january.as_str(), february] {
        let finished = workspace.piped("contacts import - --journal kept", rows);
        assert_eq!(finished.code, 0, "{}", finished.stderr);
    }
    let finished = workspace.run("contacts import --undo kept --dry-run");
    assert!(
        finished
            .stdout
            .contains("An undo will delete 1 contact from Drift."),
        "{}",
        finished.stdout
    );
}
