//! Policy is pure: no I/O, no async, no clock, no chance. What a decision needs to know is passed in.

use super::source::Source;
use crate::util::finding::Finding;

/// Folders in which everything decides, and files that do.
const DECISIONS: [&str; 7] = [
    "crates/drift/src/policy/",
    "crates/drift/src/**/guessable.rs",
    "crates/drift-import/src/**/decision.rs",
    "crates/drift-import/src/**/flush_interval.rs",
    "crates/drift-import/src/**/read_ahead.rs",
    "crates/drift-import/src/**/row_outcome.rs",
    "crates/drift-import/src/**/sequences.rs",
];

/// What a decision would reach the world with.
const WORLD: [&str; 9] = [
    "async ", ".await", "::now()", "rand::", "reqwest", "rusqlite", "std::fs", "std::net", "tokio",
];

/// Decisions that reach out, and rows of the table that match nothing any more.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    DECISIONS
        .iter()
        .flat_map(|row| judged(row, sources))
        .collect()
}

fn judged(row: &str, sources: &[Source]) -> Vec<Finding> {
    let decisions: Vec<&Source> = sources
        .iter()
        .filter(|source| source.extension() == "rs" && matches(row, &source.path))
        .collect();
    if decisions.is_empty() {
        let message = "no decision is there; change the table in xtask/src/tidy/decisions.rs";
        return vec![Finding::new(row, message)];
    }
    decisions.into_iter().flat_map(faults).collect()
}

/// A folder matches what is below it; `a/**/b.rs` every `b.rs` below `a`.
fn matches(row: &str, path: &str) -> bool {
    match row.split_once("**") {
        Some((folder, file)) => path.starts_with(folder) && path.ends_with(file),
        None => path.starts_with(row),
    }
}

fn faults(source: &Source) -> Vec<Finding> {
    let mut found = Vec::new();
    for (code, number) in source.shipped_lines() {
        for word in WORLD.iter().filter(|word| code.contains(*word)) {
            let message = format!(
                "`{word}` in a decision: do it in the part that calls it, and pass the result in"
            );
            found.push(Finding::in_file(&source.path, number, message));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{DECISIONS, check, faults};
    use crate::tidy::source::of;

    #[test]
    fn a_decision_does_not_reach_out() {
        let cases = [
            ("fn a(now: SystemTime) -> Duration {}", 0),
            ("fn a() { SystemTime::now() }", 1),
            ("use rand::Rng;", 1),
            ("async fn a() { b().await }", 2),
            ("/// Not async at all: tokio calls it.\nfn a() {}", 0),
            ("fn a() {}\n#[cfg(test)]\nmod tests { use tokio::time; }", 0),
        ];
        for (text, count) in cases {
            assert_eq!(faults(&of("a.rs", text)).len(), count, "{text}");
        }
    }

    #[test]
    fn a_decision_that_is_gone_is_found() {
        assert_eq!(check(&[]).len(), DECISIONS.len());
        let there = [
            of("crates/drift/src/policy/retry.rs", ""),
            of("crates/drift-import/src/sequences.rs", ""),
            of(
                "crates/drift-import/src/plan/decision.rs",
                "async fn a() {}",
            ),
        ];
        let places: Vec<String> = check(&there).into_iter().map(|found| found.place).collect();
        assert_eq!(places.len(), DECISIONS.len() - 2, "{places:?}");
        assert!(places.contains(&"crates/drift-import/src/plan/decision.rs:1".to_owned()));
        assert!(places.contains(&"crates/drift-import/src/**/row_outcome.rs".to_owned()));
    }
}
