//! All that a command prints: its result, notes, progress and errors, as text or as JSON.
//!
//! Only this folder writes to standard output and standard error. It knows no command, no argument and no connection.

mod contact;
mod failure_report;
mod pager;
mod progress_line;
mod request_log;
mod screen;
mod table;
mod text;
mod token_info;

pub use contact::{list_contacts, show_as_text, show_contact};
pub use failure_report::{report_arguments, report_failure};
pub use progress_line::ProgressLine;
pub use request_log::start_warnings;
pub use screen::{Detail, Screen};
// The next command is quoted for a shell wherever it is shown.
pub use crate::shell_word::{shell_option, shell_word};
pub use text::{counted, harmless, moment};
pub use token_info::token_rows;
