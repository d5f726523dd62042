//! Files of contacts into Drift: planned, resumable, undoable, and truly reported row by row.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use drift_import::{Event, Import, InputOptions, Options, Purpose, Source};
//! use futures::StreamExt;
//!
//! let source = Source::scan("leads.csv", &InputOptions::default())?;
//! let import = Import::new(drift::Client::from_env()?, source, Options::default());
//!
//! let plan = import.plan(Purpose::Commit).await?;
//! println!("{} contacts to create", plan.summary()?.create);
//!
//! let mut run = plan.commit()?;
//! while let Some(event) = run.next().await {
//!     if let Event::Finished(summary) = event? {
//!         println!("{} created, {} refused", summary.created, summary.refused);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The [`tutorial`] shows it step by step.
//!
//! # How it works
//!
//! The **plan** reads the file twice: once for what it shows by itself (rows that cannot be read, rows that repeat an
//! earlier one, external ids that are counted up), once to ask Drift, many external ids at a time. What will happen to
//! a row is decided by one pure function, [`plan::decide`]. The plan is kept in the **journal**, a SQLite file beside
//! the input, and the **commit** does exactly what stands there: a row that reads otherwise than it was planned stops
//! it. Before a request leaves, its intent is on the disk; after its answer came, its outcome is. Whatever ends the
//! process, the same call again goes on: rows are known by the hash of what they send, so the file may even have been
//! re-ordered or corrected meanwhile. Rows that may have been sent are looked up before anything is sent again.
//!
//! A journal belongs to one [`Account`]: a place, and the organization that Drift says the token is of. Another account
//! is refused before anything is asked or sent, by an import, by a new plan and by an undo alike, since nothing of what
//! was done there is true here. Where Drift tells no organization the token itself stands in, as a keyed hash.
//!
//! Memory does not grow with the file: it is read a record at a time, as often as needed, and rows that repeat others
//! are found by sorting hashes on disk.
//!
//! # What is claimed of a row, and what is proved
//!
//! | Outcome | Said when | Proved by |
//! | --- | --- | --- |
//! | `created` | Drift answered the create | its answer |
//! | `created` | an answer was lost, and the contact that is there bears this journal's stamp | the stamp, 128 random bits and the row's hash, which nobody else has |
//! | `existed` | the plan's look-up found it, or Drift refused the first attempt as a duplicate | it was there before anything was sent |
//! | `existed`, "not proved" | an answer was lost, and the contact was found afterwards | *nothing proves who made it* |
//! | `updated` | Drift answered the update | its answer |
//! | `refused` | nothing was changed | |
//! | `unknown` | an answer was lost, and no look-up could tell | the next run looks again |
//!
//! A contact that the plan did not find and that is there after an attempt whose answer was lost was most likely made
//! by that attempt. It is not claimed, even if it is as young as the attempt and its attributes are the row's: a
//! second import of the same file on another machine, or the CRM's own synchronisation, would leave the same traces,
//! and of two imports that both claimed the contact one would be wrong, and its [`undo`] would delete the other's
//! work. Where that matters set [`Options::stamp`]: then every contact of the import can be told, whatever was lost.
//!
//! # From elsewhere than a file
//!
//! [`spool_records`] writes rows of a database, or of anything else, as JSON Lines that can be imported and resumed;
//! the example `from_database` does it.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![deny(
    clippy::dbg_macro,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::todo,
    clippy::unimplemented,
    clippy::unwrap_used
)]

mod account;
mod ahead;
mod columns;
mod commit;
mod csv_records;
mod detect;
mod error;
mod export;
mod gathering;
mod import;
mod input;
mod job;
mod journal;
mod layout;
mod members;
mod options;
mod pace;
mod patient;
pub mod plan;
mod planned;
mod planner;
mod progress;
mod records;
mod request;
mod results;
mod row;
mod send;
mod sequences;
mod settle;
mod spool;
mod suppress;
pub mod tutorial;
mod undo;
mod value;

pub use account::Account;
pub use columns::{ColumnProblem, Unmapped};
pub use commit::Run;
pub use detect::Dialect;
pub use error::Error;
pub use export::{Exported, ListOf, export};
pub use import::{Import, Plan, PlanSummary, PlannedRow, Purpose};
pub use input::{Format, InputOptions, Source};
pub use options::{OnDuplicate, Options, SecondContact};
pub use plan::Verdict;
pub use progress::{Cancel, Counters, Event, RowOutcome, Snapshot, Stop, Summary, Waiting};
pub use spool::{reads_once, spool, spool_records};
pub use suppress::Suppression;
pub use undo::{Undoable, Undone, undo, undoable};
