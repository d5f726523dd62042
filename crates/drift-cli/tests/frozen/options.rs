//! Names of commands, options and their values, as `--help` lists them.

use std::fmt::Write;

use crate::home::Home;

/// The names of the commands below a command.
fn commands(help: &str) -> impl DoubleEndedIterator<Item = &str> {
    let listed: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    listed.into_iter()
}

/// The usage and the options of a command, with what help says in brackets: default and possible values.
fn options(help: &str) -> Vec<String> {
    let lines = help.split("\nExamples:").next().unwrap_or_default().lines();
    let option = |line: &str| {
        let line = line.trim_start();
        let named = line.starts_with('-') || line.starts_with('<') || line.starts_with('[');
        let (name, text) = line.split_once("  ").unwrap_or((line, ""));
        let brackets = text.find(" [").map_or("", |at| &text[at..]);
        named.then(|| format!("{name}{brackets}"))
    };
    lines.filter_map(option).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keep_their_names() {
    let home = Home::new().await;
    let of_every_command = options(&home.run("COLUMNS=400 -h").out);
    let mut seen = String::new();
    let mut pages = vec![String::new()];
    while let Some(page) = pages.pop() {
        let help = home.run(&format!("COLUMNS=400 {page} -h"));
        assert_eq!(help.code, 0, "{page}: {}", help.err);
        let usage = help.out.lines().find(|line| line.starts_with("Usage: "));
        let _ = writeln!(seen, "{}", usage.expect("the usage"));
        for option in options(&help.out) {
            if page.is_empty() || !of_every_command.contains(&option) {
                let _ = writeln!(seen, "    {option}");
            }
        }
        let below = commands(&help.out).rev();
        pages.extend(below.map(|name| format!("{page} {name}").trim().to_owned()));
    }
    insta::assert_snapshot!(seen);
}
