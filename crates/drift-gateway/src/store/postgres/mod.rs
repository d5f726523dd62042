//! The store in PostgreSQL, for several gateways with the same keys, deliveries and pace.
//!
//! Concurrency is the database's: a unique key decides who sends, leases are by its clock, what is written is guarded by
//! the fence, and deliveries are claimed with `FOR UPDATE SKIP LOCKED`. It knows nothing of SQLite.

mod config;
mod connection;
mod deliveries;
mod listener;
mod migrations;
mod records;
mod retention;
mod settings;
mod store;
mod tls;

pub use store::PostgresStore;
