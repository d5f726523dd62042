//! Values: what is sent, what comes back, and what is wrong with a value before it is sent.
//!
//! Nothing here knows the engine, the calls or the client, and nothing waits or does I/O. Values that hold personal
//! data hide it from `Debug`. How they are written as JSON, and read, is in `json`.

pub(crate) mod attribute_definition;
pub(crate) mod contact;
pub(crate) mod contact_id;
pub(crate) mod decoding;
pub(crate) mod email;
pub(crate) mod external_id;
pub mod guessable;
pub(crate) mod intent;
pub(crate) mod json;
pub(crate) mod matches;
pub(crate) mod new_contact;
pub(crate) mod outcome;
pub(crate) mod proof;
#[cfg(feature = "signed-identity")]
pub(crate) mod signed_identity;
pub(crate) mod ticket;
pub(crate) mod timeline_event;
pub(crate) mod token_exchange;
