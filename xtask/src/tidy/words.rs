//! Words that say that something is not done, or that hold on one machine only.

use super::source::Source;
use crate::util::finding::Finding;

/// A word, the ends of the names of files where it must not stand (all where none is named), and what to do.
type Row = (&'static str, &'static [&'static str], &'static str);

const RUST: &[&str] = &["rs"];
const EVERYWHERE: &[&str] = &[];

const WORDS: [Row; 11] = [
    ("TODO", EVERYWHERE, "do it, or open an issue"),
    ("FIXME", EVERYWHERE, "fix it, or open an issue"),
    ("XXX", EVERYWHERE, "say what is meant"),
    (
        "#[ignore",
        RUST,
        "make the test fast, or put it behind DRIFT_HEAVY",
    ),
    ("C:\\", EVERYWHERE, NO_PATH),
    ("--index-url", EVERYWHERE, NO_REGISTRY),
    ("--extra-index-url", EVERYWHERE, NO_REGISTRY),
    ("--registry", EVERYWHERE, NO_REGISTRY),
    ("GOPROXY", EVERYWHERE, NO_REGISTRY),
    ("<repositories>", EVERYWHERE, NO_REGISTRY),
    ("deb http", EVERYWHERE, NO_REGISTRY),
];

/// Folders at the top of a machine; a path into one must stand nowhere. Without their slashes here, so that this file
/// names no path itself.
const FOLDERS: [&str; 4] = ["home", "root", "tmp", "Users"];

const NO_PATH: &str =
    "an absolute path holds on one machine only; take the workspace's root or a temporary folder";
const NO_REGISTRY: &str = "where packages come from is the machine's to say, not the project's";

/// The table stands here.
const THIS: &str = "xtask/src/tidy/words.rs";

/// Words that must not stand where they do.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let judged = sources.iter().filter(|source| source.path != THIS);
    judged.flat_map(faults).collect()
}

fn faults(source: &Source) -> Vec<Finding> {
    let words = WORDS
        .iter()
        .filter(|(_, ends, _)| ends.is_empty() || ends.contains(&source.extension()))
        .map(|(word, _, instead)| ((*word).to_owned(), *instead));
    let paths = FOLDERS.map(|folder| (format!("/{folder}/"), NO_PATH));
    let rows: Vec<(String, &str)> = words.chain(paths).collect();
    let mut found = Vec::new();
    for (line, number) in source.text.lines().zip(1..) {
        for (word, instead) in rows.iter().filter(|(word, _)| stands(word, line)) {
            found.push(Finding::in_file(
                &source.path,
                number,
                format!("`{word}`: {instead}"),
            ));
        }
    }
    found
}

/// As a word of its own: `METHODOLOGY` holds no `TODO`.
fn stands(word: &str, line: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let starts =
            !word.starts_with(char::is_alphanumeric) || !before.is_some_and(char::is_alphanumeric);
        let ends =
            !word.ends_with(char::is_alphanumeric) || !after.is_some_and(char::is_alphanumeric);
        starts && ends
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::of;

    #[test]
    fn words_of_their_own_are_found() {
        let cases = [
            ("a.rs", "// TODO: later", 1),
            ("a.md", "FIXME", 1),
            ("a.rs", "let method = METHODOLOGY; // XXXL", 0),
            ("a.md", "`#[ignore]` skips a test", 0),
            ("a.rs", "    #[ignore = \"slow\"]", 1),
            ("a.sh", &["cp a ", "tmp", "b"].join("/"), 1),
            ("a.rs", "PathBuf::from(\"C:\\\\drift\")", 1),
            (
                "a.sh",
                "pip install --index-url https://packages.example.test/",
                1,
            ),
            ("README.md", "The name on crates.io belongs to another.", 0),
        ];
        for (path, text, count) in cases {
            assert_eq!(check(&[of(path, text)]).len(), count, "{path}: {text}");
        }
    }
}
