//! The config file, and the files beside it that hold secrets: how they are read, and how they are changed by one command
//! at a time.
//!
//! This folder knows no connection and no command.

mod edit;
mod file;
mod profile;
mod secret_file;

pub use edit::ConfigEdit;
pub use file::{Config, beside, path, read};
pub use profile::{OpenedLogin, Profile, TokenSource};
pub use secret_file::{is_own, lock_of};
