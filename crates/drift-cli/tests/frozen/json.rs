//! Keys and fixed values of `--json`, on both outputs, and exit codes: every command, and every kind of failure.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::home::Home;
use crate::shape::shapes;

/// Runs lines with `--json`, and writes down exit code and shapes. A line `faults JSON` makes Drift misbehave from
/// there on.
fn session(home: &Home, lines: &[&str]) -> (String, BTreeSet<i32>) {
    let (mut seen, mut codes) = (String::new(), BTreeSet::new());
    for line in lines {
        if let Some(faults) = line.strip_prefix("faults ") {
            let _ = writeln!(seen, "{line}\n");
            home.emulator.faults().clear();
            let faults = serde_json::from_str(faults).expect("faults");
            home.emulator.faults().add_all(faults).expect("faults");
            continue;
        }
        let (arguments, input) = line.split_once(" < ").unwrap_or((line, ""));
        let arguments = arguments.replace("THE_EMULATOR", home.emulator.url());
        let ended = home.run(&format!("{arguments} --json < {input}"));
        codes.insert(ended.code);
        let _ = writeln!(seen, "$ drift {line}\nexit {}", ended.code);
        for (name, text) in [("out", &ended.out), ("err", &ended.err)] {
            for shape in shapes(text) {
                let _ = writeln!(seen, "{name} {shape}");
            }
        }
        seen.push('\n');
    }
    (seen, codes)
}

