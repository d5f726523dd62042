//! `cargo xtask matrix`: plays every fault with every call, prints the table, and writes it to the docs.

use crate::generator::Failure;
use crate::util::cargo;

/// The table's one source is the test that plays it; this command only makes it write what it finds.
pub fn run() -> Result<(), Failure> {
    let test = [
        "test",
        "--package",
        "drift-tests",
        "--test",
        "matrix",
        "--",
        "--nocapture",
    ];
    cargo::run_with(&test, &[("DRIFT_WRITE_FAULTS", "1")])
}
