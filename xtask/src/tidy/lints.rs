//! Every crate takes the workspace's lints, and every library refuses `unsafe` and what is not documented.

use super::source::Source;
use crate::finding::Finding;

const LINTS: &str = "\n[lints]\nworkspace = true\n";

const IN_WORKSPACE: &str = "\n[workspace.lints.rust]\nunsafe_code = \"forbid\"\n";

const IN_LIBRARIES: [&str; 2] = ["#![forbid(unsafe_code)]", "#![deny(missing_docs)]"];

/// Crates that go without.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    sources.iter().flat_map(faults).collect()
}

fn faults(source: &Source) -> Vec<Finding> {
    let wanted = wanted(&source.path);
    let missing = wanted.iter().filter(|text| !source.text.contains(**text));
    missing
        .map(|text| {
            Finding::in_file(
                &source.path,
                1,
                format!("lacks `{}`", text.trim().replace('\n', " ")),
            )
        })
        .collect()
}

fn wanted(path: &str) -> &'static [&'static str] {
    if path == "Cargo.toml" {
        &[IN_WORKSPACE]
    } else if path.ends_with("/Cargo.toml") {
        &[LINTS]
    } else if path.starts_with("crates/") && path.ends_with("/src/lib.rs") {
        &IN_LIBRARIES
    } else {
        &[]
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::tidy::source::of;

    #[test]
    fn what_a_crate_lacks_is_found() {
        let whole = "#![forbid(unsafe_code)]\n#![deny(missing_docs)]\n";
        let cases = [
            ("Cargo.toml", "[workspace]\n", 1),
            (
                "Cargo.toml",
                "[workspace]\n\n[workspace.lints.rust]\nunsafe_code = \"forbid\"\n",
                0,
            ),
            (
                "xtask/Cargo.toml",
                "[package]\n\n[lints]\nworkspace = true\n",
                0,
            ),
            ("xtask/Cargo.toml", "[package]\n", 1),
            ("crates/a/src/lib.rs", whole, 0),
            ("crates/a/src/lib.rs", "#![forbid(unsafe_code)]\n", 1),
            ("crates/a/src/lib.rs", "", 2),
            ("crates/a/src/main.rs", "", 0),
        ];
        for (path, text, count) in cases {
            assert_eq!(check(&[of(path, text)]).len(), count, "{path}: {text:?}");
        }
    }
}
