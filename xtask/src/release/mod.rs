//! What is handed out: `dist` puts a release together, `package` proves the packed crate, `dependencies` judges what
//! comes from others. Nothing here changes the repository.

mod checksums;
mod command;
mod crates;
pub mod dependencies;
mod dist;
mod notices;
pub mod package;
mod ready;

pub use dist::{Options, run};
