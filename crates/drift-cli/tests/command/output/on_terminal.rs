//! What differs on a terminal: a pager, questions, and JSON with escapes.

use crate::support::{Workspace, on_terminal};

const LEFT: &str = "\u{202e}";

fn command(workspace: &Workspace, line: &str) -> std::process::Command {
    let mut command = workspace.command();
    command
        .args(line.split_whitespace())
        .env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

#[test]
fn long_help_goes_through_the_pager() {
    let workspace = Workspace::new();
    for (variables, is_paged) in [
        (&[("DRIFT_PAGER", "sed s/^/page:/")][..], true),
        (&[("PAGER", "sed s/^/page:/")], true),
        (&[("DRIFT_PAGER", ""), ("PAGER", "sed s/^/page:/")], false),
        (
            &[
                ("DRIFT_PAGER", "no-such-pager"),
                ("PAGER", "sed s/^/page:/"),
            ],
            false,
        ),
        (&[("PAGER", "cat")], false),
    ] {
        let mut help = command(&workspace, "--help");
        help.envs(variables.iter().copied());
        let (code, shown) = on_terminal(help, "");
        assert_eq!(code, 0, "{shown}");
        assert_eq!(shown.contains("page:"), is_paged, "{variables:?}: {shown}");
        assert!(shown.contains("Exit codes"), "{variables:?}: {shown}");
    }
    let mut short = command(&workspace, "--version");
    short.env("PAGER", "sed s/^/page:/");
    assert!(!on_terminal(short, "").1.contains("page:"));
}

#[test]
fn without_a_terminal_there_is_no_pager() {
    let workspace = Workspace::new();
    let shown = workspace.run_with("--help", &[("DRIFT_PAGER", "touch paged")]);
    assert!(shown.stdout.contains("Exit codes") && !workspace.path().join("paged").exists());
}

#[test]
fn a_deletion_is_confirmed() {
    let workspace = Workspace::new();
    let create = workspace.run("--sandbox contacts create --email ada@example.test");
    assert_eq!(create.code, 0, "{}", create.stderr);
    for line in [
        "--sandbox contacts delete 24100000019",
        "sandbox reset",
        "--sandbox privacy delete ada@example.test",
    ] {
        for answer in ["n\n", "\n", "delete\n"] {
            let (code, shown) = on_terminal(command(&workspace, line), answer);
            assert_eq!(code, 2, "{line}: {shown}");
            assert!(
                shown.contains("It cannot be undone. Continue? [y/N]"),
                "{shown}"
            );
            assert!(shown.contains("nothing was changed"), "{shown}");
        }
    }
    assert_eq!(workspace.run("--sandbox contacts get 24100000019").code, 0);
    let delete = "--sandbox contacts delete 24100000019";
    let (code, shown) = on_terminal(command(&workspace, &format!("{delete} --json")), "y\n");
    assert_eq!(code, 2, "a program is not asked: {shown}");
    let (code, shown) = on_terminal(command(&workspace, delete), "y\n");
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("This will delete contact 24100000019."),
        "{shown}"
    );
    assert_eq!(workspace.run("--sandbox contacts get 24100000019").code, 1);
}

#[test]
fn without_a_terminal_a_deletion_needs_yes() {
    let workspace = Workspace::new();
    assert_eq!(
        workspace
            .run("--sandbox contacts create --email ada@example.test")
            .code,
        0
    );
    let refused = workspace.run("--sandbox contacts delete 24100000019");
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("--yes"), "{}", refused.stderr);
    assert_eq!(
        workspace
            .run("--sandbox contacts delete 24100000019 --yes")
            .code,
        0
    );
}

#[test]
fn json_is_escaped_on_a_terminal_alone() {
    let workspace = Workspace::new();
    let hostile = format!("A\u{9b}2J\u{7f}{LEFT}é");
    let mut create = command(
        &workspace,
        "--sandbox contacts create --email ada@example.test --name",
    );
    create.arg(&hostile);
    assert!(create.output().expect("the binary runs").status.success());
    let line = "--sandbox --json contacts get 24100000019";
    let (code, shown) = on_terminal(command(&workspace, line), "");
    assert_eq!(code, 0, "{shown}");
    assert!(shown.contains(r"A\u009b2J\u007f\u202eé"), "{shown}");
    let json: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(json["attributes"]["name"], hostile.as_str());
    let piped = workspace.run(line).stdout;
    assert!(
        piped.contains(&hostile),
        "a program gets the bytes that Drift sent: {piped}"
    );
}
