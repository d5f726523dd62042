//! The contract: what is made from it, the rules that it keeps, and what a change of it breaks. Nothing here knows the
//! clients of other languages.

pub mod artifacts;
pub mod breaking;
mod every_type;
pub mod gateway;
mod httpmock;
pub mod lint;
mod redocly;
pub mod reference;
pub mod schemas;

/// The contract, from the root of the repository.
pub const CONTRACT: &str = "openapi/contacts.yaml";
