//! What is shipped neither panics on purpose nor prints past the command's screen.

use super::source::Source;
use crate::finding::Finding;

/// What must not stand in the code of a crate, and what to do instead. `unreachable!` may, with its proof.
const WORDS: [(&str, &str); 7] = [
    (".unwrap()", NO_PANIC),
    (".expect(", NO_PANIC),
    ("panic!(", NO_PANIC),
    ("println!(", NO_PRINT),
    ("eprintln!(", NO_PRINT),
    ("print!(", NO_PRINT),
    ("eprint!(", NO_PRINT),
];

const NO_PANIC: &str = "give the caller an error with `?`";
const NO_PRINT: &str = "a closed pipe would make it panic: give it to the screen of the command";

/// Panics and prints outside tests, examples and doc comments.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let shipped = sources
        .iter()
        .filter(|source| source.is_rust_in("crates/") && source.path.contains("/src/"));
    shipped.flat_map(faults).collect()
}

fn faults(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    for (line, number) in source.shipped_lines() {
        let word = WORDS.iter().find(|(word, _)| stands(word, line));
        found.extend(word.map(|(word, instead)| {
            Finding::in_file(&source.path, number, format!("`{word}`: {instead}"))
        }));
    }
    found
}

/// Not as the end of another name, as in `eprintln!(` or `core_panic!(`.
fn stands(word: &str, line: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        word.starts_with('.') || !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::of;

    #[test]
    fn what_is_shipped_returns_errors_and_prints_nothing() {
        let cases = [
            ("crates/a/src/a.rs", "fn a() { b().unwrap(); }", 1),
            (
                "crates/a/src/a.rs",
                "    let c = b\n        .expect(\"there\");",
                1,
            ),
            ("crates/a/src/a.rs", "    eprintln!(\"{a}\");", 1),
            ("crates/a/src/a.rs", "    panic!(\"no\")", 1),
            (
                "crates/a/src/a.rs",
                "    b().unwrap_or_default(); c.expect_byte(1); core_panic!()",
                0,
            ),
            ("crates/a/src/a.rs", "    unreachable!(\"taken once\")", 0),
            ("crates/a/src/a.rs", "/// a().unwrap();\n// panic!()", 0),
            (
                "crates/a/src/a.rs",
                "fn a() {}\n#[cfg(test)]\nmod tests { fn b() { c().unwrap() } }",
                0,
            ),
            ("crates/a/tests/a.rs", "    b().unwrap();", 0),
            ("xtask/src/a.rs", "    println!(\"{a}\");", 0),
        ];
        for (path, text, count) in cases {
            assert_eq!(check(&[of(path, text)]).len(), count, "{path}: {text}");
        }
    }
}
