//! Files of contacts into Drift: planned, resumable, undoable, and truly reported row by row.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod columns;
mod commit;
pub mod detect;
mod error;
mod export;
mod import;
mod input;
mod journal;
mod options;
pub mod pace;
pub mod plan;
mod planned;
mod planner;
mod progress;
mod results;
mod row;
mod send;
pub mod sequences;
mod settle;
mod suppress;
mod undo;
mod value;

pub use columns::{ColumnProblem, Unmapped};
pub use commit::Run;
pub use error::Error;
pub use export::{Exported, ListOf, export};
pub use import::{Import, Plan, PlanSummary, PlannedRow, Purpose};
pub use input::{Format, InputOptions, Source, spool, spool_records};
pub use options::{OnDuplicate, Options, SecondContact};
pub use plan::Verdict;
pub use progress::{Cancel, Counters, Event, RowOutcome, Snapshot, Stop, Summary};
pub use row::Complaint;
pub use suppress::Suppression;
pub use undo::{Undone, undo, undoable};
