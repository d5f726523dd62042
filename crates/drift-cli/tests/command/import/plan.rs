//! `--dry-run`, and options that differ from the planned ones.

use crate::support::{ImportWorkspace, leads};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_shows_the_plan_and_writes_nothing() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", "email,name\nada@example.test,Ada\nbob,Bob\n");
    let finished = workspace.run("contacts import leads.csv --dry-run");
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let lines: Vec<&str> = finished.stdout.lines().collect();
    assert_eq!(lines[0], "leads.csv:2: create");
    assert_eq!(
        lines[1],
        "leads.csv:3: refuse: column \"email\": the email address needs exactly one @"
    );
    assert!(lines[2].starts_with("2 rows: 1 to create"));
    assert_eq!(workspace.contacts().await, 0);

    let finished = workspace.run("contacts import leads.csv --dry-run --json");
    let lines: Vec<serde_json::Value> = finished
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(
        (&lines[0]["verdict"], &lines[0]["line"]),
        (&"create".into(), &2.into())
    );
    assert_eq!(lines[2]["plan"]["refuse"], 1);
    assert!(
        !finished.stdout.contains("bob"),
        "no value of the file is repeated"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_option_that_differs_from_the_planned_one_is_named() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(1));
    let plan = "contacts import leads.csv --dry-run --offline";
    assert_eq!(workspace.run(plan).code, 0);
    let finished = workspace.run("contacts import leads.csv");
    assert_eq!((finished.code, workspace.contacts().await), (2, 0));
    let expected = "the options are not those that were planned (offline)";
    assert!(finished.stderr.contains(expected), "{}", finished.stderr);
}
