//! The four calls that the first version is judged by, against the sandbox and against `drift emulator`.

use std::process::Stdio;

use crate::desk::{Desk, Gate, Served};

const FIRST_ID: &str = "r_5d0c2a9e7b134f68";
const SECOND_ID: &str = "r_e81b6f30c9a2d475";

fn four_calls(desk: &Desk, line: &str, environment: &[(&str, &str)]) {
    let call =
        |arguments: String| desk.run_with(&format!("{line} contacts {arguments}"), environment);
    let created =
        call("create --email a+b@example.test --name Ada --set seats=12 --json".to_owned());
    assert_eq!(created.code, 0, "{}", created.err);
    let contact = created.json();
    assert_eq!(contact["attributes"]["seats"], 12);
    assert!(
        contact["attributes"]["_END_USER_VERSION"].is_i64(),
        "Drift's own keys are kept"
    );

    let again = call("create --email a+b@example.test --json".to_owned());
    assert_eq!(
        (again.code, again.error()["kind"].as_str()),
        (1, Some("duplicate_email"))
    );

    for id in [FIRST_ID, SECOND_ID] {
        let with_id = call(format!(
            "create --email a+b@example.test --external-id {id}"
        ));
        assert_eq!(with_id.code, 0, "{}", with_id.err);
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
    let desk = Desk::new();
    four_calls(&desk, "--sandbox", &[]);
    assert!(desk.path().join("data/drift/sandbox.db").is_file());
}

#[test]
fn the_four_calls_against_the_emulator() {
    let desk = Desk::new();
    let served = Served::start(&desk, "--db contacts.db");
    four_calls(
        &desk,
        "",
        &[("DRIFT_TOKEN", "sandbox"), ("DRIFT_BASE_URL", &served.url)],
    );
}

#[test]
fn a_create_says_where_to_look() {
    let desk = Desk::new();
    let created = desk.run("--sandbox contacts create --email ada@example.test");
    let see = created
        .out
        .lines()
        .last()
        .and_then(|line| line.trim().strip_prefix("see it: drift "));
    let shown = desk.run(see.expect("a command"));
    assert!(shown.out.contains("ada@example.test"), "{}", shown.out);

    let served = Served::start(&desk, "");
    let environment = [
        ("DRIFT_TOKEN", "sandbox"),
        ("DRIFT_BASE_URL", served.url.as_str()),
    ];
    let created = desk.run_with("contacts create --email ada@example.test", &environment);
    assert!(
        created
            .out
            .contains(&format!("see it: {}/contacts/details/", served.url)),
        "{}",
        created.out
    );
}

#[test]
fn of_equal_creates_at_once_one_wins() {
    let desk = Desk::new();
    let running: Vec<_> = (0..6)
        .map(|_| {
            let mut command = desk.command();
            command.args([
                "--sandbox",
                "contacts",
                "create",
                "--email",
                "ada@example.test",
            ]);
            command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the binary runs")
        })
        .collect();
    let mut codes: Vec<_> = running
        .into_iter()
        .map(|mut child| child.wait().expect("it ends").code())
        .collect();
    codes.sort();
    assert_eq!(
        codes,
        [Some(0), Some(1), Some(1), Some(1), Some(1), Some(1)]
    );
}

#[test]
fn the_sandbox_can_be_served_and_used_at_once() {
    let desk = Desk::new();
    let served = Served::start(&desk, "--sandbox");
    assert_eq!(
        desk.run("--sandbox contacts create --email ada@example.test")
            .code,
        0
    );
    let environment = [
        ("DRIFT_TOKEN", "sandbox"),
        ("DRIFT_BASE_URL", served.url.as_str()),
    ];
    assert_eq!(
        desk.run_with("contacts find --email ada@example.test", &environment)
            .code,
        0
    );
    assert_eq!(
        desk.run_with("contacts create --email ada@example.test", &environment)
            .code,
        1
    );
}

#[test]
fn the_sandbox_needs_no_proxy() {
    let desk = Desk::new();
    let gate = Gate::open();
    let served = Served::start(&desk, "");
    let proxies = [
        ("http_proxy", gate.url.as_str()),
        ("https_proxy", &gate.url),
        ("ALL_PROXY", &gate.url),
    ];
    let here = [
        ("DRIFT_TOKEN", "sandbox"),
        ("DRIFT_BASE_URL", served.url.as_str()),
    ];
    assert_eq!(
        desk.run_with("--sandbox contacts create --email a@example.test", &proxies)
            .code,
        0
    );
    assert_eq!(
        desk.run_with(
            "contacts create --email a@example.test",
            &[&proxies[..], &here[..]].concat()
        )
        .code,
        0
    );
    assert_eq!(gate.visits(), 0);
}

#[test]
fn sandbox_commands_at_once_all_work() {
    let desk = Desk::new();
    let mut running = Vec::new();
    for number in 0..8 {
        let mut command = desk.command();
        command.args([
            "--sandbox",
            "contacts",
            "create",
            "--email",
            &format!("p{number}@example.test"),
        ]);
        running.push(
            command
                .stdout(Stdio::null())
                .spawn()
                .expect("the binary runs"),
        );
    }
    for child in running {
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success());
    }
    for number in 0..8 {
        assert_eq!(
            desk.run(&format!(
                "--sandbox contacts find --email p{number}@example.test"
            ))
            .code,
            0
        );
    }
}
