//! Lines as editors count them, and why text cannot be read on.

use std::io::{BufRead, Error as IoError};

/// The largest record, in bytes; a larger one is most likely a quote that is not closed.
pub(crate) const RECORD_LIMIT: usize = 16 << 20;

/// Why a record cannot be read.
#[derive(Debug)]
pub(crate) enum Unreadable {
    Io(IoError),
    /// What is wrong, from which line on.
    At(u64, &'static str),
}

impl From<IoError> for Unreadable {
    fn from(error: IoError) -> Self {
        Self::Io(error)
    }
}

/// Counts lines as editors do: one ends with `\n`, `\r\n` or a lone `\r`.
#[derive(Clone, Copy)]
pub(crate) struct Lines {
    /// The line on which the next byte stands, from 1.
    pub(crate) line: u64,
    after_cr: bool,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            line: 1,
            after_cr: false,
        }
    }
}

impl Lines {
    pub(crate) fn take(&mut self, byte: u8) {
        let ends = byte == b'\r' || (byte == b'\n' && !self.after_cr);
        self.line += u64::from(ends);
        self.after_cr = byte == b'\r';
    }
}

/// Skips the ends of lines that come next, up to a line that is not blank or to the end of the text.
pub(crate) fn skip_line_ends(text: &mut impl BufRead, lines: &mut Lines) -> std::io::Result<()> {
    loop {
        let piece = text.fill_buf()?;
        let ends = |byte: &&u8| matches!(byte, b'\r' | b'\n');
        let blank = piece.iter().take_while(ends).count();
        let more = blank > 0 && blank == piece.len();
        piece[..blank].iter().for_each(|byte| lines.take(*byte));
        text.consume(blank);
        if !more {
            return Ok(());
        }
    }
}
