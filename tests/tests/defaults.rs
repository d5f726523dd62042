//! The defaults that README states as numbers are the ones that the code sets.

use std::path::Path;
use std::time::Duration;

use drift::{CallOptions, RetryPolicy};

/// README in one line, so that a sentence may be broken anywhere.
fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
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

/// The value of a field as a derived `Debug` shows it.
fn shown(debug: &str, field: &str) -> String {
    let (_, rest) = debug
        .split_once(&format!("{field}: "))
        .unwrap_or_else(|| panic!("no {field} in {debug}"));
    let end = rest.find([',', ' ']).unwrap_or(rest.len());
    rest[..end].to_owned()
}

/// A duration such as `15s` or `250ms`, as `Debug` shows it.
fn duration(shown: &str) -> Duration {
    let digits: String = shown.chars().take_while(char::is_ascii_digit).collect();
    let number = digits.parse().expect("a whole number");
    match &shown[digits.len()..] {
        "s" => Duration::from_secs(number),
        "ms" => Duration::from_millis(number),
        unit => panic!("a unit that this test does not know: {unit}"),
    }
}

#[test]
fn readme_states_the_defaults_that_the_code_sets() {
    let options = format!("{:?}", CallOptions::default());
    let policy = format!("{:?}", RetryPolicy::default());
    let stated = |debug: &str, field: &str| millis(duration(&shown(debug, field)));
    let limit = drift::sdk::DEFAULT_BODY_LIMIT;
    assert_eq!(limit % (1024 * 1024), 0);
    let readme = readme();
    for sentence in [
        format!("{} for an attempt", stated(&options, "attempt_timeout")),
        format!("{} for a call", stated(&options, "total_timeout")),
        format!(
            "{} attempts, with random waits",
            shown(&policy, "max_attempts")
        ),
        format!(
            "random waits of up to {}",
            stated(&policy, "initial_backoff")
        ),
        format!("doubling to {};", stated(&policy, "max_backoff")),
        format!(
            "a `Retry-After` of up to {} is obeyed",
            stated(&policy, "max_retry_after")
        ),
        format!("of up to {} MiB are read", limit / (1024 * 1024)),
    ] {
        assert!(
            readme.contains(&sentence),
            "README does not state: {sentence}"
        );
    }
}
