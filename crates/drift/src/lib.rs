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
//! contact exist now, and did this call make it? [`Contacts::create`] finds out. See [`Delivery`] for what is known of a
//! request, [`Outcome`] for how a create ends, [`protocol`] for how it gets there, and [`ExternalId`] for ids that
//! strangers cannot guess. The [`tutorial`] goes from one create to a file of contacts; [`observability`] lists spans
//! and metrics.
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
#[cfg(feature = "blocking")]
pub mod blocking;
mod client;
pub mod credentials;
pub mod defaults;
mod engine;
mod error;
mod hex;
mod model;
mod next_action;
pub mod observability;
mod options;
mod policy;
mod random;
#[cfg(feature = "test-util")]
pub mod test_util;
pub mod tutorial;

pub use api::contacts::Contacts;
pub use api::contacts_api::ContactsApi;
pub use api::emails::Emails;
pub use api::json_calls::{FindQuery, JsonCalls};
pub use api::prepared::Prepared;
pub use api::privacy::Privacy;
pub use api::timeline::Timeline;
pub use api::token_info::TokenInfo;
pub use client::{Client, ClientBuilder};
pub use engine::http::base_url::DRIFT as DRIFT_BASE_URL;
pub use engine::observe::interceptor::{AttemptEnd, AttemptStart, Interceptor};
pub use engine::observe::metadata::Metadata;
pub use engine::safe_write::{SafeWrite, Start};
pub use engine::seen::Seen;
pub use error::conversions::Result;
pub use error::{Error, ErrorKind};
pub use model::attribute_definition::{AttributeDefinition, AttributeKind};
pub use model::contact::{AttributeTypeError, Contact};
pub use model::contact_id::{ContactId, InvalidContactId};
pub use model::email::{Email, InvalidEmail};
pub use model::external_id::{ExternalId, IdKey, InvalidIdKey};
pub use model::guessable::{self, Guessable};
pub use model::intent::Intent;
pub use model::matches::Matches;
pub use model::new_contact::{ContactChanges, NewContact};
pub use model::outcome::{Outcome, Resolution, Upserted, Written};
#[cfg(feature = "signed-identity")]
pub use model::signed_identity::{IdentityError, IdentityKey, SignedIdentity};
pub use model::ticket::Ticket;
pub use model::timeline_event::TimelineEvent;
pub use next_action::NextAction;
pub use options::{CallOptions, VerifyPolicy};
pub use policy::delivery::{self, Delivery};
pub use policy::pace;
pub use policy::protocol;
pub use policy::retry::{self, RetryPolicy};

/// The generated client below this crate, for what is not covered here.
pub use drift_sdk as sdk;

/// The HTTP client below this crate, in the version that [`ClientBuilder::configure_http`] and
/// [`ClientBuilder::http_client`] take.
pub use reqwest;

/// Compiles the code of README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
