//! Man pages, made from the definition of the arguments.

use std::path::Path;

use clap::CommandFactory;

use crate::commands::cli::Cli;
use crate::failure::Failure;
use crate::output::Screen;

/// Writes a page for each command: `drift.1`, `drift-contacts-create.1` and so on.
pub fn write_pages(folder: &Path, screen: &mut Screen) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), folder))
        .map_err(|cause| {
            Failure::input(format!(
                "the man pages cannot be written to {}: {cause}",
                folder.display()
            ))
        })?;
    screen.line(&format!("The man pages are in {}", folder.display()));
    Ok(())
}
