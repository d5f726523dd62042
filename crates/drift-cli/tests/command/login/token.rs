//! `drift login --token`.

#[cfg(target_os = "linux")]
use std::io::{Read, Write};
#[cfg(target_os = "linux")]
use std::process::{Command, Stdio};

use serde_json::json;

use super::{run, stored};
use crate::support::{EmulatorProcess, Workspace, account, finish_with_input};

const LOGIN: &str = "login --token --profile acme";

#[test]
fn a_token_is_checked_and_kept() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "--token t_secret_acme");
    let line = format!("{LOGIN} --base-url {} --json", emulator.url);
    let logged_in = run(&workspace, &line, "t_secret_acme\n");
    assert_eq!(logged_in.code, 0, "{}", logged_in.stderr);
    let expected = json!({ "profile": "acme", "organization": 1, "base_url": emulator.url });
    let mut result = logged_in.json();
    assert!(result["organization"].is_i64(), "{result}");
    result["organization"] = json!(1);
    assert_eq!(result, expected);
    assert!(!(logged_in.stdout + &logged_in.stderr).contains("t_secret"));
    #[cfg(unix)]
    super::assert_private(&workspace, "acme.token");
    let used = workspace.run("contacts create --email ada@example.test");
    assert_eq!(used.code, 0, "{}", used.stderr);
}

#[test]
fn what_was_kept_stays_unless_drift_accepts_the_new_token() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "--token t_secret_acme");
    let line = format!("{LOGIN} --base-url {}", emulator.url);
    assert_eq!(run(&workspace, &line, "t_secret_acme").code, 0);
    let before = stored(&workspace);
    let unreachable = format!("{LOGIN} --base-url http://127.0.0.1:9 --timeout 1");
    for (line, token, code) in [
        (line.as_str(), "t_secret_other", 1),
        (&line, "", 2),
        (&line, "a b", 2),
        (&line, "t_secret_1\nt_secret_2", 2),
        (&unreachable, "t_secret_acme", 4),
    ] {
        let finished = run(&workspace, line, token);
        assert_eq!(finished.code, code, "{token:?}: {}", finished.stderr);
        let seen = finished.stdout + &finished.stderr;
        assert!(!seen.contains("t_secret"), "{seen}");
        assert_eq!(stored(&workspace), before, "{token:?}");
    }
}

#[test]
fn a_login_replaces_the_token_and_keeps_the_base_url() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "--token t_new");
    let base_url = &emulator.url;
    let variable = format!("profiles add acme --token-env OLD --base-url {base_url}");
    assert_eq!(workspace.run(&variable).code, 0);
    assert_eq!(run(&workspace, LOGIN, "t_new").code, 0);
    let twice = run(&workspace, LOGIN, "t_new");
    assert_eq!(twice.code, 0, "{}", twice.stderr);
    let files = stored(&workspace);
    assert_eq!(files.len(), 2, "the token of before has gone: {files:?}");
    assert!(!files[1].1.contains("OLD"), "{files:?}");
    assert_eq!(workspace.run("token info").code, 0);
}

/// The profile is named, or is the default one, or is made by the name `default`.
#[test]
fn the_profile_is_the_one_that_commands_use() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "--token t_1");
    let line = format!("login --token --json --base-url {}", emulator.url);
    assert_eq!(run(&workspace, &line, "t_1").json()["profile"], "default");
    assert_eq!(run(&workspace, &line, "t_1").json()["profile"], "default");
    let mut command = workspace.command();
    command.args(line.split_whitespace());
    command.env("DRIFT_PROFILE", "beta");
    let by_variable = finish_with_input(command, "t_1");
    assert_eq!(by_variable.json()["profile"], "beta");
    let named = run(&workspace, &format!("{line} --profile gamma"), "t_1");
    assert_eq!(named.json()["profile"], "gamma");
    let invalid = run(&workspace, "login --token --profile a/b", "t_1");
    assert_eq!(invalid.code, 2, "{}", invalid.stderr);
}

