//! What each screen looks like, as golden files: text, JSON, help, errors.

use std::fmt::Write;

use regex::Regex;

use crate::desk::Desk;

/// Runs commands one after the other, and writes down what a person sees.
fn session(desk: &Desk, lines: &[&str], environment: &[(&str, &str)]) -> String {
    let mut seen = String::new();
    for line in lines {
        let ended = desk.run_with(line, environment);
        let _ = writeln!(seen, "$ drift {line}");
        seen.push_str(&ended.out);
        for error in ended.err.lines() {
            let _ = writeln!(seen, "! {error}");
        }
        let _ = writeln!(seen, "[{}]\n", ended.code);
    }
    scrub(&seen, desk)
}

/// Takes out what differs from run to run: times, ports, folders, random ids.
fn scrub(text: &str, desk: &Desk) -> String {
    let mut text = text.replace(&desk.path().display().to_string(), "HOME");
    for (pattern, stand_in) in [
        (
            r"[0-9]{4}-[0-9-]{5} [0-9:]{8} UTC",
            "2026-11-23 10:00:00 UTC",
        ),
        (
            r#""(created_?[aA]t|start_date)":[0-9]+"#,
            r#""$1":1795428000000"#,
        ),
        (r"127\.0\.0\.1:[0-9]+", "127.0.0.1:8080"),
        (r"answers in [0-9]+ ms", "answers in 1 ms"),
        (r"eyJ[0-9A-Za-z_.-]+", "eyJ.SIGNED.IDENTITY"),
        (r"r_[0-9a-f]{32}", "r_5d0c2a9e7b134f6857f20c9b4a1d3e86"),
    ] {
        text = Regex::new(pattern)
            .expect("a pattern")
            .replace_all(&text, stand_in)
            .into_owned();
    }
    text
}

const ID: &str = "--external-id r_5d0c2a9e7b134f68";

#[test]
fn contacts() {
    let desk = Desk::new();
    let with_id =
        format!("--sandbox contacts create --email ada@example.test {ID} --phone +49-30-1");
    let find_id = format!("--sandbox contacts find {ID}");
    let lines = [
        "--sandbox contacts create --email ada@example.test --name Ada --set seats=12 --set vip=true --set-text zip=01234",
        "--sandbox contacts get 24100000019",
        "--sandbox contacts create --email ada@example.test",
        &with_id,
        &with_id,
        "--sandbox contacts find --email ada@example.test",
        &find_id,
        "--sandbox contacts find --email nobody@example.test",
        "--sandbox contacts ensure --email ada@example.test",
        "--sandbox contacts ensure --email bob@example.test",
        "--sandbox contacts upsert --email bob@example.test --name Bob",
        "--sandbox contacts upsert --email eve@example.test",
        "--sandbox contacts update 24100000019 --set seats=13 --clear vip",
        "--sandbox contacts update 24100000019",
        "--sandbox contacts attributes",
        "--sandbox contacts timeline 24100000019 --event Paid",
        "--sandbox contacts timeline --external-id unknown --event Paid",
        "--sandbox contacts delete 24100000019",
        "--sandbox contacts get 24100000019",
        "contacts resolve missing.json",
    ];
    insta::assert_snapshot!(session(&desk, &lines, &[]));
}

#[test]
fn json() {
    let desk = Desk::new();
    let lines = [
        "--sandbox --json contacts create --email ada@example.test --name Ada --set seats=12",
        "--sandbox --json contacts get 24100000019",
        "--sandbox --json contacts find --email ada@example.test",
        "--sandbox --json contacts find --email nobody@example.test",
        "--sandbox --json contacts create --email ada@example.test",
        "--sandbox --json contacts create --email ada@example.test --external-id 42",
        "--sandbox --json contacts ensure --email ada@example.test",
        "--sandbox --json contacts upsert --email ada@example.test --set plan=pro",
        "--sandbox --json contacts update 24100000019 --name Augusta",
        "--sandbox --json contacts attributes",
        "--sandbox --json contacts timeline 24100000019 --event Paid",
        "--sandbox --json contacts delete 24100000019",
        "--sandbox --json emails unsubscribe ada@example.test",
        "--sandbox --json privacy retrieve ada@example.test",
        "--sandbox --json privacy delete ada@example.test --yes",
        "--sandbox --json token info",
        "--sandbox --json doctor",
        "--json profiles path",
        "--json contacts get 1",
        "--json contacts get x",
        "--json contacts",
        "--json sandbox path",
        "--json emulator --db missing/x.db",
    ];
    insta::assert_snapshot!(session(&desk, &lines, &[]));
}

