//! Lines that say what to do next can be pasted into a shell, and run there.

use std::process::{Command, Stdio};

use crate::support::{Finished, Workspace, finished};

/// Runs a line as a shell does, with the built command on its path.
fn shell(workspace: &Workspace, line: &str) -> Finished {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_drift"));
    let folder = program.parent().expect("a folder").display();
    let path = std::env::var("PATH").unwrap_or_default();
    let template = workspace.command();
    let variables = template
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    let output = Command::new("sh")
        .args(["-c", line])
        .env_clear()
        .envs(variables)
        .env("PATH", format!("{folder}:{path}"))
        .current_dir(workspace.path())
        .stdin(Stdio::null())
        .output();
    finished(&output.expect("a shell"))
}

/// The command lines that an output names.
fn named(output: &Finished) -> Vec<String> {
    let lines = output.stdout.lines().chain(output.stderr.lines());
    lines
        .filter_map(|line| line.find(": drift ").map(|at| line[at + 2..].to_owned()))
        .collect()
}

#[test]
fn every_next_step_runs() {
    let workspace = Workspace::new();
    let create = "drift --sandbox contacts create --email";
    let id = "--external-id=-r_5d0c2a9e7b134f68";
    let ours =
        "drift --sandbox contacts create --external-id=\"it's \\$HOME 5d0c2a9e7b134f68\" --email";
    let mut ran = 0;
    for (line, codes) in [
        (
            format!("{create} \"o'hara+\\$reboot@example.test\""),
            [0, 0],
        ),
        (
            format!("{create} \"o'hara+\\$reboot@example.test\""),
            [1, 0],
        ),
        // An address is read as in a file, where a hyphen before it is what was left of a list.
        (format!("{create}=-x@example.test"), [2, 2]),
        (format!("{create} a@example.test {id}"), [0, 0]),
        (format!("{create} b@example.test {id}"), [1, 0]),
        (format!("{ours} c@example.test"), [0, 0]),
        (format!("{ours} d@example.test"), [1, 0]),
        (
            "drift --sandbox contacts get ada@example.test".to_owned(),
            [2, 1],
        ),
        ("drift --sandbox contacts get customer-7".to_owned(), [2, 1]),
        ("drift contacts list".to_owned(), [2, 2]),
        ("drift --sandbox contact".to_owned(), [2, 2]),
        ("drift init".to_owned(), [2, 2]),
        (
            "SHELL=/bin/zsh drift completions install".to_owned(),
            [0, 0],
        ),
        (
            "SHELL=/bin/bash drift completions install".to_owned(),
            [0, 0],
        ),
    ] {
        let first = shell(&workspace, &line);
        assert_eq!(
            first.code, codes[0],
            "{line}: {}{}",
            first.stdout, first.stderr
        );
        for next in named(&first) {
            let second = shell(&workspace, &next);
            // Commands that find nothing, or lack an account or an argument, are understood all the same.
            assert_eq!(second.code, codes[1], "{next}: {}", second.stderr);
            ran += 1;
        }
    }
    assert!(ran >= 10, "{ran} next steps were run");
    assert!(workspace.path().join(".zfunc/_drift").exists());
    let folder = workspace.path().join("data/bash-completion/completions");
    assert!(folder.join("drift").exists());
}

#[test]
fn completions_are_installed_for_the_named_shell_alone() {
    let workspace = Workspace::new();
    let fish = workspace.run("completions install fish");
    assert_eq!(fish.code, 0, "{}", fish.stderr);
    let file = workspace.path().join("config/fish/completions/drift.fish");
    let script = std::fs::read_to_string(file).expect("it is installed");
    assert!(script.contains("contacts") && !workspace.path().join(".zfunc").exists());
    for (line, part) in [
        (
            "completions install powershell",
            "no folder for completions",
        ),
        ("completions install", "SHELL does not name"),
    ] {
        let refused = workspace.run(line);
        assert!(
            refused.code == 2 && refused.stderr.contains(part),
            "{}",
            refused.stderr
        );
    }
}
