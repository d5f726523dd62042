//! The control endpoint.
//!
#![doc = include_str!("../../docs/control.md")]

// What a test looks at and changes from outside the API belongs here: as typed access in Rust, and as an endpoint
// for other languages. It knows the app and its store, but neither the API's routes nor the pages.

mod endpoint;
pub(crate) mod state;

pub(crate) use endpoint::{is_control, router};
