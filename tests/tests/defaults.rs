//! The defaults that the README of `drift` states as numbers are the ones that the code sets.

use std::path::Path;
use std::time::Duration;

use drift::defaults;

/// README in one line, so that a sentence may be broken anywhere.
fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/drift/README.md");
    let text = std::fs::read_to_string(path).expect("README is there");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `60,000 ms`
fn millis(duration: Duration) -> String {
    let millis = duration.as_millis();
    match millis / 1_000 {
        0 => format!("{millis} ms"),
        thousands => format!("{thousands},{:03} ms", millis % 1_000),
    }
}

/// A small number as README writes it out.
fn word(number: u32) -> &'static str {
    match number {
        2 => "two",
        3 => "three",
        4 => "four",
        _ => panic!("a number that this test does not know: {number}"),
    }
}

#[test]
fn readme_states_the_defaults_that_the_code_sets() {
    const MIB: usize = 1024 * 1024;
    assert_eq!(defaults::BODY_LIMIT % MIB, 0);
    let readme = readme();
    for sentence in [
        format!("{} to connect", millis(defaults::CONNECT_TIMEOUT)),
        format!("{} for an attempt", millis(defaults::ATTEMPT_TIMEOUT)),
        format!("{} for a call", millis(defaults::TOTAL_TIMEOUT)),
        format!("{} attempts, with random waits", defaults::MAX_ATTEMPTS),
        format!(
            "random waits of up to {}",
            millis(defaults::INITIAL_BACKOFF)
        ),
        format!("doubling to {};", millis(defaults::MAX_BACKOFF)),
        format!(
            "a `Retry-After` of up to {} is obeyed",
            millis(defaults::MAX_RETRY_AFTER)
        ),
        format!(
            "at most one call in {} is a",
            word(defaults::SUCCESSES_PER_RETRY + 1)
        ),
        format!("of up to {} MiB are read", defaults::BODY_LIMIT / MIB),
    ] {
        assert!(
            readme.contains(&sentence),
            "README does not state: {sentence}"
        );
    }
}
