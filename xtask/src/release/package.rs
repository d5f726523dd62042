//! `cargo xtask package`: does the packed `drift-sdk` build from its tarball, generated and from the snapshot?

use crate::generator::Failure;
use crate::util::cargo;

/// Nothing is published, so a checkout with changes may be packed too.
const PACK: [&str; 4] = ["package", "--package", "drift-sdk", "--allow-dirty"];

/// Packs and builds it with the feature `generate` and without.
pub fn run() -> Result<(), Failure> {
    cargo::run(&PACK)?;
    cargo::run(&[&PACK[..], &["--no-default-features"]].concat())
}
