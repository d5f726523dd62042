//! A client for Drift's contacts API, generated at build time from the contract `openapi/contacts.yaml`.
//!
//! This crate is the wire and nothing more: a method per operation, a type per schema, and a [`Transport`] that
//! adds the token, limits the size of responses and keeps what the generated code would lose. For creates that are
//! never lost and never doubled use the crate `drift`, which is built on this one.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use drift_sdk::{Client, Transport, types};
//!
//! let transport = Transport::bearer("my-token")?;
//! let client = Client::new_with_client("https://driftapi.com", reqwest::Client::new(), transport);
//! let contact = client.get_contact(24_100_000_017).await?.into_inner().data;
//! println!("{}", contact.id);
//! # Ok(())
//! # }
//! ```
//!
//! `reqwest` is used without a TLS stack of our choice: give it a client that has one.
//!
//! # What differs from the contract's text
//!
//! * Members that the contract does not declare are kept in `extra` of each type.
//! * An optional nullable member is `Option<NullableT>`: absent, null and a value are three states, both ways.
//! * `Debug` of a type shows its name alone, since its values are personal data or tokens.
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

mod present;
mod progress;
mod transport;
mod url_cache;

#[allow(
    missing_docs,
    clippy::all,
    clippy::unwrap_used,
    reason = "the generator's output is judged by its snapshot"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/codegen.rs"));
}

pub use generated::{Client, types};
pub use http_body_util::LengthLimitError as TooLong;
pub use progenitor_client::{ClientHooks, ClientInfo, Error, OperationInfo, ResponseValue};
pub use progress::{Progress, Stage};
pub use transport::{DEFAULT_BODY_LIMIT, InvalidToken, Transport, UNREADABLE};

/// The contract, as the YAML text that this crate was built from.
pub const CONTRACT: &str = include_str!(env!("DRIFT_CONTRACT"));

/// Compiles the code of README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
