//! `--suppress`: a do-not-contact list.

use crate::support::{ImportWorkspace, leads};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_on_the_list_are_refused() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(3));
    workspace.file("list.txt", "lead1@example.test\n");
    let finished = workspace.run("contacts import leads.csv --suppress list.txt");
    assert_eq!(
        (finished.code, workspace.contacts().await),
        (1, 2),
        "{}",
        finished.stderr
    );
    assert!(
        workspace
            .text("leads.refused.csv")
            .contains("do-not-contact")
    );

    workspace.file(
        "list.txt",
        "lead1@example.test\nlead2@example.test,unsubscribed\n",
    );
    let finished = workspace.run("contacts import leads.csv --replan --suppress list.txt");
    assert_eq!((finished.code, workspace.contacts().await), (2, 2));
    assert!(
        finished.stderr.contains("list.txt, line 2: "),
        "{}",
        finished.stderr
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_list_gives_a_note() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(1));
    workspace.file("list.txt", "# who unsubscribed\n");
    let finished = workspace.run("contacts import leads.csv --suppress list.txt");
    let noted = finished.stderr.contains("list is empty");
    assert_eq!((finished.code, noted), (0, true), "{}", finished.stderr);
}
