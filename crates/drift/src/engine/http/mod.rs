//! The HTTP client below a [connection](super::connection): how it is made, and what its errors say.
//!
//! Everything that depends on reqwest, hyper and rustls is here. Nothing here knows a call, a contact or a retry.

pub(crate) mod base_url;
pub(crate) mod client;
pub(crate) mod failure;
pub(crate) mod headers;
pub(crate) mod idle;
pub(crate) mod reach;
mod resolver;
mod tls;