#[test]
fn a_token_of_the_environment_is_said_to_go_first() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "--token t_1");
    let line = format!("{LOGIN} --json --base-url {}", emulator.url);
    let mut command = workspace.command();
    command.args(line.split_whitespace());
    command.envs(account("t_other", &emulator.url));
    let finished = finish_with_input(command, "t_1");
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert!(
        finished.stderr.contains("DRIFT_TOKEN is set"),
        "{}",
        finished.stderr
    );
}

/// Other processes see arguments, and a shell keeps them; the report of the mistake must not spread it further.
#[test]
fn a_token_that_is_given_as_an_argument_is_not_repeated() {
    let workspace = Workspace::new();
    for line in [
        "login --token t_secret",
        "login --token=t_secret",
        "login t_secret",
        "profiles add acme t_secret",
        "profiles token acme t_secret",
    ] {
        for json in ["", " --json"] {
            let finished = workspace.run(&format!("{line}{json}"));
            assert_eq!(finished.code, 2, "{line}: {}", finished.stderr);
            let seen = finished.stdout + &finished.stderr;
            assert!(!seen.contains("t_secret"), "{line}: {seen}");
            assert!(seen.contains("FILE_WITH_THE_TOKEN"), "{line}: {seen}");
        }
    }
}

/// Runs a line on a terminal, and types a text once it asks. Gives what the terminal shows.
#[cfg(target_os = "linux")]
fn on_terminal(workspace: &Workspace, line: &str, asks: &str, typed: &str) -> String {
    let drift = workspace.command();
    let mut command = Command::new("script");
    let line = format!("{} {line}", drift.get_program().display());
    command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    command.env_clear().current_dir(workspace.path());
    command.env("PATH", "/usr/bin:/bin").env("SHELL", "/bin/sh");
    let environment = drift.get_envs();
    command.envs(environment.filter_map(|(name, value)| Some((name, value?))));
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = pipes.spawn().expect("script runs");
    let mut keyboard = child.stdin.take().expect("it is piped");
    let mut screen = child.stdout.take().expect("it is piped");
    let (mut shown, mut byte) = (Vec::new(), [0]);
    while screen.read(&mut byte).expect("it is read") == 1 {
        shown.push(byte[0]);
        if shown.ends_with(asks.as_bytes()) {
            keyboard.write_all(typed.as_bytes()).expect("it is typed");
        }
    }
    let ended = child.wait().expect("it ends");
    let shown = String::from_utf8(shown).expect("UTF-8");
    assert!(ended.success(), "{shown}");
    shown
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_typed_on_a_terminal_does_not_show() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "--token t_secret_acme");
    let line = format!("{LOGIN} --base-url {}", emulator.url);
    let shown = on_terminal(&workspace, &line, "not show: ", "t_secret_acme\n");
    assert!(!shown.contains("t_secret"), "{shown}");
    assert!(shown.contains("Logged in"), "{shown}");
    let replaced = on_terminal(
        &workspace,
        "profiles token acme",
        "not show: ",
        "t_secret_2\n",
    );
    assert!(!replaced.contains("t_secret"), "{replaced}");
    let files = stored(&workspace);
    assert_eq!(files[0], ("acme.token".to_owned(), "t_secret_2".to_owned()));
}

/// A gateway may describe no token; a look-up shows that it works.
#[test]
fn a_token_that_is_not_described_is_looked_up_with() {
    let workspace = Workspace::new();
    let faults = r#"[{"path": "/app/token_info", "do": {"status": {"status": 404}}}]"#;
    std::fs::write(workspace.path().join("faults.json"), faults).expect("a file");
    let emulator = EmulatorProcess::start(&workspace, "--token t_1 --faults faults.json");
    let line = format!("{LOGIN} --json --base-url {}", emulator.url);
    let finished = run(&workspace, &line, "t_1");
    assert_eq!(finished.code, 0, "{}", finished.stderr);
    assert_eq!(finished.json()["organization"], json!(null));
}
