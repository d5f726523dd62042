//! Profiles: which token goes where, and which files are refused.

use std::io::Write;
use std::process::Stdio;

use crate::desk::{Desk, Ended, Gate, Served, ended};

fn add(desk: &Desk, name: &str, token: &str) -> Ended {
    let mut command = desk.command();
    command
        .args(["profiles", "add", name])
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
    assert_eq!(add(&desk, "acme", "t_acme\n").code, 0);
    let mut text = std::fs::read_to_string(config(&desk)).expect("a file");
    text.push_str(&format!("base_url = \"{}\"\n", served.url));
    std::fs::write(config(&desk), text).expect("a file");
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
fn no_token_on_standard_input_adds_nothing() {
    let desk = Desk::new();
    assert_eq!(add(&desk, "acme", " \n").code, 2);
    assert!(!config(&desk).exists());
    assert_eq!(add(&desk, "a/b", "t").code, 2);
}
