//! A local Drift: the contacts API with a real database, for tests, sandboxes and demonstrations.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use drift_emulator::{Effect, Emulator, Fault};
//!
//! let emulator = Emulator::start().await?; // in memory, on a free port, gone when dropped
//! println!("{} {}", emulator.url(), emulator.token());
//!
//! // Every fifth create is carried out, and its answer lost.
//! let lost = Effect::Disconnect { reset: false, commit: true };
//! emulator.faults().add(Fault::new(lost).method("POST").path("/contacts").every(5))?;
//!
//! // … run the code under test against emulator.url(), then look:
//! assert_eq!(emulator.state().count_by_email("ada@example.test").await?, 0);
//! # emulator.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! **True to Drift.** Every documented rule is kept, the two uniqueness rules of a create above all; whatever
//! Drift's pages leave open is one field of [`Settings`], which holds the table of them all.
//!
//! **Storage.** SQLite, in memory or on a file. A create is answered after its commit, and creates that arrive
//! together share one; on a file a commit is synchronised in full, so nothing that was answered is lost by a
//! kill or a power cut. Two processes may use one file.
//!
//! **Misbehaviour.** [`Fault`] says which calls, [`Effect`] what happens to them. The same seed gives the same
//! run. In other languages faults, state and clock are ruled by the endpoint described in [`control`].
//!
//! **Safe by default.** It listens on loopback, and elsewhere only with a token of its own. Foreign `Host`
//! headers and writes from a foreign `Origin` are refused; time, connections, heads and bodies are bounded.
//!
//! # Troubleshooting
//!
//! *403 "does not answer under this Host"*: a name other than `localhost`, such as that of a container, is made
//! known by [`Builder::allow_host`]. *409 in the second run of a test*: the file, or an emulator that is shared
//! between tests, still holds the contact; [`State::reset`] empties it. *A look-up misses a new contact*: the
//! setting `lookup_lag` is on.

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
