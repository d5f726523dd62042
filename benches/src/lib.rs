//! Creates of contacts by several clients, driven alike, for `cargo xtask bench`.
#![forbid(unsafe_code)]

pub mod clients;
pub mod drive;
pub mod person;

/// Whatever went wrong; a benchmark only stops for it.
pub type Fault = Box<dyn std::error::Error + Send + Sync>;
