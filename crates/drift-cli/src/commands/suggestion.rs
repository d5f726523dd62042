//! What somebody meant who typed a word that is no command: the same command under another name, a command one level
//! deeper, a typing error, or a value without its option. It replaces the suggestions of the parser, which compares
//! letters alone, and takes `init` for `identity`.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use super::cli::Cli;
use crate::arguments::{typed_drift, typed_email};
use crate::output::shell_option;

/// Commands, and words that other programs have for them. Of two that fit, the one below the command that was typed
/// is meant, or else the first.
const WORDS: [(&str, &[&str]); 23] = [
    ("contacts create", &["new", "add", "insert", "post", "make"]),
    ("contacts get", &["show", "view", "read", "open"]),
    (
        "contacts find",
        &[
            "list", "ls", "search", "lookup", "query", "select", "contact",
        ],
    ),
    (
        "contacts update",
        &["edit", "change", "modify", "set", "patch"],
    ),
    ("contacts delete", &["remove", "rm", "del", "archive"]),
    ("contacts upsert", &["put", "save", "merge", "sync"]),
    (
        "contacts import",
        &["upload", "load", "csv", "undo", "batch", "bulk"],
    ),
    ("contacts export", &["download", "dump", "backup"]),
    ("contacts timeline", &["event", "events", "track"]),
    (
        "contacts resolve",
        &["ticket", "tickets", "retry", "recover"],
    ),
    ("contacts attributes", &["fields", "properties", "schema"]),
    ("privacy delete", &["gdpr", "erase", "forget", "remove"]),
    (
        "token info",
        &["whoami", "me", "account", "scopes", "organization"],
    ),
    ("login", &["init", "setup", "auth", "signin", "configure"]),
    ("profiles", &["config", "profile", "organizations"]),
    ("profiles add", &["create", "new"]),
    ("profiles list", &["ls", "show", "accounts"]),
    ("doctor", &["check", "status", "ping", "diagnose", "health"]),
    (
        "emulator",
        &["serve", "server", "start", "run", "mock", "docs"],
    ),
    ("sandbox reset", &["clear", "clean", "wipe"]),
    ("identity sign", &["jwt", "identify"]),
    ("emails unsubscribe", &["email", "optout", "subscription"]),
    ("completions", &["completion", "autocomplete"]),
];

/// The error with our suggestion in place of the parser's. Other errors stay as they are.
pub fn with_suggestion(mut error: clap::Error) -> clap::Error {
    let tip = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let Some(word) = text(&error, ContextKind::InvalidSubcommand) else {
                return error;
            };
            error.remove(ContextKind::SuggestedSubcommand);
            tip_for_command(&word, &typed_before(&word))
        }
        ErrorKind::UnknownArgument => {
            let word = text(&error, ContextKind::InvalidArg);
            word.and_then(|word| tip_for_address(&word).or_else(|| tip_for_all(&word)))
        }
        ErrorKind::MissingRequiredArgument => tip_for_id(&typed_before("")),
        _ => return error,
    };
    if let Some(tip) = tip {
        let tips = ContextValue::StyledStrs(vec![tip.into()]);
        error.insert(ContextKind::Suggested, tips);
    }
    error
}

fn text(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    }
}

/// An address where none is expected.
fn tip_for_address(word: &str) -> Option<String> {
    let is_address = word.contains('@') && !word.starts_with('-');
    is_address.then(|| format!("name the option: {}", shell_option("--email", word)))
}

/// The option that Drift has no call for.
fn tip_for_all(word: &str) -> Option<String> {
    let is_export = word == "--all" && typed_before(word) == "contacts export";
    is_export
        .then(|| "Drift cannot list all contacts; name them in a file: --emails FILE".to_owned())
}

/// Where a contact's id comes from, for a command that needs it.
fn tip_for_id(command: &str) -> Option<String> {
    let needs_id = ["get", "update", "delete", "timeline"];
    let needs_id = needs_id.map(|name| format!("contacts {name}"));
    needs_id.iter().any(|name| name == command).then(|| {
        let address = typed_email().unwrap_or_else(|| "ADDRESS".to_owned());
        let email = shell_option("--email", &address);
        format!("find the id: {} contacts find {email}", typed_drift())
    })
}

fn tip_for_command(word: &str, parent: &str) -> Option<String> {
    if word.contains('@') {
        let email = shell_option("--email", word);
        let drift = typed_drift();
        return Some(format!("find the contact: {drift} contacts find {email}"));
    }
    let path = meant(word, parent)?;
    Some(format!("did you mean this: {} {path}", typed_drift()))
}

