//! Standard output: JSON, or text for people, in colour only where a terminal shows it.

use std::io::{self, IsTerminal, Write};

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::text::{harmless, harmless_json};
use super::{request_log, table};

/// How much a command says beside its result.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The result and errors alone.
    Quiet,
    Normal,
    /// Each request too.
    Verbose,
}

/// Where a command writes its result. It is kept until the end, so that an error never follows half a result.
pub struct Screen {
    json: bool,
    quiet: bool,
    colour: bool,
    error_colour: bool,
    width: Option<usize>,
    text: String,
    /// What Drift has done, which an error repeats if the result cannot be written.
    done: Option<String>,
}

impl Screen {
    /// A screen that shows JSON or text.
    pub fn new(json: bool, detail: Detail) -> Self {
        if detail == Detail::Verbose {
            request_log::start(json);
        }
        let wanted = colours_wanted();
        Self {
            json,
            quiet: detail == Detail::Quiet,
            colour: wanted && io::stdout().is_terminal(),
            error_colour: wanted && io::stderr().is_terminal(),
            width: width(),
            text: String::new(),
            done: None,
        }
    }

    /// Whether the output is JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether only the result and errors are wanted.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Writes a line.
    pub fn line(&mut self, line: &str) {
        self.script(&harmless(line));
    }

    /// Writes a line that stands out.
    pub fn headline(&mut self, line: &str) {
        let line = harmless(line);
        let line = if self.colour {
            format!("\u{1b}[1m{line}\u{1b}[0m")
        } else {
            line
        };
        self.script(&line);
    }

    /// Writes a line that says what to do next, which `--quiet` leaves out.
    pub fn next_step(&mut self, line: &str) {
        if !self.quiet {
            self.line(&format!("  {line}"));
        }
    }

    /// Writes a text as it is, for a program to read.
    pub fn script(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Writes names and values under each other; long values are broken to fit.
    pub fn rows(&mut self, rows: &[(String, String)]) {
        let names = rows
            .iter()
            .map(|(name, _)| name.width())
            .max()
            .unwrap_or(0)
            .min(48);
        let room = self
            .width
            .map(|width| width.saturating_sub(names + 4).max(20));
        for (name, value) in rows {
            let value = harmless(value);
            let lines = room.map_or_else(|| vec![value.clone()], |room| table::wrap(&value, room));
            for (index, line) in lines.iter().enumerate() {
                let name = if index == 0 { name.as_str() } else { "" };
                let gap = " ".repeat(names.saturating_sub(name.width()));
                self.line(format!("  {name}{gap}  {line}").trim_end());
            }
        }
    }

    /// Writes a table that fits the width.
    pub fn table(&mut self, header: &[&str], rows: &[Vec<String>]) {
        let harmless_row = |row: &Vec<String>| row.iter().map(|cell| harmless(cell)).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(harmless_row).collect();
        let mut lines = table::lay_out(header, &rows, self.width).into_iter();
        if let Some(header) = lines.next() {
            self.headline(&header);
        }
        lines.for_each(|line| self.line(&line));
    }

    /// Remembers what was done, for an error if the result cannot be written.
    pub fn did(&mut self, sentence: impl Into<String>) {
        self.done = Some(sentence.into());
    }

    /// What `did` remembers.
    pub fn what_was_done(&self) -> Option<&str> {
        self.done.as_deref()
    }

    /// Writes that something was done which has no result of its own.
    pub fn done(&mut self, sentence: &str) {
        self.did(sentence);
        if self.json {
            self.value(&serde_json::json!({ "ok": true }));
        } else if !self.quiet {
            self.line(sentence);
        }
    }

    /// Writes a JSON value; on a terminal indented, and with the characters escaped that it would obey.
    pub fn value(&mut self, value: &Value) {
        let text = if io::stdout().is_terminal() {
            harmless_json(&format!("{value:#}"))
        } else {
            value.to_string()
        };
        self.script(&text);
    }

    /// Writes one value: as a JSON object with one member, or as a line of text.
    pub fn fact(&mut self, name: &str, value: &str) {
        if self.json {
            self.value(&serde_json::json!({ name: value }));
        } else {
            self.line(value);
        }
    }

    /// Writes a note to standard error, so that it never mixes with a result.
    pub fn note(&self, word: &str, sentence: &str) {
        if !self.quiet {
            write_error(&note(self.json, word, sentence));
        }
    }

    /// Writes a note that says what a person must do for the command to continue, also with `--quiet`.
    pub fn instruct(&self, word: &str, sentence: &str) {
        write_error(&note(self.json, word, sentence));
    }

    /// Writes a note below a line that `ProgressLine` has drawn.
    pub fn note_below_progress(&self, word: &str, sentence: &str) {
        if !self.json && !self.quiet {
            write_error("\n");
        }
        self.note(word, sentence);
    }

    /// Writes a line of guidance for a person to standard error, also with `--json`.
    pub fn guide(&self, line: &str) {
        write_error(&format!("{line}\n"));
    }

    /// Asks a yes-or-no question; `None` where nobody can be asked, since there is no terminal
    /// or the output is for a program.
    pub fn ask(&self, question: &str) -> Option<bool> {
        let on_terminal = io::stdin().is_terminal() && io::stderr().is_terminal();
        if self.json || !on_terminal {
            return None;
        }
        write_error(&format!("{} [y/N] ", harmless(question)));
        let mut line = String::new();
        // What cannot be read is no consent.
        let _ = io::stdin().read_line(&mut line);
        let answer = line.trim().to_ascii_lowercase();
        Some(matches!(answer.as_str(), "y" | "yes"))
    }

    /// The word that begins an error.
    pub fn error_mark(&self) -> &'static str {
        if self.error_colour {
            "\u{1b}[1;31merror:\u{1b}[0m"
        } else {
            "error:"
        }
    }

    /// Writes out the kept text, and returns standard output, for a result that is too long to be kept.
    pub fn stream(&mut self) -> io::Result<io::Stdout> {
        self.finish()?;
        Ok(io::stdout())
    }

    /// Writes out the kept text.
    pub fn finish(&mut self) -> io::Result<()> {
        write_out(&std::mem::take(&mut self.text))
    }
}

/// A note as it is written to standard error.
pub fn note(json: bool, word: &str, sentence: &str) -> String {
    if !json {
        return format!("{}\n", harmless(sentence));
    }
    let note = serde_json::json!({ "note": { "kind": word, "message": sentence } });
    format!("{}\n", harmless_json(&note.to_string()))
}

/// <https://no-color.org>: set and not empty means none.
pub fn colours_wanted() -> bool {
    let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !forbidden && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// The width to fit: `COLUMNS` where it is set, else the terminal's; `None` where the output is no terminal.
fn width() -> Option<usize> {
    let set = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    set.or_else(|| {
        terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0))
    })
}

/// Writes to standard output.
pub fn write_out(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes to standard error. Where that is closed, nobody reads it, and the command continues.
pub fn write_error(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
