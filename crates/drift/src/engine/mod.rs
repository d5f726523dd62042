//! Drives the [decisions](crate::policy) over the wire: attempts, retries, look-ups, creates.
//!
//! What touches a socket or a clock is here, and is thin. Nothing here knows the calls in `api` or
//! [`Client`](crate::Client): the engine works on a [`Connection`](connection::Connection), which both share.

pub(crate) mod access;
pub(crate) mod attempt;
pub(crate) mod bulk_lookup;
pub(crate) mod call;
pub(crate) mod connection;
pub(crate) mod create;
pub(crate) mod deadline;
pub(crate) mod delete;
pub(crate) mod email_check;
pub(crate) mod http;
pub(crate) mod lookup;
pub(crate) mod observe;
pub(crate) mod operation;
pub(crate) mod pacing;
pub(crate) mod response;
pub(crate) mod safe_write;
pub(crate) mod seen;
pub(crate) mod single_flight;
pub(crate) mod update;
