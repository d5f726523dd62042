//! What the environment says, and what is not said of it.

use crate::desk::{Desk, Served, ended};

#[test]
fn an_empty_variable_sends_nothing_elsewhere() {
    let desk = Desk::new();
    let served = Served::start(&desk, "");
    let (url, token) = (served.url.as_str(), "sandbox");
    for (base_url, token, named) in [
        ("", token, "DRIFT_BASE_URL"),
        (" ", token, "DRIFT_BASE_URL"),
        (url, "", "DRIFT_TOKEN"),
    ] {
        let environment = [("DRIFT_BASE_URL", base_url), ("DRIFT_TOKEN", token)];
        let ended = desk.run_with("contacts get 1", &environment);
        assert_eq!(ended.code, 2, "{}", ended.err);
        let said = format!("{named} is set and empty");
        assert!(ended.err.contains(&said), "{}", ended.err);
    }
    let here = [
        ("DRIFT_BASE_URL", url),
        ("DRIFT_TOKEN", token),
        ("DRIFT_PROFILE", ""),
    ];
    assert_eq!(desk.run_with("token info", &here).code, 0);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf_8_is_set_all_the_same() {
    use std::os::unix::ffi::OsStrExt;
    let desk = Desk::new();
    for name in ["DRIFT_BASE_URL", "DRIFT_TOKEN", "DRIFT_PROFILE"] {
        let mut command = desk.command();
        command
            .args(["contacts", "get", "1"])
            .env("DRIFT_TOKEN", "t_1")
            .env(name, std::ffi::OsStr::from_bytes(b"x\xff"));
        let ended = ended(&command.output().expect("the binary runs"));
        assert_eq!(ended.code, 2, "{}", ended.err);
        let said = format!("{name} is not UTF-8");
        assert!(ended.err.contains(&said), "{}", ended.err);
    }
}

#[test]
fn a_password_in_a_base_url_is_not_shown() {
    let desk = Desk::new();
    let url = "https://me:hunter2@gateway.example.test/drift";
    let environment = [("DRIFT_BASE_URL", url), ("DRIFT_TOKEN", "t_1")];
    let configured = desk.path().join("config/drift");
    std::fs::create_dir_all(&configured).expect("a folder");
    let profile = format!("[profiles.acme]\ntoken_env = \"T\"\nbase_url = \"{url}\"\n");
    std::fs::write(configured.join("config.toml"), profile).expect("a file");
    for (line, code) in [
        ("contacts get 1", 2),
        ("doctor --json", 2),
        ("profiles list", 0),
        ("profiles list --json", 0),
    ] {
        let ended = desk.run_with(line, &environment);
        assert_eq!(ended.code, code, "{line}: {}", ended.err);
        let seen = ended.out + &ended.err;
        assert!(seen.contains("@gateway.example.test"), "{line}: {seen}");
        assert!(!seen.contains("hunter2"), "{line}: {seen}");
    }
}
