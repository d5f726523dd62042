//! A line on standard error that shows progress: drawn over itself on a terminal, one line after another elsewhere.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::json;

use super::screen::{Screen, write_error};

/// How often a line is written where no terminal shows it.
const LINE_INTERVAL: Duration = Duration::from_secs(10);

/// Erases the line that the cursor is in.
const ERASE: &str = "\r\u{1b}[2K";

/// The line.
pub struct ProgressLine {
    json: bool,
    quiet: bool,
    on_terminal: bool,
    last_line: Instant,
    drawn: bool,
}

impl ProgressLine {
    /// A line that is not drawn yet.
    pub fn new(screen: &Screen) -> Self {
        let json = screen.is_json();
        Self {
            json,
            quiet: screen.is_quiet(),
            on_terminal: !json && io::stderr().is_terminal(),
            last_line: Instant::now(),
            drawn: false,
        }
    }

    /// Draws the line, or the JSON form of it, unless the last one was written less than 10 seconds ago. A terminal gets
    /// every line.
    pub fn draw(&mut self, line: &str, progress: &impl Serialize) {
        if self.quiet {
            return;
        }
        if !self.on_terminal && self.last_line.elapsed() < LINE_INTERVAL {
            return;
        }
        self.last_line = Instant::now();
        self.drawn = true;
        write_error(&if self.json {
            format!("{}\n", json!({ "progress": progress }))
        } else if self.on_terminal {
            format!("{ERASE}{line}")
        } else {
            format!("{line}\n")
        });
    }

    /// Removes the line from a terminal.
    pub fn erase(&self) {
        if self.on_terminal && self.drawn {
            write_error(ERASE);
        }
    }
}