#[test]
fn the_rest() {
    let desk = Desk::new();
    let key = [
        ("DRIFT_ID_KEY", "2026:0123456789abcdef"),
        ("BETA_TOKEN", "t_1"),
    ];
    let lines = [
        "--sandbox emails unsubscribe ada@example.test bob@example.test",
        "--sandbox privacy retrieve ada@example.test",
        "--sandbox privacy delete ada@example.test",
        "--sandbox privacy delete ada@example.test --yes",
        "--sandbox token info",
        "--sandbox doctor",
        "doctor",
        "identity random",
        "identity derive 7",
        "identity sign 7",
        "profiles list",
        "profiles add beta --token-env BETA_TOKEN",
        "profiles list",
        "profiles path",
        "--profile gamma token info",
        "sandbox path",
        "sandbox reset",
        "--sandbox contacts create --email ada@example.test",
        "sandbox reset --yes",
        "--sandbox contacts find --email ada@example.test",
    ];
    insta::assert_snapshot!(session(&desk, &lines, &key));
}

#[test]
fn help_of_every_command() {
    let desk = Desk::new();
    let mut pages = vec![String::new()];
    let mut seen = String::new();
    while let Some(page) = pages.pop() {
        let ended = desk.run_with(&format!("{page} --help"), &[("COLUMNS", "80")]);
        assert_eq!(ended.code, 0, "{page}");
        assert_eq!(
            advice(&ended.out),
            advice(&wide(&desk, &page)),
            "an example does not fit 80 columns"
        );
        let _ = writeln!(seen, "$ drift{page} --help\n{}", ended.out);
        pages.extend(
            subcommands(&ended.out)
                .into_iter()
                .rev()
                .map(|name| format!("{page} {name}")),
        );
    }
    insta::assert_snapshot!(seen);
}

/// What follows the options.
fn advice(help: &str) -> &str {
    help.find("Examples:").map_or("", |at| &help[at..])
}

fn wide(desk: &Desk, page: &str) -> String {
    desk.run_with(&format!("{page} --help"), &[("COLUMNS", "200")])
        .out
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
fn tables_fit_the_width() {
    let desk = Desk::new();
    for id in ["r_5d0c2a9e7b134f68", "r_e81b6f30c9a2d475"] {
        let line = format!(
            "--sandbox contacts create --email augusta.ada.king@example.test --external-id {id} --name Augusta"
        );
        assert_eq!(desk.run(&line).code, 0);
    }
    for columns in ["60", "80"] {
        let ended = desk.run_with(
            "--sandbox contacts find --email augusta.ada.king@example.test",
            &[("COLUMNS", columns)],
        );
        let widest = ended.out.lines().map(|line| line.chars().count()).max();
        assert!(widest <= columns.parse().ok(), "{}", ended.out);
        assert_eq!(
            ended.out.matches('…').count() > 0,
            columns == "60" || columns == "80"
        );
    }
}

#[test]
fn colours_are_for_terminals_alone() {
    let desk = Desk::new();
    for line in [
        "--help",
        "--sandbox token info",
        "contacts get 1",
        "contacts fnid",
    ] {
        let ended = desk.run_with(line, &[("TERM", "xterm-256color")]);
        assert!(
            !ended.out.contains('\u{1b}') && !ended.err.contains('\u{1b}'),
            "{line}"
        );
    }
}

#[test]
fn what_drift_says_cannot_command_the_terminal() {
    let desk = Desk::new();
    let mut command = desk.command();
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
    let shown = desk.run("--sandbox contacts get 24100000019");
    assert!(
        shown.out.contains("\\u{1b}[2JAda") && !shown.out.contains('\u{1b}'),
        "{}",
        shown.out
    );
}

#[test]
fn completions_and_man_pages_know_every_command() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = desk.run(&format!("completions {shell}"));
        assert_eq!(ended.code, 0);
        for word in ["contacts", "upsert", "--set-text", "unsubscribe", "doctor"] {
            let word = if shell == "fish" {
                word.trim_start_matches("--")
            } else {
                word
            };
            assert!(ended.out.contains(word), "{shell} lacks {word}");
        }
    }
    assert_eq!(desk.run("man pages").code, 0);
    let page =
        std::fs::read_to_string(desk.path().join("pages/drift-contacts-create.1")).expect("a page");
    assert!(page.contains("external") && page.contains("Examples"));
}
