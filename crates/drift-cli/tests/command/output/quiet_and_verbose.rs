//! `--quiet` and `--verbose`.

use crate::support::Workspace;

#[test]
fn quiet_leaves_the_result_and_errors() {
    let workspace = Workspace::new();
    let create = "--sandbox contacts create --email ada@example.test";
    let created = workspace.run(&format!("{create} -q"));
    assert_eq!(created.stdout, "Created contact 24100000019\n");
    assert_eq!(created.stderr, "");
    let refused = workspace.run(&format!("--quiet {create}"));
    assert!(
        refused.code == 1 && refused.stderr.starts_with("error: "),
        "{}",
        refused.stderr
    );
    let ensured = workspace.run("--sandbox contacts ensure --email ada@example.test --json -q");
    assert_eq!((ensured.code, ensured.stderr.as_str()), (0, ""), "no note");
    let event = workspace.run("--sandbox contacts timeline 24100000019 --event Paid -q");
    assert_eq!((event.code, event.stdout.as_str()), (0, ""));
    let json = workspace.run("--sandbox contacts timeline 24100000019 --event Paid -q --json");
    assert_eq!(json.json()["ok"], true);
    assert_eq!(workspace.run(&format!("{create} -q -v")).code, 2);
}

#[test]
fn verbose_writes_each_request_and_nothing_personal() {
    let workspace = Workspace::new();
    let create = "--sandbox contacts create --email ada@example.test --name Augusta";
    let created = workspace.run(&format!("{create} -v"));
    assert_eq!(created.code, 0, "{}", created.stderr);
    for part in ["contacts.create 127.0.0.1 POST 200 ", " ms)"] {
        assert!(created.stderr.contains(part), "{part}: {}", created.stderr);
    }
    let refused = workspace.run(&format!("{create} --verbose --json"));
    let mut lines = refused.stderr.lines();
    let request: serde_json::Value =
        serde_json::from_str(lines.next().expect("a line")).expect("JSON");
    assert_eq!(request["note"]["kind"], "request");
    // The error itself names the command line that looks the contact up.
    let notes = refused
        .stderr
        .lines()
        .filter(|line| line.contains("\"note\""));
    for line in notes.chain(created.stderr.lines()) {
        assert!(
            !line.contains("ada@") && !line.contains("Augusta"),
            "{line}"
        );
    }
    assert_eq!(workspace.run("--sandbox contacts attributes").stderr, "");
}
