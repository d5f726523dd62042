//! What cannot be undone wants a word more.

use clap::Args;

use crate::failure::Failure;

/// The word.
#[derive(Args)]
pub struct ConfirmArgs {
    /// Do it: it cannot be undone
    #[arg(long)]
    pub yes: bool,
}

impl ConfirmArgs {
    /// Goes on only when it was said.
    pub fn demand(&self, what: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        Err(Failure::input(format!("this {what}, and cannot be undone"))
            .next("if that is what you want, add --yes"))
    }
}
