//! What the journal keeps: plans, interrupted imports, and what an undo may delete.

mod changed_input;
mod dry_runs;
mod edited_journals;
mod journal_files;
mod resume;
mod undo;
