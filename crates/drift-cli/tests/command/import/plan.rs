//! `--dry-run`, and options that differ from the planned ones.

use crate::support::{ImportWorkspace, leads};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_shows_the_plan_and_writes_nothing() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", "email,name\nada@example.test,Ada\nbob,Bob\n");
    let finished = workspace.run("contacts import leads.csv --dry-run");
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    let lines: Vec<&str> = finished.stdout.lines().collect();
    assert_eq!(
        lines[0],
        "leads.csv: CSV in UTF-8 (sure: all is ASCII), delimiter comma, quote \", header in the first line"
    );
    assert_eq!(
        lines[1..3],
        [
            "  \"email\" is email (STRING)",
            "  \"name\" is name (STRING)"
        ]
    );
    assert_eq!(lines[3], "leads.csv:2: create");
    assert_eq!(
        lines[4],
        "leads.csv:3: refuse: column \"email\": the email address needs exactly one @"
    );
    assert!(lines[5].starts_with("2 rows: 1 to create"));
    assert_eq!(workspace.contacts().await, 0);

    let finished = workspace.run("contacts import leads.csv --dry-run --json");
    let lines: Vec<serde_json::Value> = finished
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let reading = &lines[0]["reading"];
    assert_eq!(
        (&reading["encoding"], &reading["encoding_proof"]),
        (&"UTF-8".into(), &"ascii".into())
    );
    assert_eq!(reading["columns"][1]["attribute"], "name");
    assert_eq!(
        (&lines[1]["verdict"], &lines[1]["line"]),
        (&"create".into(), &2.into())
    );
    assert_eq!(lines[3]["plan"]["refuse"], 1);
    assert!(
        !finished.stdout.contains("bob"),
        "no value of the file is repeated"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_option_that_differs_from_the_planned_one_is_named() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(1));
    assert_eq!(workspace.run("contacts import leads.csv --offline").code, 0);
    let finished = workspace.run("contacts import leads.csv");
    assert_eq!((finished.code, workspace.contacts().await), (2, 1));
    let expected = "the options differ from those of the plan (offline)";
    assert!(finished.stderr.contains(expected), "{}", finished.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_binds_nobody_to_its_options() {
    let workspace = ImportWorkspace::new().await;
    workspace.file("leads.csv", &leads(1));
    let plan = "contacts import leads.csv --dry-run --offline";
    assert_eq!(workspace.run(plan).code, 0);
    let finished = workspace.run("contacts import leads.csv --on-duplicate update");
    assert_eq!((finished.code, workspace.contacts().await), (0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dry_run_of_a_pipe_leaves_nothing() {
    let workspace = ImportWorkspace::new().await;
    for (line, rows, code) in [
        ("contacts import - --dry-run", leads(2), 0),
        ("contacts import - --dry-run --journal kept", leads(2), 0),
        (
            "contacts import - --dry-run",
            "email,size\na@example.test,4\n".to_owned(),
            2,
        ),
    ] {
        let finished = workspace.piped(line, &rows);
        assert_eq!(finished.code, code, "{}", finished.stderr);
        assert_eq!(workspace.named("", ""), [""; 0], "{line}");
    }
    // What was imported stays.
    assert_eq!(workspace.piped("contacts import -", &leads(2)).code, 0);
    let before = workspace.named("stdin-", "").len();
    assert_eq!(
        workspace
            .piped("contacts import - --dry-run", &leads(2))
            .code,
        0
    );
    assert_eq!((workspace.named("stdin-", "").len(), before), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stamp_that_is_used_otherwise_is_refused_at_once() {
    let workspace = ImportWorkspace::new().await;
    for name in ["email", "start_date", "drift_line"] {
        let finished = workspace.run(&format!("contacts import absent.csv --stamp {name}"));
        assert_eq!(finished.code, 2, "{}", finished.stderr);
        let expected = format!("the stamp {name:?}");
        assert!(finished.stderr.contains(&expected), "{}", finished.stderr);
    }
}
