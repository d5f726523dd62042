//! Files of contacts into a local Drift: plan, commit, resume, results, undo, export.

mod account;
mod again;
mod bench;
mod contents;
mod input;
mod rows;
mod trouble;
