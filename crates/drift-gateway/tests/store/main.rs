//! What every store promises: one suite, run on SQLite always, and on PostgreSQL where `DRIFT_TEST_POSTGRES` names a
//! server, as `cargo xtask postgres` does.

mod sqlite;
mod sqlite_file;
mod suite;
