//! `--json`: what it prints, and that docs/json.md documents it for every command.

use crate::support::Workspace;

#[test]
fn an_export_is_json_lines_with_json() {
    let workspace = Workspace::new();
    let created = workspace.run("--sandbox contacts create --email ada@example.test --name Ada");
    assert_eq!(created.code, 0, "{}", created.stderr);
    std::fs::write(workspace.path().join("list"), "ada@example.test\n").expect("a file");
    let export = "--sandbox contacts export --emails list";
    for options in ["--json", "--json --format jsonl", "--format jsonl"] {
        let finished = workspace.run(&format!("{export} {options}"));
        assert_eq!(finished.code, 0, "{options}: {}", finished.stderr);
        assert_eq!(finished.json()["email"], "ada@example.test", "{options}");
    }
    let csv = workspace.run(export).stdout;
    assert!(csv.starts_with("id,createdAt"), "{csv}");
    let both = workspace.run(&format!("{export} --json --format csv"));
    assert_eq!((both.code, both.stdout.as_str()), (2, ""));
    assert_eq!(
        workspace
            .run(&format!("{export} --json --out of.csv"))
            .stdout,
        ""
    );
    let file = std::fs::read_to_string(workspace.path().join("of.csv")).expect("a file");
    assert!(file.starts_with("id,"), "{file}");
}

/// The commands in the headings of docs/json.md.
fn documented() -> Vec<String> {
    let document = include_str!("../../../../../docs/json.md");
    let headings = document.lines().filter(|line| line.starts_with("## "));
    let commands = headings.flat_map(|heading| heading.split('`').skip(1).step_by(2));
    commands.map(str::to_owned).collect()
}

/// The commands that a page of help lists.
fn listed(workspace: &Workspace, page: &str) -> Vec<String> {
    let help = workspace.run(&format!("{page} --help")).stdout;
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    lines
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(|name| format!("{page} {name}").trim().to_owned())
        .collect()
}

#[test]
fn the_json_of_every_command_is_documented() {
    let (workspace, documented) = (Workspace::new(), documented());
    let mut pages = listed(&workspace, "");
    while let Some(page) = pages.pop() {
        let below = listed(&workspace, &page);
        assert!(
            !below.is_empty() || documented.contains(&page),
            "{page} is not in docs/json.md: {documented:?}"
        );
        pages.extend(below);
    }
}
