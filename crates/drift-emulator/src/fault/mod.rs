//! Faults: which requests they are for, and what happens to them.
//!
//! The decision (`plan.rs`, `faults.rs`) is apart from its execution (`act.rs`). Faults know requests by method and
//! path only: no operation, no contact, no store.

mod act;
mod faults;
mod plan;

use std::path::PathBuf;

pub(crate) use act::Stage;
pub(crate) use faults::Due;
pub use faults::{FaultRecord, Faults};
pub use plan::{Effect, Fault, RetryAfter};

/// A scenario that cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The file cannot be read.
    Unreadable(PathBuf, std::io::Error),
    /// It is no JSON list of faults; the message names line and column.
    Malformed(String),
    /// A fault that could never happen, by its position in the list (from 1), and why.
    Impossible(usize, &'static str),
}

impl std::fmt::Display for ScenarioError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ScenarioError::Unreadable(path, cause) => {
                write!(out, "cannot read the scenario {}: {cause}", path.display())
            }
            ScenarioError::Malformed(cause) => {
                write!(out, "the scenario is no list of faults: {cause}")
            }
            ScenarioError::Impossible(position, why) => {
                write!(out, "fault {position} of the scenario: {why}")
            }
        }
    }
}

impl std::error::Error for ScenarioError {}