const ID: &str = "r_5d0c2a9e7b134f6857f20c9b4a1d3e86";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_every_command_about_contacts() {
    let home = Home::new().await;
    home.write("ids", b"24100000019\n1\n");
    home.write(
        "leads.csv",
        b"email,name\nada@example.test,Ada\nx y,Bob\ncyd@example.test,Cyd\n",
    );
    let create = format!(
        "contacts create --email ada@example.test --name Ada --external-id {ID} --set seats=12 --set vip=true"
    );
    let lines = [
        create.as_str(),
        "contacts get 24100000019",
        "contacts find --email ada@example.test",
        "contacts find --email nobody@example.test",
        "contacts update 24100000019 --set plan=pro",
        "contacts ensure --email ada@example.test",
        "contacts upsert --email ada@example.test --set plan=free",
        "contacts ensure --email bob@example.test",
        "contacts attributes",
        "contacts timeline 24100000019 --event Paid",
        "contacts export --ids ids --out ids.csv",
        "contacts export --ids ids",
        "contacts import leads.csv --dry-run --offline",
        "contacts import leads.csv --dry-run --on-duplicate update",
        "contacts import leads.csv --on-duplicate update",
        "contacts import leads.csv --dry-run --on-duplicate update",
        "contacts import leads.csv --dry-run --on-duplicate skip --replan",
        "contacts import --undo leads.csv.drift-journal --dry-run",
        "contacts import --undo leads.csv.drift-journal",
        "contacts import --undo leads.csv.drift-journal --yes",
        "emails unsubscribe ada@example.test",
        "privacy retrieve ada@example.test",
        "privacy delete ada@example.test --yes",
        "contacts delete 24100000055 --yes",
    ];
    let (seen, _) = session(&home, &lines);
    insta::assert_snapshot!(seen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_every_other_command() {
    let home = Home::new().await;
    let signing = format!("DRIFT_SIGNING_KEY=0123456789abcdef0123456789abcdef identity sign {ID}");
    let signed = home.run(&signing).out;
    let verify = format!(
        "DRIFT_SIGNING_KEY=0123456789abcdef0123456789abcdef identity verify < {}",
        signed.trim()
    );
    let lines = [
        "token info",
        "doctor",
        "identity random",
        "DRIFT_ID_KEY=1:0123456789abcdef0123456789abcdef identity derive 7",
        "DRIFT_SIGNING_KEY=0123456789abcdef0123456789abcdef identity sign 7",
        "profiles list",
        "profiles add acme < a_token",
        "profiles add beta --token-env BETA",
        "profiles list",
        "profiles token acme < another_token",
        "profiles default beta",
        "profiles remove beta",
        "DRIFT_TOKEN= login --token --profile acme --base-url THE_EMULATOR < sandbox",
        "logout --profile acme",
        "profiles path",
        "sandbox path",
        "sandbox reset --yes",
        "version",
    ];
    let (mut seen, _) = session(&home, &lines);
    // The signature differs from run to run.
    let (verified, _) = session(&home, &[&verify]);
    seen.push_str(&verified.replace(signed.trim(), "SIGNED"));
    insta::assert_snapshot!(seen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_what_is_refused_before_a_call_or_by_drift() {
    let home = Home::new().await;
    home.write("other.csv", b"mail,colour\ndan@example.test,red\n");
    home.put("tickets/error.json", "error.json");
    let with_id = |email: &str| format!("contacts create --email {email} --external-id {ID}");
    let lines = [
        "contacts create --email ada@example.test",
        "contacts create --email ada@example.test",
        "contacts create --email ada@example.test --random-id",
        &with_id("x@example.test"),
        &with_id("y@example.test"),
        "contacts ensure --email ada@example.test",
        "contacts get 1",
        "contacts resolve error.json",
        "contacts create --email ada@example.test --external-id 42",
        "contacts get x",
        "contacts",
        "DRIFT_TOKEN= DRIFT_BASE_URL= contacts get 1",
        "DRIFT_TOKEN=wrong contacts get 1",
        "DRIFT_TOKEN=wrong doctor",
        "DRIFT_SIGNING_KEY=0123456789abcdef0123456789abcdef identity verify < x.y.z",
        "contacts import other.csv",
    ];
    let (seen, codes) = session(&home, &lines);
    assert_eq!(codes, BTreeSet::from([0, 1, 2]));
    insta::assert_snapshot!(seen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_drift_that_fails() {
    let home = Home::new().await;
    let lines = [
        "contacts create --email ada@example.test",
        "contacts get 1 --timeout 1 --base-url http://127.0.0.1:9",
        r#"faults [{"do": {"stall": {}}}]"#,
        "contacts get 1 --timeout 1",
        r#"faults [{"do": {"disconnect": {}}}]"#,
        "contacts get 1",
        r#"faults [{"do": {"status": {"status": 500}}}]"#,
        "contacts get 1",
        r#"faults [{"do": {"status": {"status": 429, "headers": {"retry-after": "600"}}}}]"#,
        "contacts get 1",
        r#"faults [{"do": {"status": {"status": 403}}}]"#,
        "contacts attributes",
        r#"faults [{"do": {"status": {"status": 400}}}]"#,
        "contacts timeline 24100000019 --event Paid",
        r#"faults [{"do": {"status": {"status": 404, "body": "<html>", "headers": {"content-type": "text/html"}}}}]"#,
        "contacts get 1",
        r#"faults [{"do": {"redirect": {"location": "http://127.0.0.1:9/"}}}]"#,
        "contacts get 1",
        r#"faults [{"do": {"garbage": {}}}]"#,
        "contacts get 24100000019",
    ];
    let (seen, codes) = session(&home, &lines);
    assert_eq!(codes, BTreeSet::from([0, 1, 4]));
    insta::assert_snapshot!(seen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_responses_that_are_lost() {
    let home = Home::new().await;
    home.write("leads.csv", b"email\nbob@example.test\n");
    let lines = [
        r#"faults [{"method": "POST", "nth": 1, "do": {"disconnect": {"commit": true}}}]"#,
        "contacts create --email ada@example.test --random-id",
        r#"faults [{"path": "/contacts/*", "do": {"status": {"status": 500}}}]"#,
        "contacts update 24100000019 --name Ada",
        r#"faults [{"method": "POST", "path": "/contacts", "do": {"disconnect": {"commit": true}}}, {"method": "GET", "path": "/contacts", "do": {"status": {"status": 500}}}]"#,
        "contacts create --email eve@example.test --timeout 3",
        "contacts import leads.csv --offline --look-up-after 1,1 --patience 1",
        r#"faults []"#,
        "contacts import leads.csv --offline --look-up-after 1,1",
        "contacts import leads.csv --offline --journal another --results another-folder",
    ];
    let (seen, codes) = session(&home, &lines);
    assert_eq!(codes, BTreeSet::from([0, 3]));
    insta::assert_snapshot!(seen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_an_undo_that_does_not_end() {
    let home = Home::new().await;
    home.write("leads.csv", b"email\nbob@example.test\n");
    let lines = [
        "contacts import leads.csv",
        r#"faults [{"method": "DELETE", "do": {"status": {"status": 500}}}]"#,
        "contacts import --undo leads.csv.drift-journal --yes",
    ];
    let (seen, codes) = session(&home, &lines);
    assert_eq!(codes, BTreeSet::from([0, 3]));
    insta::assert_snapshot!(seen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_emulator_on_its_first_line() {
    let home = Home::new().await;
    let mut command = home.command();
    let serving = command
        .args(["emulator", "--port", "0", "--json"])
        .stdout(Stdio::piped())
        .spawn();
    let mut child = serving.expect("the binary runs");
    let mut line = String::new();
    let out = child.stdout.take().expect("it is piped");
    let read = BufReader::new(out).read_line(&mut line);
    child.kill().expect("it is ended");
    child.wait().expect("its end");
    read.expect("a line");
    assert_eq!(shapes(&line), ["base_url text".to_owned()].into());
}
