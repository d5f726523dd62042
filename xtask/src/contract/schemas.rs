//! The snapshots of the types' JSON Schemas. They are made from the compiled types, so the test that asserts them
//! also writes them.

use std::fs;

use crate::generator::Failure;
use crate::util::cargo;
use crate::util::workspace;

const SNAPSHOTS: &str = "crates/drift-sdk/tests/schema_loop/snapshots";

/// The whole workspace is named so that what `cargo test` has built is used again.
const TESTS: [&str; 5] = ["test", "--quiet", "--workspace", "--test", "schema_loop"];

/// Writes them all anew; those of types that are gone go with them.
pub fn write() -> Result<(), Failure> {
    // What does not compile must not cost the snapshots that are there.
    cargo::run_quietly(&[&TESTS[..], &["--no-run"]].concat(), &[])?;
    let folder = workspace::root().join(SNAPSHOTS);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    test(
        "snapshots::each_schema_is_the_reviewed_one",
        &[("INSTA_UPDATE", "always"), ("INSTA_FORCE_PASS", "1")],
    )
}

/// Fails with insta's diff when one is stale.
pub fn compare() -> Result<(), Failure> {
    test("snapshots::", &[("INSTA_UPDATE", "no")])
}

fn test(filter: &str, variables: &[(&str, &str)]) -> Result<(), Failure> {
    cargo::run_quietly(&[&TESTS[..], &["--", filter]].concat(), variables)
}
