//! `--yes`, which commands require that cannot be undone.

use clap::Args;

use crate::failure::Failure;

/// The confirmation.
#[derive(Args)]
pub struct ConfirmArgs {
    /// Do it: it cannot be undone
    #[arg(long)]
    pub yes: bool,
}

impl ConfirmArgs {
    /// Fails without `--yes`; `what` says what the command does.
    pub fn require(&self, what: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        Err(Failure::input(format!("this {what}, and cannot be undone"))
            .next("if that is what you want, add --yes"))
    }
}
