//! `cargo xtask tidy`: the conventions of this project that a program can see, as failures.
//!
//! Each rule is a file here: a table or two on top, then a pure function from text to findings.

use crate::generator::Failure;
use crate::util::cargo;
use crate::util::finding::Finding;

mod api;
mod debug;
mod decisions;
mod folders;
mod length;
mod links;
mod lints;
mod rust;
mod source;
mod subject;
mod versions;
mod words;

use source::Source;

/// A rule that reads the texts of the project.
type Rule = fn(&[Source]) -> Vec<Finding>;

const RULES: [Rule; 8] = [
    api::check,
    debug::check,
    decisions::check,
    folders::check,
    length::check,
    lints::check,
    subject::check,
    words::check,
];

/// Prints what is untidy, and fails when anything is.
pub fn run() -> Result<(), Failure> {
    let untidy: Vec<String> = findings()?.iter().map(Finding::to_string).collect();
    if untidy.is_empty() {
        return Ok(());
    }
    Err(untidy.join("\n").into())
}

/// The version of everything that is released together; fails where it is not one.
pub fn one_version() -> Result<String, Failure> {
    let sources = source::read(&source::paths()?);
    let found = versions::check(&cargo::metadata()?, &sources);
    match (versions::workspace_version(&sources), &found[..]) {
        (Some(version), []) => Ok(version),
        _ => {
            let found: Vec<String> = found.iter().map(Finding::to_string).collect();
            Err(found.join("\n").into())
        }
    }
}

/// What our own rules find.
fn findings() -> Result<Vec<Finding>, Failure> {
    let paths = source::paths()?;
    let sources = source::read(&paths);
    let mut found: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&sources)).collect();
    found.extend(links::check(&sources, &paths));
    found.extend(versions::check(&cargo::metadata()?, &sources));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::{findings, source};

    #[test]
    fn the_project_is_tidy() {
        let found = findings().expect("git and cargo know the project");
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn the_rules_see_the_project() {
        let paths = source::paths().expect("git lists the files");
        let sources = source::read(&paths);
        for path in [
            "README.md",
            "crates/drift/src/lib.rs",
            "xtask/src/tidy/mod.rs",
        ] {
            assert!(sources.iter().any(|source| source.path == path), "{path}");
        }
    }
}
