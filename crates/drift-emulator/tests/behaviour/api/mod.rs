//! The operations of the API over real sockets, one file per behaviour.

mod attribute_definitions;
mod create;
mod delete;
mod foreign_payloads;
mod lookup;
mod organizations;
mod privacy;
mod stubs;
mod timeline;
mod update;
