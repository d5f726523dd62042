//! `drift contacts export`.

#[cfg(unix)]
use crate::support::finished;
use crate::support::{ImportWorkspace, leads};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contacts_are_exported_by_a_list() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(3));
    workspace.run("contacts import leads.csv");
    workspace.file("emails.txt", "lead2@example.test\nlead0@example.test\n");
    let finished = workspace.run("contacts export --emails emails.txt --out out.csv");
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let text = workspace.text("out.csv");
    assert_eq!(text.lines().count(), 3);
    let ids: String = text
        .lines()
        .skip(1)
        .map(|line| format!("{}\n", line.split(',').next().unwrap_or_default()))
        .collect();
    workspace.file("ids.txt", &format!("{ids}17\n"));
    let finished = workspace.run("contacts export --ids ids.txt --format jsonl");
    assert_eq!(
        (finished.code, finished.stdout.lines().count()),
        (1, 2),
        "{}",
        finished.stderr
    );
    assert!(
        finished.stderr.contains("not found: line 3"),
        "{}",
        finished.stderr
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_line_leaves_the_others_and_a_corrected_list_replaces_the_file() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(3));
    workspace.run("contacts import leads.csv");
    let line = "contacts export --emails list.txt --out out.csv";
    workspace.file("list.txt", "nobody\n");
    let finished = workspace.run(line);
    assert_eq!(finished.code, 1, "{}", finished.stderr);
    assert!(!workspace.has("out.csv"), "no file without a contact");
    workspace.file(
        "list.txt",
        "lead0@example.test\nnobody\nlead1@example.test\n",
    );
    let finished = workspace.run(line);
    assert_eq!(finished.code, 1, "{}", finished.stderr);
    let expected = "1 line of the list is not an address";
    assert!(finished.stderr.contains(expected), "{}", finished.stderr);
    assert!(
        finished.stderr.contains("not valid: line 2"),
        "{}",
        finished.stderr
    );
    assert_eq!(workspace.text("out.csv").lines().count(), 3);
    workspace.file(
        "list.txt",
        "lead0@example.test\nlead2@example.test\nlead1@example.test\n",
    );
    let finished = workspace.run(line);
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let complete = workspace.text("out.csv");
    assert_eq!(complete.lines().count(), 4);
    // A complete file is not replaced, nor one that was changed.
    let again = workspace.run(line);
    assert!(
        again.code == 2 && again.stderr.contains("File exists"),
        "{}",
        again.stderr
    );
    std::fs::remove_file(workspace.path().join("out.csv")).expect("removed");
    workspace.file("list.txt", "nobody\nlead0@example.test\n");
    assert_eq!(workspace.run(line).code, 1);
    workspace.file("out.csv", &format!("{}edited\n", workspace.text("out.csv")));
    assert_eq!(workspace.run(line).code, 2);
    assert!(workspace.text("out.csv").ends_with("edited\n"));
    assert_eq!(workspace.named(".drift-export-", ""), [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_piped_or_a_column() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(2));
    workspace.run("contacts import leads.csv");
    let piped = workspace.piped("contacts export --emails -", "lead1@example.test\n");
    assert_eq!(
        (piped.code, piped.stdout.lines().count()),
        (0, 2),
        "{}",
        piped.stderr
    );
    let column =
        workspace.run("contacts export --ids leads.created.csv --column drift_contact_id --json");
    assert_eq!(
        (column.code, column.stdout.lines().count()),
        (0, 2),
        "{}",
        column.stderr
    );
    let piped = workspace.piped(
        "contacts export --emails - --column mail",
        "mail,x\nlead0@example.test,1\n",
    );
    assert_eq!(
        (piped.code, piped.stdout.lines().count()),
        (0, 2),
        "{}",
        piped.stderr
    );
    let wrong =
        workspace.run("contacts export --ids leads.created.csv --column nothing --out x.csv");
    assert!(
        wrong.code == 2 && wrong.stderr.contains("no column"),
        "{}",
        wrong.stderr
    );
    assert!(!workspace.has("x.csv"));
    let contradicts =
        workspace.run("contacts export --ids leads.created.csv --json --for-spreadsheets");
    assert_eq!(contradicts.code, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_is_imported_as_it_is() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(2));
    workspace.run("contacts import leads.csv");
    workspace.file("list.txt", "lead0@example.test\nlead1@example.test\n");
    workspace.run("contacts export --emails list.txt --out back.csv");
    let planned = workspace.run("contacts import back.csv --dry-run");
    assert_eq!(planned.code, 0, "{}", planned.stderr);
    assert!(
        planned.stderr.contains("This file is an export"),
        "{}",
        planned.stderr
    );
    let finished =
        workspace.run("--sandbox contacts import back.csv --journal other --results other.results");
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let found = workspace
        .run("--sandbox contacts find --email lead0@example.test --json")
        .json();
    assert!(found[0]["attributes"]["createdAt"].is_null(), "{found}");
    assert!(found[0]["attributes"]["id"].is_null(), "{found}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_leaves_nothing_of_an_export() {
    let workspace = ImportWorkspace::new().await;
    let slow = drift_emulator::Effect::Stall {
        ms: None,
        commit: false,
    };
    let faults = workspace.emulator.faults();
    faults
        .add(drift_emulator::Fault::new(slow))
        .expect("a fault");
    workspace.file("list.txt", "lead0@example.test\n");
    let line = "contacts export --emails list.txt --out out.csv";
    let child = workspace.command(line).spawn().expect("it starts");
    while workspace.named(".drift-export-", "").is_empty() {
        tokio::task::yield_now().await;
    }
    let sent = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status();
    assert!(sent.expect("kill runs").success());
    let stopped = finished(&child.wait_with_output().expect("its end"));
    assert_eq!(stopped.code, 2, "{}", stopped.stderr);
    assert_eq!(workspace.named(".drift-export-", ""), [""; 0]);
    assert!(!workspace.has("out.csv"));
}
