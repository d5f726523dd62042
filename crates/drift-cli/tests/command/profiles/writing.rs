//! Writing the config file: many commands at once, a disk that is full, a link, comments of the person.

use std::process::Stdio;

use super::{add, add_with, config, names, stored};
use crate::support::{Finished, Workspace, finish_with_input};

#[test]
fn twenty_commands_at_once_leave_twenty_profiles() {
    let workspace = Workspace::new();
    let added: Vec<_> = (0..20)
        .map(|number| {
            let mut command = workspace.command();
            let name = format!("p{number}");
            command.args(["profiles", "add", &name, "--token-env", "T"]);
            command
                .stdout(Stdio::null())
                .spawn()
                .expect("the binary runs")
        })
        .collect();
    for mut child in added {
        assert!(child.wait().expect("it ends").success());
    }
    let text = std::fs::read_to_string(config(&workspace)).expect("a config file");
    assert_eq!(text.matches("default = ").count(), 1, "{text}");
    let listed = workspace.run("profiles list --json").json();
    assert_eq!(listed.as_array().expect("a list").len(), 20);
}

#[test]
fn of_the_same_name_one_command_wins() {
    let workspace = Workspace::new();
    let codes = std::thread::scope(|scope| {
        let added = ["t_1", "t_2", "t_3", "t_4", "t_5", "t_6"]
            .map(|token| scope.spawn(|| add(&workspace, "acme", token).code));
        added.map(|thread| thread.join().expect("no panic"))
    });
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1);
    assert_eq!(codes.iter().filter(|code| **code == 2).count(), 5);
    assert_eq!(
        names(&workspace),
        ["acme.token", "config.lock", "config.toml"]
    );
}

/// Runs a command whose files cannot grow beyond so many blocks of 512 bytes, as on a disk that is full.
#[cfg(unix)]
fn with_room_for(workspace: &Workspace, blocks: u32, line: &str, token: &str) -> Finished {
    let drift = workspace.command();
    let mut command = std::process::Command::new("/bin/sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" {line}");
    command.arg("-c").arg(script).arg(drift.get_program());
    command.env_clear().current_dir(workspace.path());
    let environment = drift.get_envs();
    command.envs(environment.filter_map(|(name, value)| Some((name, value?))));
    finish_with_input(command, token)
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_what_was_there() {
    let workspace = Workspace::new();
    assert_eq!(add(&workspace, "acme", "t_acme").code, 0);
    let text = std::fs::read_to_string(config(&workspace)).expect("a config file");
    let long = format!("# {}\n{text}", "x".repeat(4096));
    std::fs::write(config(&workspace), long).expect("written");
    let before = stored(&workspace);
    for blocks in [0, 1] {
        for line in [
            "profiles add beta",
            "profiles default acme",
            "profiles remove acme",
        ] {
            let finished = with_room_for(&workspace, blocks, line, "t_beta");
            assert_eq!(finished.code, 2, "{blocks} {line}: {}", finished.stderr);
            assert!(
                finished.stderr.contains("cannot be written"),
                "{}",
                finished.stderr
            );
            assert!(stored(&workspace) == before, "{blocks} {line} changed it");
        }
    }
    let finished = with_room_for(&workspace, 0, "profiles token acme", "t_new");
    assert_eq!(finished.code, 2, "{}", finished.stderr);
    assert!(stored(&workspace) == before, "the token is another");
    for line in [
        "profiles add beta",
        "profiles default beta",
        "profiles token acme",
    ] {
        let finished = with_room_for(&workspace, 100, line, "t_beta");
        assert_eq!(finished.code, 0, "{line}: {}", finished.stderr);
    }
}

#[test]
fn comments_stay() {
    let workspace = Workspace::new();
    assert_eq!(add(&workspace, "acme", "t_acme").code, 0);
    let text = std::fs::read_to_string(config(&workspace)).expect("a config file");
    let text = text.replace("[profiles", "# The one that pays.\n[profiles");
    std::fs::write(config(&workspace), &text).expect("written");
    let variable = ["beta", "--token-env", "BETA"];
    assert_eq!(add_with(&workspace, &variable, "").code, 0);
    assert_eq!(workspace.run("profiles remove beta").code, 0);
    let left = std::fs::read_to_string(config(&workspace)).expect("a config file");
    assert_eq!(left, text);
}

/// Settings that are kept elsewhere, such as in a repository, stay there.
#[cfg(unix)]
#[test]
fn a_config_file_that_is_a_link_stays_one() {
    let workspace = Workspace::new();
    let kept = workspace.path().join("kept.toml");
    std::fs::write(&kept, "# kept\n").expect("written");
    std::fs::create_dir_all(workspace.path().join("config/drift")).expect("a folder");
    std::os::unix::fs::symlink(&kept, config(&workspace)).expect("a link");
    assert_eq!(add(&workspace, "acme", "t_acme").code, 0);
    assert!(config(&workspace).is_symlink());
    let text = std::fs::read_to_string(&kept).expect("a config file");
    assert!(text.contains("# kept") && text.contains("acme"), "{text}");
}

/// A command that was killed may leave a file with a token that no profile names.
#[test]
fn a_token_file_that_is_there_already_is_not_overwritten() {
    let workspace = Workspace::new();
    assert_eq!(add(&workspace, "acme", "t_acme").code, 0);
    let left = workspace.path().join("config/drift/beta.token");
    std::fs::write(&left, "t_left").expect("written");
    assert_eq!(add(&workspace, "beta", "t_beta").code, 0);
    assert_eq!(std::fs::read_to_string(&left).expect("a token"), "t_left");
    let listed = workspace.run("profiles list --json").json();
    let from = listed[1]["token_from"].as_str().expect("a path");
    assert_eq!(std::fs::read_to_string(from).expect("a token"), "t_beta");
}
