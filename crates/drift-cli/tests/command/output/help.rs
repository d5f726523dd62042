//! Help, completions and man pages.

use std::fmt::Write;

use crate::support::Workspace;

#[test]
fn help_of_every_command() {
    let workspace = Workspace::new();
    let mut pages = vec![String::new()];
    let mut seen = String::new();
    while let Some(page) = pages.pop() {
        let finished = workspace.run_with(&format!("{page} --help"), &[("COLUMNS", "80")]);
        assert_eq!(finished.code, 0, "{page}");
        assert_eq!(
            examples(&finished.stdout),
            examples(&wide(&workspace, &page)),
            "an example does not fit 80 columns"
        );
        let _ = writeln!(seen, "$ drift{page} --help\n{}", finished.stdout);
        pages.extend(
            subcommands(&finished.stdout)
                .into_iter()
                .rev()
                .map(|name| format!("{page} {name}")),
        );
    }
    insta::assert_snapshot!(seen);
}

/// The part after the options, which begins with the examples.
fn examples(help: &str) -> &str {
    help.find("Examples:").map_or("", |at| &help[at..])
}

fn wide(workspace: &Workspace, page: &str) -> String {
    workspace
        .run_with(&format!("{page} --help"), &[("COLUMNS", "200")])
        .stdout
}

fn subcommands(help: &str) -> Vec<String> {
    let listed = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    // A line that goes on is indented further, and begins with a space here.
    names
        .filter(|name| *name != "help" && help.contains(&format!("\n  {name} ")))
        .map(str::to_owned)
        .collect()
}

#[test]
fn completions_and_man_pages_know_every_command() {
    let workspace = Workspace::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let finished = workspace.run(&format!("completions {shell}"));
        assert_eq!(finished.code, 0);
        for word in ["contacts", "upsert", "--set-text", "unsubscribe", "doctor"] {
            let word = if shell == "fish" {
                word.trim_start_matches("--")
            } else {
                word
            };
            assert!(finished.stdout.contains(word), "{shell} lacks {word}");
        }
    }
    assert_eq!(workspace.run("man pages").code, 0);
    let page = std::fs::read_to_string(workspace.path().join("pages/drift-contacts-create.1"))
        .expect("a page");
    assert!(page.contains("external") && page.contains("Examples"));
}
