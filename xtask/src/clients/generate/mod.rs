//! A client in another language: what OpenAPI Generator makes of the contract, patched, in a package of ours. Nothing here
//! builds or runs a client.

use std::path::Path;

use super::language::Language;
use crate::generator::Failure;

mod contract;
mod openapi_generator;
mod package;
mod patches;
mod variant;

pub use contract::Contract;
pub use package::MARK;

/// Writes one client into a folder, which must be empty or of an earlier run.
pub fn write(language: Language, contract: &Contract, folder: &Path) -> Result<(), Failure> {
    package::clear(folder)?;
    openapi_generator::generate(language, contract, folder)?;
    patches::apply(language, folder)?;
    package::write(language, contract, folder)
}
