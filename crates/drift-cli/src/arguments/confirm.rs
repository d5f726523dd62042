//! `--yes`, without which commands ask that cannot be undone.

use clap::Args;

/// The confirmation.
#[derive(Args)]
pub struct ConfirmArgs {
    /// Do not ask; needed where there is no terminal
    #[arg(long)]
    pub yes: bool,
}
