//! Decisions are pure: no I/O, no async, no clock, no chance. What they need to know they are told.

use super::source::Source;
use crate::finding::Finding;

const DECISIONS: [&str; 7] = [
    "crates/drift/src/delivery.rs",
    "crates/drift/src/guessable.rs",
    "crates/drift/src/protocol.rs",
    "crates/drift/src/retry.rs",
    "crates/drift-import/src/pace.rs",
    "crates/drift-import/src/plan.rs",
    "crates/drift-import/src/settle.rs",
];

/// What a decision would reach the world with.
const WORLD: [&str; 9] = [
    "async ", ".await", "::now()", "rand::", "reqwest", "rusqlite", "std::fs", "std::net", "tokio",
];

/// Decisions that reach out, and decisions that are gone.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let judged = DECISIONS.iter().flat_map(|path| {
        match sources.iter().find(|source| source.path == *path) {
            Some(source) => faults(source),
            None => vec![Finding::in_file(
                path,
                1,
                "is not there; change xtask/src/tidy/decisions.rs",
            )],
        }
    });
    judged.collect()
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
    }
}
