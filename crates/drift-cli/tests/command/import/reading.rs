//! How a file is understood: said at the head, named where it is not sure.

use crate::support::ImportWorkspace;

fn write(workspace: &ImportWorkspace, name: &str, bytes: &[u8]) {
    std::fs::write(workspace.path().join(name), bytes).expect("written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_encoding_that_is_not_sure_is_refused_with_a_sample_of_each() {
    let workspace = ImportWorkspace::new().await;
    write(
        &workspace,
        "leads.csv",
        b"email,name\nann@example.test,Mu\xF1oz\n",
    );
    let finished = workspace.run("contacts import leads.csv");
    assert_eq!((finished.code, workspace.contacts().await), (2, 0));
    for said in [
        "windows-1252 reads \"Mu\u{f1}oz\"",
        "windows-1250 reads \"Mu\u{144}oz\"",
        "--encoding windows-1252",
    ] {
        assert!(finished.stderr.contains(said), "{}", finished.stderr);
    }
    let finished = workspace.run("contacts import leads.csv --encoding latin-1");
    assert_eq!((finished.code, workspace.contacts().await), (0, 1));
    let said = "CSV in windows-1252 (named), delimiter comma";
    assert!(finished.stderr.contains(said), "{}", finished.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_options_of_reading_are_used() {
    let workspace = ImportWorkspace::new().await;
    let map = "--map column_1=email --map column_2=name --map column_3=-";
    for (name, text, options, head) in [
        (
            "none.csv",
            "email,name\na@example.test,\"Ann\" Lee\n",
            "--quote none".to_owned(),
            "quotes mean nothing",
        ),
        (
            "escape.csv",
            "email,name\nb@example.test,\"Bob \\\"B\\\" Lee\"\n",
            "--escape \\".to_owned(),
            "escape \\",
        ),
        (
            "skip.csv",
            "x,email\nname,email\nCyd,c@example.test\n",
            "--skip-lines 1".to_owned(),
            "header in line 2",
        ),
        (
            "bare.csv",
            "d@example.test,Dan,0\n",
            format!("--no-header {map}"),
            "no header",
        ),
        (
            "damaged.csv",
            "email,name\ne@example.test,#REF!\n",
            "--warn-only".to_owned(),
            "header in the first line",
        ),
    ] {
        workspace.file(name, text);
        let finished = workspace.run(&format!("contacts import {name} {options}"));
        assert_eq!(finished.code, 0, "{name}: {}", finished.stderr);
        assert!(finished.stderr.contains(head), "{}", finished.stderr);
    }
    assert_eq!(workspace.contacts().await, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_with_updates_says_that_they_cannot_be_undone() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", "email,name\n,\nann@example.test,Ann\n");
    let finished = workspace.run("contacts import leads.csv --dry-run --on-duplicate update");
    for said in [
        "updates of contacts cannot be undone",
        "skipped rows of empty cells: 1",
    ] {
        assert!(finished.stdout.contains(said), "{}", finished.stdout);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_are_sent_with_a_warning_are_named() {
    let workspace = ImportWorkspace::new().await;
    let rows: String = (0..25)
        .map(|n| format!("lead{n}@example.test,#N/A\n"))
        .collect();
    workspace.file("leads.csv", &format!("email,plan\n{rows}"));
    let line = "contacts import leads.csv --unmapped attribute --warn-only";
    let finished = workspace.run(line);
    assert_eq!(
        (finished.code, workspace.contacts().await),
        (0, 25),
        "{}",
        finished.stderr
    );
    for said in [
        "leads.csv:2: warning: column \"plan\": a spreadsheet error",
        "leads.csv:21: warning",
        "5 more rows with warnings",
    ] {
        assert!(
            finished.stderr.contains(said),
            "{said}: {}",
            finished.stderr
        );
    }
    assert!(
        !finished.stderr.contains("leads.csv:22:"),
        "{}",
        finished.stderr
    );
}
