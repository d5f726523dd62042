//! Misbehaviour on request: which calls, and what happens to them.

mod act;
mod plan;
mod rules;

use std::path::PathBuf;

pub(crate) use act::Stage;
pub use plan::{Effect, Fault, RetryAfter};
pub(crate) use rules::Due;
pub use rules::{FaultRecord, Faults};

/// A scenario that cannot be used.
#[derive(Debug)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The file cannot be read.
    Unreadable(PathBuf, std::io::Error),
    /// It is no JSON list of faults; the message names line and column.
    Malformed(String),
    /// A fault that could never happen, by its place in the list (from 1), and why.
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
            ScenarioError::Impossible(place, why) => {
                write!(out, "fault {place} of the scenario: {why}")
            }
        }
    }
}

impl std::error::Error for ScenarioError {}
