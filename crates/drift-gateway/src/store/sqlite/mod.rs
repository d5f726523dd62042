//! The store in a SQLite file, for one gateway: one thread owns the database, and calls that arrive together share one
//! commit.
//!
//! It knows nothing of PostgreSQL. The file belongs to one gateway at a time; tools of the command may work on it
//! meanwhile.

mod backup;
mod deliveries;
mod file;
mod records;
mod retention;
mod schema;
mod settings;
mod store;
mod thread;

pub use file::Role;
pub use store::SqliteStore;
