//! What a command works with: the account and its token, the connection, the sandbox, and the files in the person's own
//! folders.
//!
//! This folder knows no command. It prints nothing; what goes wrong leaves as a `Failure`.

pub mod account;
pub mod base_url;
pub mod config;
pub mod connection;
pub mod data_folder;
pub mod interrupt;
pub mod login;
pub mod sandbox;
pub mod secret_input;
pub mod start_failure;
pub mod ticket_file;

pub use connection::{Connection, connected};
