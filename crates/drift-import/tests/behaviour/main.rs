//! Imports into a local Drift over real sockets, one file per behaviour.

mod account;
mod addresses;
mod changed_input;
mod columns;
mod doubled_deliveries;
mod dry_runs;
mod edited_journals;
mod encodings;
mod existing_contacts;
mod export;
mod external_ids;
mod journal_files;
mod lost_responses;
mod max_errors;
mod records;
mod result_files;
mod resume;
mod stamps;
mod support;
mod suppression;
mod undo;
mod waiting;
