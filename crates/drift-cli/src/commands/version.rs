//! `drift version`.

use crate::failure::Failure;
use crate::output::Screen;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Prints the version, as `--version` does.
pub fn run(screen: &mut Screen) -> Result<(), Failure> {
    if screen.is_json() {
        screen.value(&serde_json::json!({ "version": VERSION }));
    } else {
        screen.line(&format!("drift {VERSION}"));
    }
    Ok(())
}
