//! `drift contacts create`, `find` and `get`, against the sandbox and against `drift emulator`.

use crate::support::{EmulatorProcess, ImportWorkspace, Workspace, account};

const FIRST_ID: &str = "r_5d0c2a9e7b134f68";
const SECOND_ID: &str = "r_e81b6f30c9a2d475";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_up_that_was_cut_says_so() {
    let workspace = ImportWorkspace::new().await;
    let rows = |count: usize| {
        let row = |n| format!("a@example.test,r_{n:0>32}\n");
        format!(
            "email,externalId\n{}",
            (0..count).map(row).collect::<String>()
        )
    };
    workspace.file("list.txt", "a@example.test\n");
    for (count, said) in [(99, false), (101, true)] {
        workspace.file("leads.csv", &rows(count));
        let options = "--second-contact create --allow-guessable-ids --replan";
        let imported = workspace.run(&format!("contacts import leads.csv {options}"));
        assert_eq!(imported.code, 0, "{}", imported.stderr);
        let found = workspace.run("contacts find --email a@example.test --json");
        assert_eq!(found.code, 0, "{}", found.stderr);
        assert_eq!(found.json().as_array().map(Vec::len), Some(count.min(100)));
        assert_eq!(
            found.stderr.contains("at most 100 contacts"),
            said,
            "{}",
            found.stderr
        );
        let exported = workspace.run("contacts export --emails list.txt");
        assert_eq!(exported.code, i32::from(said), "{}", exported.stderr);
        let words = "there may be more contacts for 1 line of the list";
        assert_eq!(exported.stderr.contains(words), said, "{}", exported.stderr);
    }
}

fn four_calls(workspace: &Workspace, line: &str, environment: &[(&str, &str)]) {
    let call = |arguments: String| {
        workspace.run_with(&format!("{line} contacts {arguments}"), environment)
    };
    let created =
        call("create --email a+b@example.test --name Ada --set seats=12 --json".to_owned());
    assert_eq!(created.code, 0, "{}", created.stderr);
    let contact = created.json();
    assert_eq!(contact["attributes"]["seats"], 12);
    assert!(
        contact["attributes"]["_END_USER_VERSION"].is_i64(),
        "Drift's own keys are kept"
    );

    // An address is read as in a file: what surely is not its own is removed.
    let again = call("create --email mailto:a+b@example.test; --json".to_owned());
    assert_eq!(
        (again.code, again.error()["kind"].as_str()),
        (1, Some("duplicate_email"))
    );

    for id in [FIRST_ID, SECOND_ID] {
        let with_id = call(format!(
            "create --email a+b@example.test --external-id {id}"
        ));
        assert_eq!(with_id.code, 0, "{}", with_id.stderr);
    }
    let twice = call(format!(
        "create --email other@example.test --external-id {FIRST_ID} --json"
    ));
    assert_eq!(
        (twice.code, twice.error()["kind"].as_str()),
        (1, Some("duplicate_external_id"))
    );

    let found = call("find --email a+b@example.test --json".to_owned()).json();
    assert_eq!(found.as_array().map(Vec::len), Some(3));
    let by_id = call(format!("find --external-id {SECOND_ID} --json")).json();
    assert_eq!(by_id[0]["attributes"]["externalId"], SECOND_ID);
    let got = call(format!("get {} --json", contact["id"])).json();
    assert_eq!(got["id"], contact["id"]);
}

#[test]
fn the_four_calls_against_the_sandbox() {
    let workspace = Workspace::new();
    four_calls(&workspace, "--sandbox", &[]);
    assert!(workspace.path().join("data/drift/sandbox.db").is_file());
}

#[test]
fn the_four_calls_against_the_emulator() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "--db contacts.db");
    four_calls(&workspace, "", &account("sandbox", &emulator.url));
}

#[test]
fn a_create_says_where_to_look() {
    let workspace = Workspace::new();
    let created = workspace.run("--sandbox contacts create --email ada@example.test");
    let see = created
        .stdout
        .lines()
        .last()
        .and_then(|line| line.trim().strip_prefix("see it: drift "));
    let shown = workspace.run(see.expect("a command"));
    assert!(
        shown.stdout.contains("ada@example.test"),
        "{}",
        shown.stdout
    );

    let emulator = EmulatorProcess::start(&workspace, "");
    let environment = account("sandbox", emulator.url.as_str());
    let created = workspace.run_with("contacts create --email ada@example.test", &environment);
    assert!(
        created.stdout.contains(&format!(
            "open it in a browser: {}/contacts/details/",
            emulator.url
        )),
        "{}",
        created.stdout
    );
}
