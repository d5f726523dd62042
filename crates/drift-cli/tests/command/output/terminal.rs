//! Output for people: width, colours, and characters that a terminal would obey.

use crate::support::Workspace;

#[test]
fn tables_fit_the_width() {
    let workspace = Workspace::new();
    for id in ["r_5d0c2a9e7b134f68", "r_e81b6f30c9a2d475"] {
        let line = format!(
            "--sandbox contacts create --email augusta.ada.king@example.test --external-id {id} --name Augusta"
        );
        assert_eq!(workspace.run(&line).code, 0);
    }
    for columns in ["60", "80"] {
        let finished = workspace.run_with(
            "--sandbox contacts find --email augusta.ada.king@example.test",
            &[("COLUMNS", columns)],
        );
        let widest = finished
            .stdout
            .lines()
            .map(|line| line.chars().count())
            .max();
        assert!(widest <= columns.parse().ok(), "{}", finished.stdout);
        assert_eq!(
            finished.stdout.matches('…').count() > 0,
            columns == "60" || columns == "80"
        );
    }
}

#[test]
fn only_terminals_get_colours() {
    let workspace = Workspace::new();
    for line in [
        "--help",
        "--sandbox token info",
        "contacts get 1",
        "contacts fnid",
    ] {
        let finished = workspace.run_with(line, &[("TERM", "xterm-256color")]);
        assert!(
            !finished.stdout.contains('\u{1b}') && !finished.stderr.contains('\u{1b}'),
            "{line}"
        );
    }
}

#[test]
fn control_characters_from_drift_are_escaped() {
    let workspace = Workspace::new();
    let mut command = workspace.command();
    command.args([
        "--sandbox",
        "contacts",
        "create",
        "--email",
        "ada@example.test",
        "--name",
        "\u{1b}[2JAda",
    ]);
    assert!(command.output().expect("the binary runs").status.success());
    let shown = workspace.run("--sandbox contacts get 24100000019");
    assert!(
        shown.stdout.contains("\\u{1b}[2JAda") && !shown.stdout.contains('\u{1b}'),
        "{}",
        shown.stdout
    );
}
