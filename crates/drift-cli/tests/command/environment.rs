//! Environment variables: which are needed, which are refused, and what is never shown of them.

use crate::support::{ConnectionCounter, EmulatorProcess, Workspace, account, finished};

#[test]
fn an_empty_variable_is_refused() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "");
    let (url, token) = (emulator.url.as_str(), "sandbox");
    for (base_url, token, named) in [
        ("", token, "DRIFT_BASE_URL"),
        (" ", token, "DRIFT_BASE_URL"),
        (url, "", "DRIFT_TOKEN"),
    ] {
        let environment = [("DRIFT_BASE_URL", base_url), ("DRIFT_TOKEN", token)];
        let finished = workspace.run_with("contacts get 1", &environment);
        assert_eq!(finished.code, 2, "{}", finished.stderr);
        let expected = format!("{named} is set and empty");
        assert!(finished.stderr.contains(&expected), "{}", finished.stderr);
    }
    let here = [
        ("DRIFT_BASE_URL", url),
        ("DRIFT_TOKEN", token),
        ("DRIFT_PROFILE", ""),
    ];
    assert_eq!(workspace.run_with("token info", &here).code, 0);
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf_8_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let workspace = Workspace::new();
    for name in ["DRIFT_BASE_URL", "DRIFT_TOKEN", "DRIFT_PROFILE"] {
        let mut command = workspace.command();
        command
            .args(["contacts", "get", "1"])
            .env("DRIFT_TOKEN", "t_1")
            .env(name, std::ffi::OsStr::from_bytes(b"x\xff"));
        let finished = finished(&command.output().expect("the binary runs"));
        assert_eq!(finished.code, 2, "{}", finished.stderr);
        let expected = format!("{name} is not UTF-8");
        assert!(finished.stderr.contains(&expected), "{}", finished.stderr);
    }
}

#[test]
fn a_password_in_a_base_url_is_not_shown() {
    let workspace = Workspace::new();
    let url = "https://me:hunter2@gateway.example.test/drift";
    let environment = [("DRIFT_BASE_URL", url), ("DRIFT_TOKEN", "t_1")];
    let configured = workspace.path().join("config/drift");
    std::fs::create_dir_all(&configured).expect("a folder");
    let profile = format!("[profiles.acme]\ntoken_env = \"T\"\nbase_url = \"{url}\"\n");
    std::fs::write(configured.join("config.toml"), profile).expect("a file");
    for (line, code) in [
        ("contacts get 1", 2),
        ("doctor --json", 2),
        ("profiles list", 0),
        ("profiles list --json", 0),
    ] {
        let finished = workspace.run_with(line, &environment);
        assert_eq!(finished.code, code, "{line}: {}", finished.stderr);
        let seen = finished.stdout + &finished.stderr;
        assert!(seen.contains("@gateway.example.test"), "{line}: {seen}");
        assert!(!seen.contains("hunter2"), "{line}: {seen}");
    }
}

#[test]
fn proxies_are_not_used_for_servers_on_this_machine() {
    let workspace = Workspace::new();
    let counter = ConnectionCounter::start();
    let emulator = EmulatorProcess::start(&workspace, "");
    let proxies = [
        ("http_proxy", counter.url.as_str()),
        ("https_proxy", &counter.url),
        ("ALL_PROXY", &counter.url),
    ];
    let here = account("sandbox", emulator.url.as_str());
    assert_eq!(
        workspace
            .run_with("--sandbox contacts create --email a@example.test", &proxies)
            .code,
        0
    );
    assert_eq!(
        workspace
            .run_with(
                "contacts create --email a@example.test",
                &[&proxies[..], &here[..]].concat()
            )
            .code,
        0
    );
    assert_eq!(counter.connections(), 0);
}
