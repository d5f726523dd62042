//! What commands print.

mod golden;
mod help;
mod json;
mod next_steps;
#[cfg(target_os = "linux")]
mod on_terminal;
mod quiet_and_verbose;
mod suggestions;
mod terminal;
