//! Asks before something is done that cannot be undone.

use crate::arguments::ConfirmArgs;
use crate::failure::Failure;
use crate::output::Screen;

/// Asks on a terminal. Elsewhere it fails without `--yes`, with the exit code of bad input, and nothing is sent.
/// `what` says what the command will do, such as `delete contact 7`.
pub fn confirm(args: &ConfirmArgs, what: &str, screen: &Screen) -> Result<(), Failure> {
    if args.yes {
        return Ok(());
    }
    match screen.ask(&format!("This will {what}. It cannot be undone. Continue?")) {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::input("not confirmed; nothing was changed")),
        None => Err(
            Failure::input(format!("this will {what}; nothing was changed"))
                .next("it cannot be undone; to go ahead, add --yes"),
        ),
    }
}
