//! Where a text states a default as a number, it is the code's.
//!
//! Each row of the table reads the number where the code sets it, and wants the same wherever it is told. A doc
//! comment that says `… unless set` after a number has to be in a row, so that a new default is not forgotten.

use std::ops::Range;

use regex::Regex;

use super::source::{Source, line_at};
use crate::finding::Finding;

mod flat;
mod pattern;
mod table;

use flat::Flat;
use pattern::Pattern;
use table::{DEFAULTS, Default};

const TABLE: &str = "xtask/src/tidy/defaults/table.rs";

/// Defaults that are told otherwise than they are, or that no row knows.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let mut found = told(&DEFAULTS, sources);
    found.extend(unknown(&DEFAULTS, sources));
    found
}

fn told(defaults: &[Default], sources: &[Source]) -> Vec<Finding> {
    let faults = defaults.iter().flat_map(|default| faults(default, sources));
    faults.collect()
}

fn faults(default: &Default, sources: &[Source]) -> Vec<Finding> {
    let numbers = match set(default, sources) {
        Ok(numbers) => numbers,
        Err(finding) => return vec![finding],
    };
    let told = default.told.iter();
    told.flat_map(|(path, words)| mistold(path, words, &numbers, default, sources))
        .collect()
}

/// The numbers that the code sets.
fn set(default: &Default, sources: &[Source]) -> Result<Vec<u64>, Finding> {
    let text = text(sources, default.file);
    let places = Pattern::new(default.code).places(text);
    match &places[..] {
        [place] => Ok(place.numbers.clone()),
        [] => Err(lost(default.file, default.code)),
        [_, second, ..] => {
            let message = format!(
                "`{}` stands here too; make the row in {TABLE} clear",
                default.code
            );
            Err(Finding::in_file(
                default.file,
                line_at(text, second.range.start),
                message,
            ))
        }
    }
}

fn mistold(
    path: &str,
    words: &str,
    numbers: &[u64],
    default: &Default,
    sources: &[Source],
) -> Vec<Finding> {
    let flat = Flat::of(text(sources, path));
    let places = Pattern::new(words).places(&flat.text);
    if places.is_empty() {
        return vec![lost(path, words)];
    }
    let wrong = places.iter().filter(|place| place.numbers != numbers);
    wrong
        .map(|place| {
            let message = format!(
                "`{words}` is told with {:?}, and {} sets {numbers:?}",
                place.numbers, default.file
            );
            Finding::in_file(path, flat.line(place.range.start), message)
        })
        .collect()
}

fn lost(path: &str, words: &str) -> Finding {
    Finding::in_file(
        path,
        1,
        format!("does not say `{words}` any more; change the row in {TABLE}"),
    )
}

fn text<'a>(sources: &'a [Source], path: &str) -> &'a str {
    let source = sources.iter().find(|source| source.path == path);
    source.map_or("", |source| &source.text)
}

/// Numbers in doc comments that no row holds to the code.
fn unknown(defaults: &[Default], sources: &[Source]) -> Vec<Finding> {
    let stated = Regex::new(r"[0-9][0-9,]*( [a-zA-Z]+)? unless set").expect("the pattern is valid");
    let judged = sources
        .iter()
        .filter(|source| source.is_rust_in("crates/") && source.path.contains("/src/"));
    let mut found = Vec::new();
    for source in judged {
        let flat = Flat::of(&source.text);
        let known = known(defaults, &source.path, &flat.text);
        let statements = stated.find_iter(&flat.text);
        let unknown = statements.filter(|one| {
            !known
                .iter()
                .any(|range| range.end >= one.end() && range.start <= one.end())
        });
        found.extend(unknown.map(|one| {
            let message = format!(
                "`{}` is held to no code; add a row to {TABLE}",
                one.as_str()
            );
            Finding::in_file(&source.path, flat.line(one.start()), message)
        }));
    }
    found
}

/// Where the rows find their words in a file.
fn known(defaults: &[Default], path: &str, flat: &str) -> Vec<Range<usize>> {
    let told = defaults.iter().flat_map(|default| default.told);
    let here = told.filter(|(file, _)| *file == path);
    here.flat_map(|(_, words)| Pattern::new(words).places(flat))
        .map(|place| place.range)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Default, told, unknown};
    use crate::tidy::source::{Source, of};

    const ROWS: [Default; 1] = [Default {
        file: "crates/a/src/a.rs",
        code: "limit: millis({})",
        told: &[
            ("README.md", "{} ms in all"),
            ("crates/a/src/a.rs", "{s} s unless set"),
        ],
    }];

    fn sources(readme: &str, code: &str) -> [Source; 2] {
        [of("README.md", readme), of("crates/a/src/a.rs", code)]
    }

    #[test]
    fn what_is_told_is_what_is_set() {
        let code = "    /// The limit; 60 s\n    /// unless set.\n    limit: millis(60_000)";
        let cases = [
            ("One call:\n60,000 ms in\nall.", code, ""),
            ("One call:\n\n50,000 ms in all.", code, "README.md:3"),
            ("No number.", code, "README.md:1"),
            (
                "60,000 ms in all",
                "/// The limit; 6 s unless set.\nlimit: millis(60_000)",
                "crates/a/src/a.rs:1",
            ),
            (
                "60,000 ms in all",
                "limit: other(60_000)",
                "crates/a/src/a.rs:1",
            ),
            (
                "60,000 ms in all",
                "limit: millis(60_000)\nlimit: millis(60_000)",
                "crates/a/src/a.rs:2",
            ),
        ];
        for (readme, code, place) in cases {
            let found = told(&ROWS, &sources(readme, code));
            let places: Vec<&str> = found.iter().map(|found| found.place.as_str()).collect();
            assert_eq!(
                places.first().copied().unwrap_or_default(),
                place,
                "{readme} {code}"
            );
        }
    }

    #[test]
    fn a_number_that_no_row_knows_is_found() {
        let cases = [
            ("/// The limit; 60 s unless set.", 0),
            ("/// The limit; 60 ms unless set.", 1),
            (
                "/// The limit; 60 s unless set.\n/// The other; 5 unless set.",
                1,
            ),
            ("/// The limit; none unless set.", 0),
        ];
        for (code, count) in cases {
            assert_eq!(unknown(&ROWS, &sources("", code)).len(), count, "{code}");
        }
    }
}
