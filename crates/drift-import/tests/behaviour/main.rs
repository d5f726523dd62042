//! Imports into a local Drift over real sockets, one file per behaviour.

mod account;
mod changed_input;
mod columns;
mod doubled_deliveries;
mod encodings;
mod existing_contacts;
mod export;
mod external_ids;
mod lost_responses;
mod records;
mod result_files;
mod resume;
mod support;
mod suppression;
mod undo;
mod waiting;
