//! Contacts for Drift: creates that are never lost and never doubled, over an API that promises neither.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use drift::{Client, ExternalId, NewContact};
//!
//! let client = Client::from_env()?;
//! let new = NewContact::new("ada@example.test")?.external_id(ExternalId::random()).name("Ada");
//! let contact = client.contacts().create(new).await?.into_contact();
//! println!("{} {}", contact.id(), contact.ui_url());
//! # Ok(())
//! # }
//! ```
//!
//! Drift has no idempotency key and cannot merge duplicates, so a timeout on a create leaves a question: does the
//! contact exist now, and is it mine? [`Contacts::create`] answers it. See [`Delivery`] for what is known of a
//! request, [`Outcome`] for how a create ends, [`protocol`] for how it gets there, and [`ExternalId`] for ids that
//! strangers cannot guess. The [`tutorial`] goes from one create to a file of contacts.
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

mod answer;
mod attempt;
mod attribute_definition;
mod base_url;
#[cfg(feature = "blocking")]
pub mod blocking;
mod call;
mod client;
mod contact;
mod contact_id;
mod contacts;
mod create;
pub mod delivery;
mod email;
mod emails;
mod error;
pub mod guessable;
mod identity;
mod lookup;
mod new_contact;
mod options;
mod outcome;
mod privacy;
pub mod protocol;
mod random;
mod resolver;
pub mod retry;
#[cfg(feature = "signed-identity")]
mod signed_identity;
mod single_flight;
mod ticket;
mod timeline;
mod token_info;
pub mod tutorial;

pub use attribute_definition::{AttributeDefinition, AttributeKind};
pub use base_url::DRIFT as DRIFT_BASE_URL;
pub use client::{Client, ClientBuilder};
pub use contact::{AttributeTypeError, Contact};
pub use contact_id::ContactId;
pub use contacts::Contacts;
pub use delivery::Delivery;
pub use email::{Email, InvalidEmail};
pub use emails::Emails;
pub use error::{Error, ErrorKind, NextAction};
pub use guessable::Guessable;
pub use identity::{ExternalId, IdKey, InvalidIdKey};
pub use new_contact::{ContactChanges, NewContact};
pub use options::{CallOptions, VerifyPolicy};
pub use outcome::{Outcome, Resolution, Upserted};
pub use privacy::Privacy;
pub use retry::RetryPolicy;
#[cfg(feature = "signed-identity")]
pub use signed_identity::{IdentityError, IdentityKey, SignedIdentity};
pub use ticket::Ticket;
pub use timeline::{Timeline, TimelineEvent};
pub use token_info::TokenInfo;

/// The generated client below this crate, for what is not covered here.
pub use drift_sdk as sdk;

/// Compiles the code of README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
