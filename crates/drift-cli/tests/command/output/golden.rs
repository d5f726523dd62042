//! The output of most commands, compared with golden files: text, JSON and errors.

use std::fmt::Write;

use regex::Regex;

use crate::support::Workspace;

/// Runs commands one after the other, and records what a person sees.
fn transcript(workspace: &Workspace, lines: &[&str], environment: &[(&str, &str)]) -> String {
    let mut transcript = String::new();
    for line in lines {
        let finished = workspace.run_with(line, environment);
        let _ = writeln!(transcript, "$ drift {line}");
        transcript.push_str(&finished.stdout);
        for error in finished.stderr.lines() {
            let _ = writeln!(transcript, "! {error}");
        }
        let _ = writeln!(transcript, "[{}]\n", finished.code);
    }
    scrub(&transcript, workspace)
}

/// Replaces what differs from run to run: times, ports, folders, random ids.
fn scrub(text: &str, workspace: &Workspace) -> String {
    let mut text = text.replace(&workspace.path().display().to_string(), "HOME");
    for (pattern, replacement) in [
        (
            r"[0-9]{4}-[0-9-]{5} [0-9:]{8} UTC",
            "2026-11-23 10:00:00 UTC",
        ),
        (
            r#""(created_?[aA]t|start_date)":[0-9]+"#,
            r#""$1":1795428000000"#,
        ),
        (r"127\.0\.0\.1:[0-9]+", "127.0.0.1:8080"),
        (r"responds in [0-9]+ ms", "responds in 1 ms"),
        (r"eyJ[0-9A-Za-z_.-]+", "eyJ.SIGNED.IDENTITY"),
        (r"r_[0-9a-f]{32}", "r_5d0c2a9e7b134f6857f20c9b4a1d3e86"),
    ] {
        text = Regex::new(pattern)
            .expect("a pattern")
            .replace_all(&text, replacement)
            .into_owned();
    }
    text
}

const ID: &str = "--external-id r_5d0c2a9e7b134f68";

#[test]
fn contacts() {
    let workspace = Workspace::new();
    let with_id =
        format!("--sandbox contacts create --email ada@example.test {ID} --phone +49-30-1");
    let find_id = format!("--sandbox contacts find {ID}");
    let lines = [
        "--sandbox contacts create --email ada@example.test --name Ada --set seats=12 --set vip=true --set-text zip=01234",
        "--sandbox contacts get 24100000019",
        "--sandbox contacts create --email ada@example.test",
        &with_id,
        &with_id,
        "--sandbox contacts find --email ada@example.test",
        &find_id,
        "--sandbox contacts find --email nobody@example.test",
        "--sandbox contacts ensure --email ada@example.test",
        "--sandbox contacts ensure --email bob@example.test",
        "--sandbox contacts upsert --email bob@example.test --name Bob",
        "--sandbox contacts upsert --email eve@example.test",
        "--sandbox contacts update 24100000019 --set seats=13 --clear vip",
        "--sandbox contacts update 24100000019",
        "--sandbox contacts attributes",
        "--sandbox contacts timeline 24100000019 --event Paid",
        "--sandbox contacts timeline --external-id unknown --event Paid",
        "--sandbox contacts delete 24100000019",
        "--sandbox contacts delete 24100000019 --yes",
        "--sandbox contacts get 24100000019",
        "contacts resolve missing.json",
    ];
    insta::assert_snapshot!(transcript(&workspace, &lines, &[]));
}

#[test]
fn json() {
    let workspace = Workspace::new();
    let lines = [
        "--sandbox --json contacts create --email ada@example.test --name Ada --set seats=12",
        "--sandbox --json contacts get 24100000019",
        "--sandbox --json contacts find --email ada@example.test",
        "--sandbox --json contacts find --email nobody@example.test",
        "--sandbox --json contacts create --email ada@example.test",
        "--sandbox --json contacts create --email ada@example.test --external-id 42",
        "--sandbox --json contacts ensure --email ada@example.test",
        "--sandbox --json contacts upsert --email ada@example.test --set plan=pro",
        "--sandbox --json contacts update 24100000019 --name Augusta",
        "--sandbox --json contacts attributes",
        "--sandbox --json contacts timeline 24100000019 --event Paid",
        "--sandbox --json contacts delete 24100000019 --yes",
        "--sandbox --json emails unsubscribe ada@example.test",
        "--sandbox --json privacy retrieve ada@example.test",
        "--sandbox --json privacy delete ada@example.test --yes",
        "--sandbox --json token info",
        "--sandbox --json doctor",
        "--json profiles path",
        "--json contacts get 1",
        "--json contacts get x",
        "--json contacts",
        "--json sandbox path",
        "--json emulator --db missing/x.db",
    ];
    insta::assert_snapshot!(transcript(&workspace, &lines, &[]));
}

#[test]
fn other_commands() {
    let workspace = Workspace::new();
    let key = [
        ("DRIFT_ID_KEY", "2026:0123456789abcdef"),
        ("BETA_TOKEN", "t_1"),
    ];
    let lines = [
        "--sandbox emails unsubscribe ada@example.test bob@example.test",
        "--sandbox privacy retrieve ada@example.test",
        "--sandbox privacy delete ada@example.test",
        "--sandbox privacy delete ada@example.test --yes",
        "--sandbox token info",
        "--sandbox doctor",
        "doctor",
        "identity random",
        "identity derive 7",
        "identity sign 7",
        "profiles list",
        "profiles add beta --token-env BETA_TOKEN",
        "profiles list",
        "profiles path",
        "--profile gamma token info",
        "sandbox path",
        "sandbox reset",
        "--sandbox contacts create --email ada@example.test",
        "sandbox reset --yes",
        "--sandbox contacts find --email ada@example.test",
    ];
    insta::assert_snapshot!(transcript(&workspace, &lines, &key));
}
