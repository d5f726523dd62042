//! What Drift's contacts API demands of a request and says in a response, and what the settings choose.
//!
//! Values and decisions belong here. They know no socket, no database and no route: only each other, and the
//! types of the `http` crate.

pub(crate) mod attributes;
pub(crate) mod auth;
pub(crate) mod clock;
pub(crate) mod contact;
pub(crate) mod definitions;
pub(crate) mod email;
pub(crate) mod error;
pub(crate) mod external_id;
pub(crate) mod grants;
pub(crate) mod lag;
mod own_attributes;
pub(crate) mod payload;
pub(crate) mod rate;
pub mod settings;
