//! The variables of the environment that are read, each by what it does.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use regex::Regex;

use crate::home::Home;

/// Every one of them, in alphabetical order.
const READ: [&str; 14] = [
    "COLUMNS",
    "DRIFT_BASE_URL",
    "DRIFT_EMULATOR_TOKEN",
    "DRIFT_GATEWAY_STORE",
    "DRIFT_ID_KEY",
    "DRIFT_PAGER",
    "DRIFT_PROFILE",
    "DRIFT_SIGNING_KEY",
    "DRIFT_TOKEN",
    "NO_COLOR",
    "TERM",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variable_decides_how_a_command_ends() {
    let home = Home::new().await;
    let key = "0123456789abcdef0123456789abcdef";
    for (line, code) in [
        ("token info", 0),
        ("DRIFT_TOKEN= token info", 2),
        ("DRIFT_TOKEN=wrong token info", 1),
        (
            "DRIFT_BASE_URL=http://127.0.0.1:9 token info --timeout 1",
            4,
        ),
        ("DRIFT_PROFILE=nobody token info", 2),
        ("identity derive 7", 2),
        (&format!("DRIFT_ID_KEY=1:{key} identity derive 7"), 0),
        ("identity sign 7", 2),
        (&format!("DRIFT_SIGNING_KEY={key} identity sign 7"), 0),
    ] {
        let ended = home.run(line);
        assert_eq!(ended.code, code, "{line}: {}", ended.err);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variable_names_a_folder() {
    let home = Home::new().await;
    let lost = r#"[{"method": "POST", "do": {"disconnect": {"commit": true}}},
        {"method": "GET", "do": {"status": {"status": 500}}}]"#;
    let lost = serde_json::from_str(lost).expect("faults");
    home.emulator.faults().add_all(lost).expect("faults");
    for (line, place) in [
        (
            "XDG_CONFIG_HOME=/there profiles path",
            "/there/drift/config.toml",
        ),
        (
            "XDG_CONFIG_HOME= HOME=/there profiles path",
            "/there/.config/drift/config.toml",
        ),
        ("XDG_DATA_HOME=TEMP sandbox path", "TEMP/drift/sandbox.db"),
        (
            "XDG_DATA_HOME= HOME=TEMP sandbox path",
            "TEMP/.local/share/drift/sandbox.db",
        ),
        (
            "XDG_STATE_HOME=TEMP contacts create --email ada@example.test --timeout 3",
            "TEMP/drift/tickets/",
        ),
        (
            "XDG_STATE_HOME= HOME=TEMP contacts create --email bob@example.test --timeout 3",
            "TEMP/.local/state/drift/tickets/",
        ),
    ] {
        let folder = home.path().display().to_string();
        let ended = home.run(&line.replace("TEMP", &folder));
        let said = ended.out + &ended.err;
        assert!(
            said.contains(&place.replace("TEMP", &folder)),
            "{line}: {said}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variable_sets_the_width() {
    let home = Home::new().await;
    let wide = home.run("COLUMNS=200 token info").out;
    let narrow = home.run("COLUMNS=40 token info").out;
    assert!(narrow.lines().count() > wide.lines().count(), "{narrow}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variable_is_the_token_of_an_emulator() {
    let home = Home::new().await;
    let mut command = home.command();
    let serving = command
        .args(["emulator", "--port", "0"])
        .env("DRIFT_EMULATOR_TOKEN", "own_token")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = serving.expect("the binary runs");
    let mut url = String::new();
    let out = child.stdout.take().expect("it is piped");
    let read = BufReader::new(out).read_line(&mut url);
    let line = format!("DRIFT_TOKEN=own_token token info --base-url {}", url.trim());
    let ended = home.run(&line);
    child.kill().expect("it is ended");
    child.wait().expect("its end");
    read.expect("a line");
    assert_eq!(ended.code, 0, "{}", ended.err);
}

/// `NO_COLOR` and `TERM` show on a terminal alone, so their names are looked for in the sources.
#[test]
fn no_variable_comes_or_goes_unnoticed() {
    let literal = Regex::new(r#""((?:DRIFT|XDG)_[A-Z_]+|[A-Z]+_COLOR|TERM|COLUMNS)""#);
    let literal = literal.expect("a pattern");
    let mut found = BTreeSet::new();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    let crates = crates.expect("the folder of the crates");
    let mut folders = vec![crates.join("drift-cli/src"), crates.join("drift/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a source");
            let names = literal.captures_iter(&text);
            found.extend(names.map(|name| name[1].to_owned()));
        }
    }
    assert_eq!(found, READ.map(str::to_owned).into());
}
