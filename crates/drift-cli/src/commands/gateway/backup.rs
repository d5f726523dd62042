//! A copy of the store, also while a gateway serves.

use std::path::PathBuf;

use clap::Args;

use super::store::{Place, failed};
use crate::failure::Failure;
use crate::output::Screen;

/// Where the copy goes.
#[derive(Args)]
pub struct BackupArgs {
    /// The new file; it must not exist
    file: PathBuf,
}

/// Copies the store.
pub async fn run(args: BackupArgs, place: &Place, screen: &mut Screen) -> Result<(), Failure> {
    let store = place.open_as_tool()?;
    store.backup(&args.file).await.map_err(failed)?;
    store.close().await.map_err(failed)?;
    screen.done(&format!("copied the store into {}", args.file.display()));
    Ok(())
}
