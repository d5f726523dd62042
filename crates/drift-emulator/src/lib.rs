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
//! // Every fifth create is carried out, and its response lost.
//! let lost_response = Effect::Disconnect { reset: false, commit: true };
//! emulator.faults().add(Fault::new(lost_response).method("POST").path("/contacts").every(5))?;
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
//! **Storage.** SQLite, in memory or on a file. A create is acknowledged after its commit, and creates that arrive
//! together share one; on a file a commit is synchronised in full, so nothing that was acknowledged is lost by a
//! kill or a power cut. Two processes may use one file.
//!
//! **Faults.** [`Fault`] says which requests, [`Effect`] what happens to them. The same seed gives the same
//! run. In other languages faults, state and clock are controlled by the endpoint described in [`control`].
//!
//! **Safe by default.** It listens on loopback, and elsewhere only with a token of its own. Foreign `Host`
//! headers and writes from a foreign `Origin` are refused; time, connections, heads and bodies are bounded.
//!
//! # Troubleshooting
//!
//! *403 "This Host is not allowed"*: allow a name other than `localhost`, such as that of a container, by
//! [`Builder::allow_host`]. *409 in the second run of a test*: the file, or an emulator that is shared
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
mod builder;
pub mod control;
mod dispatch;
mod emulator;
mod fault;
mod http;
mod pages;
mod rules;
mod store;

pub use builder::{Builder, StartError};
pub use control::state::{ContactRecord, State, StateError};
pub use emulator::Emulator;
pub use fault::{Effect, Fault, FaultRecord, Faults, RetryAfter, ScenarioError};
pub use rules::auth::{DEFAULT_ORGANIZATION, DEFAULT_TOKEN, Organization, Scope};
pub use rules::clock::Clock;
pub use rules::definitions::AttributeDefinition;
pub use rules::grants::{DEFAULT_CLIENT_ID, DEFAULT_CLIENT_SECRET, Granted};
pub use rules::settings;
pub use rules::settings::Settings;
pub use store::{Dump, DumpError, TimelineEvent};
