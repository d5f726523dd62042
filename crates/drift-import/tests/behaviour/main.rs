//! Imports into a local Drift over real sockets, one file per behaviour.

mod account;
#[path = "../support/archives.rs"]
mod archives;
mod doubled_deliveries;
mod existing_contacts;
mod export;
mod journal;
mod lost_responses;
mod max_errors;
mod reading;
mod result_files;
mod shaping;
mod stamps;
mod support;
mod tokens;
mod waiting;
