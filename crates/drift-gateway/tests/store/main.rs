//! What every store promises: one suite, run on SQLite always, and on PostgreSQL where `DRIFT_TEST_POSTGRES` names a
//! server, as `cargo xtask postgres` does.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod postgres_server;
mod sqlite;
mod sqlite_file;
mod suite;
