//! The loop from the contract to Rust types and back: their schemas are snapshots, fit the contract's components,
//! and whatever fits the contract passes through the types unchanged.

mod contract;
mod every_example;
#[rustfmt::skip]
mod every_type;
mod instances;
mod json_schema;
mod shape;
mod snapshots;
mod structure;
mod through;
mod unchanged;
