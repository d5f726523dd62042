//! How an import ends: its exit codes and its summary.

use drift_emulator::{Effect, Fault};

#[cfg(unix)]
use crate::support::finish_with_input;
use crate::support::{ImportWorkspace, leads};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_end_of_an_import_has_its_exit_code() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("good.csv", &leads(3));
    workspace.file("mixed.csv", "email\nnew@example.test\nnobody\n");
    workspace.file("columns.csv", "email,Telefone\na@example.test,1\n");
    for (line, code, expected) in [
        ("contacts import good.csv", 0, ""),
        ("contacts import mixed.csv", 1, "1 row refused"),
        ("contacts import columns.csv", 2, "--map COLUMN=ATTRIBUTE"),
        ("contacts import absent.csv", 2, "absent.csv"),
        ("contacts import", 2, "FILE"),
        (
            "contacts import good.csv --on-duplicate update",
            2,
            "--replan",
        ),
        (
            "contacts import --undo good.csv.drift-journal",
            2,
            "delete 3 contacts from Drift",
        ),
        ("contacts import --undo absent --yes", 2, "absent"),
    ] {
        let finished = workspace.run(line);
        assert_eq!(finished.code, code, "{line}: {}", finished.stderr);
        assert!(
            finished.stderr.contains(expected),
            "{line}: {}",
            finished.stderr
        );
    }
    assert_eq!(workspace.contacts().await, 4);

    let refused = Fault::new(Effect::Status {
        status: 401,
        headers: std::collections::BTreeMap::new(),
        body: None,
        commit: false,
    });
    workspace.emulator.faults().add(refused).expect("a fault");
    workspace.file("other.csv", &leads(9));
    let finished = workspace.run("contacts import other.csv --offline");
    assert_eq!(finished.code, 3, "{}", finished.stderr);
    assert!(
        finished.stderr.contains("9 not reached") && finished.stderr.contains("check the token"),
        "{}",
        finished.stderr
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_summary_is_one_json_document() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(3));
    let finished = workspace.run("contacts import leads.csv --json");
    let summary: serde_json::Value = serde_json::from_str(&finished.stdout).expect("JSON");
    assert_eq!(summary["summary"]["created"], 3);
    assert_eq!(summary["journal"], "leads.csv.drift-journal");
    assert_eq!(workspace.text("leads.created.csv").lines().count(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_identical_run_says_that_there_is_nothing_to_do() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(2));
    let line = "contacts import leads.csv";
    let first = workspace.run(line);
    assert!(!first.stdout.contains("Nothing to do"), "{}", first.stdout);
    let second = workspace.run(line);
    let expected = "Nothing to do: an earlier run did all 2 rows, on 2";
    assert!(second.stdout.starts_with(expected), "{}", second.stdout);
    assert_eq!(second.code, 0);
    let json = workspace.run(&format!("{line} --json")).json();
    assert!(json["summary"]["done_before"].is_i64(), "{json}");
    assert_eq!(json["summary"]["created"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_goes_wrong_everywhere_stops_and_goes_on_later() {
    let workspace = ImportWorkspace::new().await;
    let no = Fault::new(Effect::Status {
        status: 400,
        headers: std::collections::BTreeMap::new(),
        body: None,
        commit: false,
    });
    let faults = workspace.emulator.faults();
    faults.add(no.method("POST")).expect("a fault");
    workspace.file("leads.csv", &leads(300));
    let line = "contacts import leads.csv --max-errors 10";
    let stopped = workspace.run(line);
    assert_eq!(stopped.code, 3, "{}", stopped.stderr);
    for expected in [
        "10 rows of this run were refused or ended unknown, so it stopped: 290 not reached",
        "the reasons are in the result files",
        "to continue: drift contacts import leads.csv",
    ] {
        assert!(stopped.stderr.contains(expected), "{}", stopped.stderr);
    }
    assert_eq!(workspace.text("leads.refused.csv").lines().count(), 11);
    workspace.emulator.faults().clear();
    let trial = workspace.run("contacts import leads.csv --limit 1");
    for expected in [
        "1 row was sent, the limit of this run: 289 not reached",
        "to send the others: drift contacts import leads.csv\n",
    ] {
        assert!(trial.stderr.contains(expected), "{}", trial.stderr);
    }
    let again = workspace.run(line);
    assert_eq!((again.code, workspace.contacts().await), (1, 290));
    assert_eq!(
        workspace
            .run("contacts import leads.csv --max-errors 0")
            .code,
        2
    );
}

/// The system removes what the umask forbids from every new file.
#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_are_for_their_owner_alone_whatever_the_umask() {
    use std::os::unix::fs::PermissionsExt;

    let inputs = ["leads.csv", "-"];
    for (umask, input) in ["000", "777"]
        .into_iter()
        .flat_map(|mask| inputs.map(|file| (mask, file)))
    {
        let workspace = ImportWorkspace::new().await;
        workspace.file("leads.csv", &leads(2));
        let command = workspace.command(&format!("contacts import {input}"));
        let mut limited = std::process::Command::new("/bin/sh");
        limited.args(["-c", &format!("umask {umask}; exec \"$@\""), "sh"]);
        limited
            .arg(command.get_program())
            .args(command.get_args())
            .current_dir(workspace.path());
        for (name, value) in command.get_envs() {
            limited.env(name, value.unwrap_or_default());
        }
        let finished = finish_with_input(limited, &leads(2));
        assert_eq!(finished.code, 0, "{umask}: {}", finished.stderr);
        let made = ["drift-journal", ".created.csv"].map(|end| workspace.named("", end).remove(0));
        for name in made {
            let metadata = std::fs::metadata(workspace.path().join(&name)).expect(&name);
            assert_eq!(
                metadata.permissions().mode() & 0o777,
                0o600,
                "{umask} {name}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_without_rows_leaves_no_journal() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", "email,name\n");
    for (line, expected) in [
        (
            "contacts import leads.csv --dry-run",
            "there is nothing to import",
        ),
        (
            "contacts import leads.csv",
            "Nothing to do: the file has no rows",
        ),
    ] {
        let finished = workspace.run(line);
        assert_eq!(finished.code, 0, "{}", finished.stderr);
        assert!(finished.stdout.contains(expected), "{}", finished.stdout);
        assert!(!workspace.has("leads.csv.drift-journal"), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_result_file_that_was_edited_is_kept_and_both_ways_out_are_shown() {
    let workspace = ImportWorkspace::new().await;
    workspace.file(
        "leads.csv",
        "email\nnobody\nada@example.test\nbob@example.test\n",
    );
    let finished = workspace.run("contacts import leads.csv --limit 1");
    assert_eq!(finished.code, 3, "{}", finished.stderr);
    let fixed = workspace
        .text("leads.refused.csv")
        .replace("nobody", "cyd@example.test");
    workspace.file("leads.refused.csv", &fixed);
    let finished = workspace.run("contacts import leads.csv");
    assert_eq!(finished.code, 2, "{}", finished.stderr);
    for expected in [
        "leads.refused.csv was changed since this import wrote it",
        "import your changes: drift contacts import leads.refused.csv\n",
        "then move leads.refused.csv away, and continue: drift contacts import leads.csv\n",
    ] {
        assert!(finished.stderr.contains(expected), "{}", finished.stderr);
    }
    assert_eq!(workspace.text("leads.refused.csv"), fixed);
    assert_eq!(workspace.run("contacts import leads.refused.csv").code, 0);
    assert_eq!(workspace.text("leads.refused.csv"), fixed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_corrected_is_named_by_a_later_run_and_by_an_undo() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", "email\nnobody\nada@example.test\n");
    assert_eq!(workspace.run("contacts import leads.csv").code, 1);
    let refused = workspace.text("leads.refused.csv");
    let fixed = refused.replace("nobody", "cyd@example.test");
    workspace.file("leads.refused.csv", &fixed);
    assert_eq!(workspace.run("contacts import leads.refused.csv").code, 0);

    let again = workspace.run("contacts import leads.csv");
    for expected in [
        "1 row refused, all by an earlier run",
        "leads.refused.csv was imported on its own (journal leads.refused.csv.drift-journal)",
    ] {
        assert!(again.stderr.contains(expected), "{}", again.stderr);
    }
    assert_eq!(workspace.text("leads.refused.csv"), fixed);
    let undone = workspace.run("contacts import --undo leads.csv.drift-journal --yes");
    let expected = "which this does not undo: leads.refused.csv.drift-journal";
    assert!(undone.stderr.contains(expected), "{}", undone.stderr);
    assert_eq!(workspace.contacts().await, 1);
}
