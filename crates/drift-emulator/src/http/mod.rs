//! HTTP over TCP: connections that can be broken off, the checks of a request's form, and how responses are written.
//!
//! What would be the same for any JSON API belongs here. It knows the rules' settings and errors, but no route,
//! no database and no fault.

pub(crate) mod connection;
pub(crate) mod guard;
pub(crate) mod request;
pub(crate) mod response;
pub(crate) mod server;
