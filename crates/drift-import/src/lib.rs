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
//! The **plan** reads the file twice: once for what the file alone shows (rows that cannot be read, rows that repeat an
//! earlier one, external ids that are counted up), once to look contacts up, many external ids at a time. What will happen
//! to a row is decided by one pure function, [`plan::decide`]. The plan is kept in the **journal**, a SQLite file beside
//! the input, and the **commit** does exactly what the plan says: a row that was changed since it was planned stops it.
//! Before a request leaves, its intent is on the disk; after its response came, its outcome is. Whatever ends the process,
//! the same call continues: rows are known by the hash of what they send, so the file may even have been re-ordered or
//! corrected meanwhile. Rows that may have been sent are looked up before anything is sent again.
//!
//! How a file is read decides what a row is, so a journal notes the version of the reading. Where this version reads a row
//! otherwise that an earlier one may have sent, the journal is refused ([`Error::ReadingChanged`]); where it reads other
//! rows otherwise, they are planned anew.
//!
//! A journal belongs to one [`Account`]: an endpoint, and the organization that Drift names for the token. Another account
//! is refused before anything is looked up or sent, by an import, by a new plan and by an undo alike, since the outcomes
//! of one account say nothing about another. Where Drift names no organization a keyed hash of the token decides.
//!
//! The journal is trusted, so it is checked: only a journal is opened as one, a link is not followed, one that vanishes while it
//! is in use ends the import, and an [`undo`] compares each contact with what the journal notes of it.
//!
//! Memory does not grow with the file: it is read a record at a time, as often as needed, and rows that repeat others
//! are found by sorting hashes on disk.
//!
//! # What is claimed of a row, and what is proved
//!
//! | Outcome | When | Proved by |
//! | --- | --- | --- |
//! | `created` | Drift confirmed the create | its response |
//! | `created` | a response was lost, or the request was delivered twice, and the contact that exists bears this journal's stamp | the stamp: 128 random bits of this journal and the hash of the row |
//! | `existed` | the plan's look-up found it | it existed before anything was sent |
//! | `existed` | Drift refused the first attempt as a duplicate | the refusal; who made it is not proved: a network may deliver the request twice, and hand back the second response |
//! | `existed`, "not proved" | a response was lost, and the contact was found afterwards | *nothing proves who made it* |
//! | `updated` | Drift confirmed the update | its response |
//! | `refused` | nothing was changed | |
//! | `unknown` | a response was lost, and no look-up showed the outcome | the next run looks again |
//!
//! A contact that the plan did not find and that exists after an attempt without a response was most likely created by
//! that attempt. It is not claimed, even if it is as young as the attempt and its attributes are the row's: a second
//! import of the same file on another machine, or the CRM's own synchronisation, would leave the same traces. If both
//! imports claimed the contact, one would be wrong, and its [`undo`] would delete the work of the other. Where that
//! matters set [`Options::stamp`]: then every contact of the import is recognized, whatever was lost.
//!
//! # Rooms
//!
//! `input` reads files, `context` holds what every part is given, [`plan`] decides, `journal` remembers, and `commit`
//! sends. Each knows those before it only, except that the journal stores the decisions of a plan. The files
//! beside them are the facade, which no room knows, and the error that all of them return.
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
mod commit;
mod context;
mod error;
mod export;
mod import;
mod input;
mod journal;
mod mapping_file;
pub mod plan;
mod planned_import;
pub mod tutorial;
mod undo;

pub use account::Account;
pub use commit::run::Run;
pub use context::cancel::Cancel;
pub use context::counters::{Counters, Snapshot};
pub use context::options::{OnDuplicate, Options, SecondContact};
pub use context::outcome::{Event, RowOutcome, Stop, Summary};
pub use drift::pace::Waiting;
pub use error::{ColumnProblem, Error};
pub use export::{ExportOptions, Exported, ListOf, export};
pub use import::{Import, Purpose};
pub use input::format::Format;
pub use input::format::dialect::Dialect;
pub use input::source::encoding::EncodingProof;
pub use input::source::legacy::EncodingCandidate;
pub use input::source::opening::{InputOptions, Source};
pub use input::source::spool::{reads_once, spool, spool_records};
pub use input::suppression::Suppression;
pub use input::value::address::reader::read_address;
pub use input::value::mapping::Unmapped;
pub use mapping_file::{read_mapping, write_mapping, write_mapping_draft};
pub use plan::{ColumnReading, Reading, Verdict};
pub use planned_import::{Plan, PlanSummary, PlannedRow};
pub use undo::{UndoContact, UndoPreview, UndoVerdict, Undoable, Undone, undo, undoable};
