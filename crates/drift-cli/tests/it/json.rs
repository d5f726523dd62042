//! `--json`: what it prints, and that the README tells it of every command.

use crate::desk::Desk;

#[test]
fn an_export_is_json_where_json_is_asked_for() {
    let desk = Desk::new();
    let created = desk.run("--sandbox contacts create --email ada@example.test --name Ada");
    assert_eq!(created.code, 0, "{}", created.err);
    std::fs::write(desk.path().join("list"), "ada@example.test\n").expect("a file");
    let export = "--sandbox contacts export --emails list";
    for options in ["--json", "--json --format jsonl", "--format jsonl"] {
        let ended = desk.run(&format!("{export} {options}"));
        assert_eq!(ended.code, 0, "{options}: {}", ended.err);
        assert_eq!(ended.json()["email"], "ada@example.test", "{options}");
    }
    let csv = desk.run(export).out;
    assert!(csv.starts_with("id,createdAt"), "{csv}");
    let both = desk.run(&format!("{export} --json --format csv"));
    assert_eq!((both.code, both.out.as_str()), (2, ""));
    assert_eq!(desk.run(&format!("{export} --json --out of.csv")).out, "");
    let file = std::fs::read_to_string(desk.path().join("of.csv")).expect("a file");
    assert!(file.starts_with("id,"), "{file}");
}

/// The rows of a table as groups of words in backticks: `contacts create`, `get` are two words of `contacts`.
fn told() -> Vec<String> {
    let readme = include_str!("../../README.md");
    let table = readme.split("Standard output with `--json`").nth(1);
    let rows = table.expect("the table").lines().skip(2);
    let mut told = Vec::new();
    for row in rows.take_while(|row| row.starts_with('|')) {
        let first = row.split('|').nth(1).expect("a cell");
        let mut group = "";
        for name in first.split('`').skip(1).step_by(2) {
            let (before, name) = name.split_once(' ').unwrap_or((group, name));
            group = before;
            told.push(format!("{group} {name}").trim().to_owned());
        }
    }
    told
}

/// The commands that a page of help lists.
fn listed(desk: &Desk, page: &str) -> Vec<String> {
    let help = desk.run(&format!("{page} --help")).out;
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
fn the_readme_tells_the_json_of_every_command() {
    let (desk, told) = (Desk::new(), told());
    let mut pages = listed(&desk, "");
    while let Some(page) = pages.pop() {
        let below = listed(&desk, &page);
        assert!(
            !below.is_empty() || told.contains(&page),
            "{page} is not in the table of --json: {told:?}"
        );
        pages.extend(below);
    }
}
