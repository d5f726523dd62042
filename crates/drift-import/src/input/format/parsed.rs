//! One record of CSV while it is read, byte by byte: where its cells end, and whether that is sure.

use crate::input::format::dialect::Dialect;
use crate::input::format::lines::{Lines, Unreadable};

pub(super) const NOT_CLOSED: &str = "a quote opens here and is never closed";
pub(super) const GOES_ON: &str = "a quote opens here, and after the one that closes it, lines later, the cell continues; is one of \
                       them too many?";
/// The problem of a row whose quotes say nothing sure.
pub(crate) const BROKEN_QUOTES: &str =
    "text follows a closing quote; write a quote inside quotes twice";

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    /// After spaces at the beginning of a cell, which may be before a quote.
    Blank,
    Plain,
    Quoted,
    /// After the escape character inside quotes.
    Escaped,
    /// After a quote inside quotes: the end of them, or the first half of a quote that is meant.
    Closed,
    /// After spaces behind the closing quote.
    Trailing,
}

/// A record as far as it is read.
pub(super) struct Parsed {
    dialect: Dialect,
    pub(super) lines: Lines,
    cell: Vec<u8>,
    /// The cell with its quotes as it stands, while it is in quotes: one that continues after them is kept so.
    raw: Vec<u8>,
    /// Which cells were in quotes.
    pub(super) quoted: Vec<usize>,
    state: State,
    /// The line on which the cell's quote opened.
    pub(super) opened: Option<u64>,
    pub(super) problem: Option<&'static str>,
}

impl Parsed {
    pub(super) fn new(dialect: Dialect, lines: Lines) -> Self {
        Self {
            dialect,
            lines,
            cell: Vec::new(),
            raw: Vec::new(),
            quoted: Vec::new(),
            state: State::Start,
            opened: None,
            problem: None,
        }
    }

    /// Takes bytes up to the end of the record. Returns how many, and whether it ended.
    pub(super) fn take(
        &mut self,
        piece: &[u8],
        cells: &mut csv::ByteRecord,
    ) -> Result<(usize, bool), Unreadable> {
        let mut at = 0;
        while at < piece.len() {
            at += self.take_plain(&piece[at..]);
            let Some(&byte) = piece.get(at) else { break };
            at += 1;
            let quoted = matches!(self.state, State::Quoted | State::Escaped);
            if quoted || !self.ends_cell(byte) {
                self.within(byte)?;
                self.lines.take(byte);
                continue;
            }
            self.end_cell(cells);
            self.lines.take(byte);
            if byte != self.dialect.delimiter {
                return Ok((at, true));
            }
        }
        Ok((piece.len(), false))
    }

    fn ends_cell(&self, byte: u8) -> bool {
        byte == self.dialect.delimiter || matches!(byte, b'\r' | b'\n')
    }

    fn is_quote(&self, byte: u8) -> bool {
        self.dialect.quote == Some(byte)
    }

    /// Takes what stands in a cell without quotes, all at once: nearly all that is in a file. Returns how many bytes.
    fn take_plain(&mut self, piece: &[u8]) -> usize {
        let opens = |first: &u8| self.is_quote(*first) || is_blank(*first);
        let plain = match self.state {
            State::Start => !piece.first().is_some_and(opens),
            State::Plain => self.opened.is_none(),
            _ => false,
        };
        if !plain {
            return 0;
        }
        let end = piece.iter().position(|byte| self.ends_cell(*byte));
        let text = &piece[..end.unwrap_or(piece.len())];
        if let Some(last) = text.last() {
            self.cell.extend_from_slice(text);
            self.lines.take(*last);
            self.state = State::Plain;
        }
        text.len()
    }

    /// Takes a byte that does not end the cell.
    fn within(&mut self, byte: u8) -> Result<(), Unreadable> {
        if self.opened.is_some() && self.state != State::Plain {
            self.raw.push(byte);
        }
        self.state = match (self.state, self.is_quote(byte)) {
            (State::Start | State::Blank, true) => {
                self.opened = Some(self.lines.line);
                std::mem::swap(&mut self.raw, &mut self.cell);
                self.raw.push(byte);
                self.cell.clear();
                State::Quoted
            }
            (State::Start | State::Blank, false) => {
                self.cell.push(byte);
                if is_blank(byte) {
                    State::Blank
                } else {
                    State::Plain
                }
            }
            (State::Quoted, true) => State::Closed,
            (State::Quoted, false) if self.dialect.escape == Some(byte) => State::Escaped,
            (State::Quoted, false) | (State::Closed, true) => {
                self.cell.push(byte);
                State::Quoted
            }
            (State::Escaped, is_quote) => {
                // What else is escaped stands as it is written.
                let escape = self
                    .dialect
                    .escape
                    .filter(|escape| !is_quote && *escape != byte);
                self.cell.extend(escape);
                self.cell.push(byte);
                State::Quoted
            }
            (State::Closed | State::Trailing, false) if is_blank(byte) => State::Trailing,
            (State::Closed | State::Trailing, _) => {
                self.note_broken()?;
                std::mem::swap(&mut self.raw, &mut self.cell);
                State::Plain
            }
            (State::Plain, _) => {
                self.cell.push(byte);
                State::Plain
            }
        };
        Ok(())
    }

    /// A cell that continues after its closing quote makes the row doubtful; if it spans lines, a quote too many has most
    /// likely swallowed rows.
    fn note_broken(&mut self) -> Result<(), Unreadable> {
        match self.opened {
            Some(line) if line != self.lines.line => Err(Unreadable::At(line, GOES_ON)),
            _ => {
                self.problem = Some(BROKEN_QUOTES);
                Ok(())
            }
        }
    }

    fn end_cell(&mut self, cells: &mut csv::ByteRecord) {
        if self.opened.is_some() {
            self.quoted.push(cells.len());
        }
        cells.push_field(&self.cell);
        self.cell.clear();
        self.raw.clear();
        self.state = State::Start;
        self.opened = None;
    }

    /// Ends the last record of a text that does not end with a line.
    pub(super) fn end(&mut self, cells: &mut csv::ByteRecord) -> Result<(), Unreadable> {
        if let (State::Quoted | State::Escaped, Some(line)) = (self.state, self.opened) {
            return Err(Unreadable::At(line, NOT_CLOSED));
        }
        self.end_cell(cells);
        Ok(())
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}
