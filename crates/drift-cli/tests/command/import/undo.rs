//! `--undo`: what it deletes, and what it says before.

use crate::support::{ImportWorkspace, leads};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_deletes_the_created_contacts() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(5));
    workspace.run("contacts import leads.csv");
    let finished = workspace.run("contacts import --undo leads.csv.drift-journal --yes");
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert!(
        finished.stdout.contains("5 contacts deleted"),
        "{}",
        finished.stdout
    );
    assert_eq!(workspace.contacts().await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_undo_first_says_how_many_contacts_the_file_no_longer_holds() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(3));
    workspace.run("contacts import leads.csv");
    workspace.file("leads.csv", "email,name\nlead0@example.test,Lead 0\n");
    workspace.run("contacts import leads.csv");
    let undo = "contacts import --undo leads.csv.drift-journal";
    let expected = "deletes 3 contacts of Drift, 2 of them from earlier versions of the file";
    let finished = workspace.run(undo);
    assert!(
        finished.code == 2 && finished.stderr.contains(expected),
        "{}",
        finished.stderr
    );
    let error = workspace.run(&format!("{undo} --json")).error();
    assert_eq!(
        (&error["contacts"], &error["earlier"]),
        (&3.into(), &2.into())
    );
    let finished = workspace.run(&format!("{undo} --yes --dry-run"));
    assert!(
        finished.code == 0 && finished.stdout.contains(expected),
        "{}",
        finished.stdout
    );
    let finished = workspace.run(&format!("{undo} --dry-run --json"));
    assert_eq!(finished.json()["undoable"]["earlier"], 2);
    assert_eq!(workspace.contacts().await, 3);
    let finished = workspace.run(&format!("{undo} --yes"));
    assert!(finished.stderr.contains(expected), "{}", finished.stderr);
    assert_eq!((finished.code, workspace.contacts().await), (0, 0));
}
