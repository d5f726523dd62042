//! All that a command prints: its result, notes, progress and errors, as text or as JSON.
//!
//! Only this folder writes to standard output and standard error. It knows no command, no argument and no connection.

mod contact;
mod failure_report;
mod progress_line;
mod screen;
mod shell_word;
mod table;
mod text;
mod token_info;

pub use contact::{list_contacts, show_as_text, show_contact};
pub use failure_report::{report_arguments, report_failure};
pub use progress_line::ProgressLine;
pub use screen::Screen;
pub use shell_word::shell_word;
pub use text::{harmless, moment};
pub use token_info::token_rows;