/// The commands before the word on the command line: `contacts` in `drift --json contacts fnid`.
fn typed_before(word: &str) -> String {
    let arguments = std::env::args_os().skip(1);
    let arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
    let mut command = Cli::command();
    let mut path = Vec::new();
    for argument in arguments.take_while(|argument| argument != word) {
        if let Some(found) = command.find_subcommand(&argument).cloned() {
            path.push(argument);
            command = found;
        }
    }
    path.join(" ")
}

/// The path of the command that is meant.
fn meant(word: &str, parent: &str) -> Option<String> {
    let word = word.to_lowercase();
    let paths = paths(&Cli::command(), "");
    let name = |path: &str| path.rsplit(' ').next().unwrap_or_default().to_owned();
    let same = |path: &String| {
        let others = WORDS.iter().filter(|(of, _)| of == path);
        name(path) == word
            || others
                .flat_map(|(_, words)| *words)
                .any(|other| *other == word)
    };
    let closeness = |path: &String| distance(&word, &name(path)).map(|off| (off, path.clone()));
    let (below, elsewhere): (Vec<_>, Vec<_>) =
        paths.into_iter().partition(|path| is_child(path, parent));
    below
        .iter()
        .find(|path| same(path))
        .cloned()
        .or_else(|| closest(below.iter().filter_map(closeness)))
        .or_else(|| elsewhere.iter().find(|path| same(path)).cloned())
        .or_else(|| closest(elsewhere.iter().filter_map(closeness)))
}

fn is_child(path: &str, parent: &str) -> bool {
    path.rsplit_once(' ').map_or("", |(above, _)| above) == parent
}

fn closest(found: impl Iterator<Item = (usize, String)>) -> Option<String> {
    found.min_by_key(|(off, _)| *off).map(|(_, path)| path)
}

/// How many typing errors are between two words, if they are few: one for each three letters. A beginning counts as none.
fn distance(word: &str, name: &str) -> Option<usize> {
    if word.len() >= 3 && name.starts_with(word) {
        return Some(0);
    }
    let off = strsim::damerau_levenshtein(word, name);
    (off <= (word.chars().count() / 3).max(1)).then_some(off)
}

/// The paths of all commands that are shown, each above those below it.
fn paths(command: &Command, above: &str) -> Vec<String> {
    let shown = command
        .get_subcommands()
        .filter(|below| !below.is_hide_set());
    shown
        .flat_map(|below| {
            let path = format!("{above} {}", below.get_name()).trim().to_owned();
            let deeper = paths(below, &path);
            std::iter::once(path).chain(deeper)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_of_commands_that_exist_and_are_no_commands() {
        let paths = paths(&Cli::command(), "");
        for (path, words) in WORDS {
            assert!(paths.iter().any(|known| known == path), "{path}");
            assert!(!words.is_empty());
        }
    }

    #[test]
    fn the_command_that_is_meant_is_found() {
        for (parent, word, path) in [
            ("", "init", Some("login")),
            ("", "contact", Some("contacts")),
            ("", "create", Some("contacts create")),
            ("", "find", Some("contacts find")),
            ("", "list", Some("contacts find")),
            ("", "unsubscribe", Some("emails unsubscribe")),
            ("", "docter", Some("doctor")),
            ("", "emul", Some("emulator")),
            ("", "import", Some("contacts import")),
            ("", "xyzzy", None),
            ("", "x", None),
            ("contacts", "fnid", Some("contacts find")),
            ("contacts", "list", Some("contacts find")),
            ("contacts", "rm", Some("contacts delete")),
            ("contacts", "serve", Some("emulator")),
            ("profiles", "create", Some("profiles add")),
            ("profiles", "ls", Some("profiles list")),
            ("privacy", "remove", Some("privacy delete")),
            ("token", "show", Some("contacts get")),
        ] {
            assert_eq!(
                meant(word, parent).as_deref(),
                path,
                "drift {parent} {word}"
            );
        }
    }

    #[test]
    fn an_address_is_quoted_for_the_shell() {
        let table = [
            ("ada@example.test", "--email ada@example.test"),
            ("o'hara@example.test", "--email 'o'\\''hara@example.test'"),
        ];
        for (word, option) in table {
            assert!(tip_for_address(word).is_some_and(|tip| tip.ends_with(option)));
            assert!(tip_for_command(word, "").is_some_and(|tip| tip.ends_with(option)));
        }
        assert_eq!(tip_for_address("--mail=a@b"), None);
        assert_eq!(tip_for_address("word"), None);
    }
}
