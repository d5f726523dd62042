//! Every crate takes the workspace's lints; every library refuses `unsafe` and what is not documented; and what is
//! shipped refuses panics, prints and unfinished work, which clippy then finds.

use super::source::Source;
use crate::util::finding::Finding;

const LINTS: &str = "\n[lints]\nworkspace = true\n";

const IN_WORKSPACE: &str = "\n[workspace.lints.rust]\nunsafe_code = \"forbid\"\n";

const IN_LIBRARIES: [&str; 3] = ["#![forbid(unsafe_code)]", "#![deny(missing_docs)]", SHIPPED];

/// In the root of whatever is shipped.
const SHIPPED: &str = "#![deny(
    clippy::dbg_macro,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::todo,
    clippy::unimplemented,
    clippy::unwrap_used
)]";

/// Crates that go without.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    sources.iter().flat_map(faults).collect()
}

fn faults(source: &Source) -> Vec<Finding> {
    let wanted = wanted(&source.path);
    let missing = wanted.iter().filter(|text| !source.text.contains(**text));
    missing
        .map(|text| Finding::in_file(&source.path, 1, format!("lacks `{}`", words(text))))
        .collect()
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn wanted(path: &str) -> &'static [&'static str] {
    if path == "Cargo.toml" {
        &[IN_WORKSPACE]
    } else if path.ends_with("/Cargo.toml") {
        &[LINTS]
    } else if path.starts_with("crates/") && path.ends_with("/src/lib.rs") {
        &IN_LIBRARIES
    } else if path.starts_with("crates/") && path.ends_with("/src/main.rs") {
        &[SHIPPED]
    } else {
        &[]
    }
}

#[cfg(test)]
mod tests {
    use super::{SHIPPED, check};
    use crate::tidy::source::of;

    #[test]
    fn what_a_crate_lacks_is_found() {
        let whole = format!("#![forbid(unsafe_code)]\n#![deny(missing_docs)]\n{SHIPPED}\n");
        let whole = whole.as_str();
        let fewer = SHIPPED.replace("    clippy::panic,\n", "");
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
            ("crates/a/src/lib.rs", "#![forbid(unsafe_code)]\n", 2),
            ("crates/a/src/lib.rs", "", 3),
            ("crates/a/src/main.rs", SHIPPED, 0),
            ("crates/a/src/main.rs", &fewer, 1),
            ("crates/a/src/main.rs", "", 1),
            ("xtask/src/main.rs", "", 0),
        ];
        for (path, text, count) in cases {
            assert_eq!(check(&[of(path, text)]).len(), count, "{path}: {text:?}");
        }
    }
}
