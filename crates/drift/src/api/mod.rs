//! The calls of Drift's API, grouped as Drift groups them: what each needs, what it returns, and which errors it has.
//!
//! Here is no HTTP, no retry and no look-up: that is the [engine](crate::engine). Nothing here knows
//! [`Client`](crate::Client), which hands these groups out.

pub(crate) mod contacts;
pub(crate) mod contacts_api;
pub(crate) mod emails;
pub(crate) mod json_calls;
pub(crate) mod privacy;
pub(crate) mod timeline;
pub(crate) mod token_info;
