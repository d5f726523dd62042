//! Changing profiles: another token, another default, and their removal.

use serde_json::json;

use super::{add, add_with, config, names};
use crate::support::{EmulatorProcess, Finished, Workspace, finish_with_input};

fn replace_token(workspace: &Workspace, name: &str, token: &str) -> Finished {
    let mut command = workspace.command();
    command.args(["profiles", "token", name]);
    finish_with_input(command, token)
}

#[test]
fn a_token_is_replaced() {
    let workspace = Workspace::new();
    let emulator = EmulatorProcess::start(&workspace, "--token t_new");
    let arguments = ["acme", "--base-url", &emulator.url];
    assert_eq!(add_with(&workspace, &arguments, "t_old").code, 0);
    assert_eq!(workspace.run("token info").code, 1);
    let replaced = replace_token(&workspace, "acme", "t_new\n");
    assert_eq!(replaced.code, 0, "{}", replaced.stderr);
    assert!(!replaced.stdout.contains("t_new"), "{}", replaced.stdout);
    assert_eq!(workspace.run("token info").code, 0);
    assert_eq!(
        names(&workspace),
        ["acme.token", "config.lock", "config.toml"]
    );
}

#[test]
fn a_token_that_is_elsewhere_is_not_replaced() {
    let workspace = Workspace::new();
    assert_eq!(
        add_with(&workspace, &["beta", "--token-env", "BETA"], "").code,
        0
    );
    for (name, token, expected) in [
        ("beta", "t_1", "takes its token from BETA"),
        ("gamma", "t_1", "has no profile \"gamma\""),
    ] {
        let finished = replace_token(&workspace, name, token);
        assert_eq!(finished.code, 2, "{name}: {}", finished.stderr);
        assert!(finished.stderr.contains(expected), "{}", finished.stderr);
    }
    assert_eq!(add(&workspace, "acme", "t_acme").code, 0);
    for token in ["", "a\nb", "a b"] {
        assert_eq!(replace_token(&workspace, "acme", token).code, 2);
    }
    let token = workspace.path().join("config/drift/acme.token");
    assert_eq!(std::fs::read_to_string(token).expect("a token"), "t_acme");
}

#[test]
fn another_default_is_chosen() {
    let workspace = Workspace::new();
    for name in ["acme", "beta"] {
        assert_eq!(add(&workspace, name, "t_1").code, 0);
    }
    let defaults = || {
        let listed = workspace.run("profiles list --json").json();
        [listed[0]["default"].clone(), listed[1]["default"].clone()]
    };
    assert_eq!(defaults(), [json!(true), json!(false)]);
    let chosen = workspace.run("profiles default beta --json");
    assert_eq!(chosen.json(), json!({ "ok": true }));
    assert_eq!(defaults(), [json!(false), json!(true)]);
    assert_eq!(workspace.run("profiles default gamma").code, 2);
    assert_eq!(defaults(), [json!(false), json!(true)]);
}

#[test]
fn a_profile_is_removed_with_its_token() {
    let workspace = Workspace::new();
    for name in ["acme", "beta"] {
        assert_eq!(add(&workspace, name, "t_1").code, 0);
    }
    let removed = workspace.run("profiles remove acme");
    assert_eq!(removed.code, 0, "{}", removed.stderr);
    assert!(
        removed.stdout.contains("drift profiles default"),
        "{}",
        removed.stdout
    );
    assert_eq!(
        names(&workspace),
        ["beta.token", "config.lock", "config.toml"]
    );
    assert_eq!(workspace.run("contacts get 1").code, 2, "no default");
    assert_eq!(workspace.run("profiles remove acme").code, 2, "it has gone");
    let last = workspace.run("profiles remove beta --json");
    assert_eq!(last.json(), json!({ "ok": true }));
    assert_eq!(names(&workspace), ["config.lock", "config.toml"]);
    assert_eq!(add(&workspace, "acme", "t_1").code, 0);
}

/// What a person or a container has put elsewhere, and what another profile uses, is not removed.
#[test]
fn a_token_that_is_not_of_this_profile_alone_stays() {
    let workspace = Workspace::new();
    assert_eq!(add(&workspace, "acme", "t_1").code, 0);
    let elsewhere = workspace.path().join("given");
    std::fs::write(&elsewhere, "t_given").expect("written");
    let mut text = std::fs::read_to_string(config(&workspace)).expect("a config file");
    text.push_str("\n[profiles.same]\ntoken_file = \"acme.token\"\n");
    text.push_str(&format!(
        "\n[profiles.given]\ntoken_file = {:?}\n",
        elsewhere.display().to_string()
    ));
    std::fs::write(config(&workspace), text).expect("written");
    assert_eq!(workspace.run("profiles remove acme").code, 0);
    let removed = workspace.run("profiles remove given");
    assert!(removed.stdout.contains("is still in"), "{}", removed.stdout);
    assert!(elsewhere.exists());
    assert_eq!(
        names(&workspace),
        ["acme.token", "config.lock", "config.toml"]
    );
}
