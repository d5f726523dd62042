//! A local Drift: the contacts API with a real database, for tests, sandboxes and demonstrations.
//!
//! ```
//! # async fn example() -> Result<(), drift_emulator::StartError> {
//! let emulator = drift_emulator::Emulator::start().await?;
//! println!("{} {}", emulator.url(), emulator.token());
//! # Ok(()) }
//! ```
//!
//! Every documented rule of Drift is kept; whatever its pages leave open is one field of [`Settings`], which
//! holds the table of them all.
//!
//! # To look at
//!
//! In a browser, `/` lists the contacts as they arrive, `/contacts/details/{id}` shows one with its timeline and
//! what its external id risks, and `/docs` is the API reference, from which calls can be tried. The pages take no
//! part in faults, rate limits and lags. With the token `sandbox` they are open: such an emulator listens on
//! loopback only. With any other token they want one, as the password of HTTP Basic (any user name), and show
//! the contacts of its organization.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod api;
mod app;
mod attributes;
mod auth;
mod builder;
mod clock;
mod connection;
mod contact;
pub mod control;
mod definitions;
mod error;
mod fault;
mod guard;
mod lag;
mod pages;
mod rate;
mod request;
mod server;
pub mod settings;
mod state;
mod store;

pub use auth::{DEFAULT_ORGANIZATION, DEFAULT_TOKEN, Organization, Scope};
pub use builder::{Builder, StartError};
pub use clock::Clock;
pub use fault::{Effect, Fault, FaultRecord, Faults, RetryAfter, ScenarioError};
pub use server::Emulator;
pub use settings::Settings;
pub use state::{ContactRecord, State, StateError};
pub use store::{AttributeDefinition, Dump, DumpError, TimelineEvent};
