//! Drift's contacts API as a local HTTP server, for every language: creates that are never lost and never doubled.
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

mod accounts;
mod error;
mod gateway;
mod http;
mod keys;
mod observe;
mod reply;
pub mod store;
mod work;

pub use accounts::{StoredTokens, hash_key};
pub use error::StartError;
pub use gateway::{Builder, DEFAULT_PORT, Gateway};
pub use http::limits::Limits;
