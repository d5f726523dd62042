//! Profiles: which token goes where, and which files are refused.

use std::io::Write;
use std::process::Stdio;

use crate::desk::{Desk, Ended, Gate, Served, ended};

fn add(desk: &Desk, name: &str, token: &str) -> Ended {
    add_with(desk, &[name], token)
}

fn add_with(desk: &Desk, arguments: &[&str], token: &str) -> Ended {
    let mut command = desk.command();
    command
        .args(["profiles", "add"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary runs");
    // A name that is refused ends the command before it reads.
    let _ = child
        .stdin
        .take()
        .expect("it is piped")
        .write_all(token.as_bytes());
    ended(&child.wait_with_output().expect("it ends"))
}

fn config(desk: &Desk) -> std::path::PathBuf {
    desk.path().join("config/drift/config.toml")
}

#[test]
fn a_profile_is_added_and_used() {
    let desk = Desk::new();
    let served = Served::start(&desk, "--token t_acme");
    let place = ["acme", "--base-url", &served.url];
    assert_eq!(add_with(&desk, &place, "t_acme\n").code, 0);
    for line in [
        "contacts create --email a@example.test",
        "--profile acme contacts find --email a@example.test",
    ] {
        let ended = desk.run(line);
        assert_eq!(ended.code, 0, "{line}: {}", ended.err);
    }
    assert_eq!(
        desk.run_with(
            "token info",
            &[("DRIFT_PROFILE", "acme"), ("DRIFT_TOKEN", "wrong")]
        )
        .code,
        0
    );
    assert_eq!(add(&desk, "acme", "t_other").code, 2, "it is there already");
}

#[test]
fn a_profiles_token_goes_nowhere_else() {
    let desk = Desk::new();
    let gate = Gate::open();
    assert_eq!(add(&desk, "acme", "t_acme").code, 0);
    let ended = desk.run_with("contacts get 1", &[("DRIFT_BASE_URL", &gate.url)]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("DRIFT_TOKEN"), "{}", ended.err);
    assert_eq!(gate.visits(), 0);
}

#[cfg(unix)]
#[test]
fn a_token_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    assert_eq!(add(&desk, "acme", "t_acme").code, 0);
    let token = desk.path().join("config/drift/acme.token");
    let mode = std::fs::metadata(&token)
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o640)).expect("it is ours");
    let ended = desk.run("contacts get 1");
    assert_eq!(ended.code, 2);
    assert!(
        ended.err.contains("chmod 600") && !ended.err.contains("t_acme"),
        "{}",
        ended.err
    );
}

#[test]
fn a_config_that_is_not_valid_is_named_and_not_repeated() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path().join("config/drift")).expect("a folder");
    for (text, said) in [
        ("[profiles.acme]\ntoken = \"t_secret\"\n", "line 2"),
        ("default = \"acme\"\n", "no profile \"acme\""),
        ("[profiles.acme]\n", "token_file or token_env"),
        ("[profiles.acme]\ntoken_env = \"NOT_SET\"\n", "NOT_SET"),
    ] {
        std::fs::write(config(&desk), text).expect("a file");
        let ended = desk.run("--profile acme contacts get 1");
        assert_eq!(ended.code, 2, "{text}: {}", ended.err);
        assert!(
            ended.err.contains(said) && !ended.err.contains("t_secret"),
            "{text}: {}",
            ended.err
        );
    }
}

#[test]
fn a_base_url_is_kept_with_the_profile() {
    let desk = Desk::new();
    let gate = ["gate", "--base-url", "https://gate.example.test/drift/"];
    assert_eq!(add_with(&desk, &gate, "t_1").code, 0);
    let variable = ["--token-env", "T", "--base-url", "https://b.example.test"];
    assert_eq!(
        add_with(&desk, &[&["b"], &variable[..]].concat(), "").code,
        0
    );
    let listed = desk.run("profiles list --json").json();
    let places: Vec<_> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|profile| profile["base_url"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        places,
        ["https://b.example.test", "https://gate.example.test/drift"]
    );
}

#[test]
fn what_no_call_could_use_adds_nothing() {
    let desk = Desk::new();
    for (arguments, token, said) in [
        (&["e"][..], " \n", "no token"),
        (&["e"], "a\nb\n", "more than one line"),
        (&["e"], "a\tb", "character"),
        (&["e"], "a\u{1b}b", "character"),
        (&["e"], "tök", "character"),
        (&["a/b"], "t", "a name has"),
        (
            &["e", "--base-url", "http://far.example.test"],
            "t",
            "https://",
        ),
        (
            &["e", "--base-url", "https://me:hunter2@x.test"],
            "t",
            "password",
        ),
    ] {
        let ended = add_with(&desk, arguments, token);
        assert_eq!(ended.code, 2, "{arguments:?} {token:?}: {}", ended.err);
        assert!(ended.err.contains(said), "{token:?}: {}", ended.err);
        assert!(!ended.err.contains("hunter2"), "{}", ended.err);
    }
    assert!(!desk.path().join("config").exists());
}

#[cfg(unix)]
#[test]
fn what_is_made_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    assert_eq!(add(&desk, "acme", "t_acme").code, 0);
    for (file, expected) in [
        ("config/drift", 0o700),
        ("config/drift/config.toml", 0o600),
        ("config/drift/acme.token", 0o600),
    ] {
        let metadata = std::fs::metadata(desk.path().join(file)).expect("it is made");
        assert_eq!(metadata.permissions().mode() & 0o777, expected, "{file}");
    }
}
