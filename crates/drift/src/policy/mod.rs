//! Decisions: what is known of a request, whether and when it is retried, how many are in flight, and what a
//! create does next.
//!
//! They are pure: no I/O, no async, no clock, no randomness. What they need to know is passed in, so each is tested
//! with a table. Nothing here knows another room of this crate.

pub mod delivery;
pub(crate) mod grant_refusal;
pub mod pace;
pub mod protocol;
pub mod retry;
pub(crate) mod token_life;
pub(crate) mod token_refusal;
