//! How an import ends: its exit codes and its summary.

use drift_emulator::{Effect, Fault};

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
            "deletes 3 contacts",
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
    assert_eq!(finished.code, 2, "{}", finished.stderr);
    assert!(
        finished.stderr.contains("nothing could be done"),
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
