//! Every command line in a Markdown file is run here or by `.ci/run`; it must print the output that the file shows.
//!
//! The test is in this crate because Cargo provides the built `drift` only here.

mod document;
mod terminal;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use document::{Block, blocks};
use terminal::Terminal;

/// Folders whose documents are not ours, or are templates of READMEs elsewhere.
const SKIPPED_FOLDERS: [&str; 4] = ["target", "node_modules", "packages", ".git"];

/// What begins a line that builds the program and runs it.
const FROM_SOURCE: &str = "cargo run -q -p drift-cli -- ";

/// Lines that would build the world again: each with the line of `.ci/run` that runs it, or one that does the same.
const ELSEWHERE: [(&str, &str); 16] = [
    (
        "cargo run -q -p drift-cli -- --sandbox contacts create --email ada@example.test",
        "cargo run -q -p drift-cli -- --sandbox contacts create --email ada@example.test",
    ),
    ("cargo test --workspace", "cargo test --workspace"),
    (
        "cargo install --path crates/drift-cli",
        "cargo install --path crates/drift-cli",
    ),
    ("cargo xtask generate", "cargo xtask generate"),
    ("cargo xtask check", "cargo xtask check"),
    ("cargo xtask breaking HEAD", "cargo xtask breaking HEAD"),
    (
        "cargo xtask codegen --verify",
        "cargo xtask codegen --verify",
    ),
    // The rest is not README's: a part of what stands beside it, or the same elsewhere.
    ("cargo xtask codegen", "cargo xtask codegen --verify"),
    (
        "cargo xtask codegen python go",
        "cargo xtask codegen --verify",
    ),
    (
        "cargo xtask codegen java --out .",
        "cargo xtask codegen --verify",
    ),
    (
        "cargo xtask codegen --verify python",
        "cargo xtask codegen --verify",
    ),
    (
        "cargo xtask codegen --verify --write",
        "cargo xtask codegen --verify",
    ),
    (
        "python3 tests/clients/python/vectors.py tests/vectors",
        "cargo xtask codegen --verify",
    ),
    ("cargo xtask examples", "cargo xtask examples"),
    (
        "cargo run --release -p drift-import --example measure -- rate 200000 9",
        "cargo run --release -p drift-import --example measure -- rate 2000 1",
    ),
    (
        "cargo run --release -p drift-import --example measure -- memory 10000 1000000",
        "cargo run --release -p drift-import --example measure -- memory 1000 10000",
    ),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect(path)
}

/// Every Markdown file of the tree.
fn documents() -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![root()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if path.is_dir() && !SKIPPED_FOLDERS.contains(&&*name) {
                folders.push(path);
            } else if name.ends_with(".md") {
                let path = path.strip_prefix(root()).expect("within the tree");
                found.push(path.display().to_string());
            }
        }
    }
    assert!(found.iter().any(|path| path == "README.md"));
    found
}

/// The blocks of a document that are for a shell.
fn for_a_shell(path: &str) -> Vec<Block> {
    let shells = ["console", "sh", "bash", "shell", "shell-session"];
    blocks(&read(path))
        .into_iter()
        .filter(|block| shells.contains(&block.language.as_str()))
        .collect()
}

#[test]
fn documented_commands_run_and_print_the_documented_output() {
    for path in documents() {
        let mut terminal = Terminal::new(Path::new(env!("CARGO_BIN_EXE_drift")));
        for block in for_a_shell(&path) {
            for typed in block.lines() {
                let elsewhere = ELSEWHERE.iter().any(|(line, _)| *line == typed.line);
                match typed.line.strip_prefix(FROM_SOURCE) {
                    // What a line leaves behind is there for the next, whichever way the program came.
                    Some(rest) => terminal.types(&typed.with_line(&format!("drift {rest}")), &path),
                    None if elsewhere => {}
                    None => terminal.types(&typed, &path),
                }
            }
        }
    }
}

#[test]
fn lines_that_ci_runs_are_in_ci() {
    let ci = read(".ci/run");
    let runs = |line: &str| {
        ci.lines()
            .any(|it| !it.starts_with('#') && it.contains(line))
    };
    let typed: Vec<String> = documents()
        .iter()
        .flat_map(|path| for_a_shell(path))
        .flat_map(|block| block.lines())
        .map(|typed| typed.line)
        .collect();
    for (line, there) in ELSEWHERE {
        assert!(runs(there), ".ci/run does not run {there:?}");
        assert!(
            typed.iter().any(|it| it == line),
            "no document has {line:?}"
        );
    }
}

#[test]
fn every_line_of_the_readme_is_run_unchanged() {
    for block in for_a_shell("README.md") {
        for typed in block.lines() {
            let elsewhere = ELSEWHERE.iter().find(|(line, _)| *line == typed.line);
            assert!(
                elsewhere.is_none_or(|(line, there)| line == there),
                "{}",
                typed.line
            );
        }
    }
}

#[test]
fn the_first_code_of_the_readme_is_short() {
    let first = blocks(&read("README.md"))
        .into_iter()
        .find(|block| block.language.starts_with("rust"))
        .expect("README shows code");
    assert!(first.text.lines().count() < 15);
}

/// The numbers in README are counted in the table that they describe.
#[test]
fn the_readme_gives_the_numbers_of_the_fault_table() {
    let table = read("docs/faults.md");
    let mut faults = BTreeSet::new();
    let (mut situations, mut calls, mut cells) = (0, 0, 0);
    let mut at_attempts = Vec::new();
    for part in table.split("\n## ").skip(1) {
        let mut played = BTreeSet::new();
        situations = part.matches("\n### ").count();
        for line in part.lines().filter(|line| line.starts_with('|')) {
            let columns: Vec<&str> = line.trim_matches('|').split(" | ").collect();
            match columns[0].trim() {
                "Fault" => calls = columns.len() - 1,
                "---" => {}
                fault => {
                    played.insert(fault.to_owned());
                    cells += columns.len() - 1;
                }
            }
        }
        at_attempts.push(played.len());
        faults.extend(played);
    }
    let [first, every] = at_attempts[..] else {
        panic!("two parts were expected, of the first attempt and of every one");
    };
    assert_eq!(cells, (first + every) * calls * situations);
    let said = format!(
        "plays {} faults, {first} of them at a call's first attempt and {every} at every attempt, with {calls} calls in \
         {situations} situations: {},{:03} cells",
        faults.len(),
        cells / 1_000,
        cells % 1_000
    );
    let readme = read("README.md").replace('\n', " ");
    assert!(readme.contains(&said), "README does not say: {said}");
}
