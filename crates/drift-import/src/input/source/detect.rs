//! What kind of text a file holds: encoding, delimiter and quote, judged from its bytes alone.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Delimiters that spreadsheets write, the usual one first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records that are looked at.
const RECORDS: usize = 100;
/// Bytes by which text of two or four bytes to a letter is known.
const BEGINNING: usize = 1_024;

/// How a CSV file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Between cells.
    pub delimiter: u8,
    /// Around cells.
    pub quote: u8,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: b',',
            quote: b'"',
        }
    }
}

impl Dialect {
    /// Judges the beginning of a file, in UTF-8.
    pub(crate) fn of(sample: &[u8]) -> Self {
        let quote = quote(sample);
        let best = DELIMITERS
            .into_iter()
            .rev()
            .map(|delimiter| (fit(sample, Dialect { delimiter, quote }), delimiter))
            .max();
        match best {
            Some((fit, delimiter)) if fit > (0, 0) => Self { delimiter, quote },
            _ => Self {
                quote,
                ..Self::default()
            },
        }
    }

    pub(crate) fn reader(self) -> csv::ReaderBuilder {
        let mut builder = csv::ReaderBuilder::new();
        builder
            .delimiter(self.delimiter)
            .quote(self.quote)
            .has_headers(false)
            .flexible(true);
        builder
    }
}

/// An apostrophe where cells begin with it and there is no quotation mark at all.
fn quote(sample: &[u8]) -> u8 {
    let single = sample.first() == Some(&b'\'') && !sample.contains(&b'"');
    if single { b'\'' } else { b'"' }
}

/// How well a dialect fits: the share of records as wide as the first, in percent, then the width. Nothing fits that
/// finds one column only.
fn fit(sample: &[u8], dialect: Dialect) -> (usize, usize) {
    let widths: Vec<usize> = dialect
        .reader()
        .from_reader(sample)
        .byte_records()
        .take(RECORDS)
        .map_while(Result::ok)
        .map(|record| record.len())
        .collect();
    match widths.first() {
        Some(&width) if width > 1 => {
            let same = widths.iter().filter(|other| **other == width).count();
            (same * 100 / widths.len(), width)
        }
        _ => (0, 0),
    }
}

/// Judges the encoding of a file from all its bytes, a piece at a time.
#[derive(Default)]
pub(crate) struct EncodingTally {
    beginning: Vec<u8>,
    carried: Vec<u8>,
    invalid: u64,
    multibyte: u64,
}

impl EncodingTally {
    /// Takes the next bytes.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        let missing = BEGINNING - self.beginning.len();
        self.beginning.extend(bytes.iter().take(missing));
        let joined;
        let mut rest = if self.carried.is_empty() {
            bytes
        } else {
            joined = [std::mem::take(&mut self.carried).as_slice(), bytes].concat();
            &joined
        };
        loop {
            let error = match std::str::from_utf8(rest) {
                Ok(text) => return self.count(text.as_bytes()),
                Err(error) => error,
            };
            let (valid, after) = rest.split_at(error.valid_up_to());
            self.count(valid);
            let Some(length) = error.error_len() else {
                self.carried = after.to_vec();
                return;
            };
            self.invalid += 1;
            rest = &after[length..];
        }
    }

    fn count(&mut self, valid: &[u8]) {
        self.multibyte += valid.iter().filter(|byte| **byte >= 0xC0).count() as u64;
    }

    /// The encoding: by the byte-order mark; else UTF-8, or Windows-1252 where most of what is not ASCII is no UTF-8.
    /// An error says what else it looks like.
    pub(crate) fn encoding(&self) -> Result<&'static Encoding, &'static str> {
        let invalid = self.invalid + u64::from(!self.carried.is_empty());
        match self.beginning.as_slice() {
            [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Err(UTF_32),
            [0xFF, 0xFE, ..] => Ok(UTF_16LE),
            [0xFE, 0xFF, ..] => Ok(UTF_16BE),
            beginning => match wide(beginning) {
                Some(looks) => Err(looks),
                None if invalid > self.multibyte => Ok(WINDOWS_1252),
                None => Ok(UTF_8),
            },
        }
    }
}

const UTF_32: &str = "not UTF-8: it looks like UTF-32, which is not read; save it as UTF-8";
const LITTLE: &str = "not UTF-8: it looks like UTF-16 without a byte-order mark; name the encoding, utf-16le, or save \
                      it as UTF-8";
const BIG: &str = "not UTF-8: it looks like UTF-16 without a byte-order mark; name the encoding, utf-16be, or save it \
                   as UTF-8";

/// What text looks like that is full of zeros, as letters of two or four bytes are.
fn wide(beginning: &[u8]) -> Option<&'static str> {
    let zeros = |parity: usize| {
        let places = beginning.iter().skip(parity).step_by(2);
        places.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    match (even + odd) * 4 {
        few if few <= beginning.len() => None,
        most if most > beginning.len() * 5 / 2 => Some(UTF_32),
        _ if odd > even => Some(LITTLE),
        _ => Some(BIG),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_and_quotes_are_told_from_the_text() {
        for (sample, delimiter, quote) in [
            ("email,name\na@x.test,Ada\n", b',', b'"'),
            ("email;name;note\na@x.test;Ada;\"a,b,c\"\n", b';', b'"'),
            ("email\tname\na@x.test\tA, B\n", b'\t', b'"'),
            ("email|name\na@x.test|A;B\n", b'|', b'"'),
            ("email\na@x.test\n", b',', b'"'),
            ("'email';'name'\n'a@x.test';'A; B'\n", b';', b'\''),
            ("name;email\n\"a\nb\";a@x.test\nc,d;e@x.test\n", b';', b'"'),
            ("", b',', b'"'),
        ] {
            let expected = Dialect { delimiter, quote };
            assert_eq!(Dialect::of(sample.as_bytes()), expected, "{sample:?}");
        }
    }

    #[test]
    fn encodings_are_told_from_all_bytes() {
        for (bytes, expected) in [
            (&b"plain"[..], Ok(UTF_8)),
            (b"", Ok(UTF_8)),
            ("Zo\u{eb}".as_bytes(), Ok(UTF_8)),
            (b"Zo\xEB, Ren\xE9", Ok(WINDOWS_1252)),
            (b"\xFF\xFEa\0", Ok(UTF_16LE)),
            (b"\xFE\xFF\0a", Ok(UTF_16BE)),
            (b"\xC3\xA9\xC3\xA9\xC3\xA9 and one slip \xE9.", Ok(UTF_8)),
            (b"ends in the middle \xC3", Ok(WINDOWS_1252)),
            (b"one zero \0 in between", Ok(UTF_8)),
            (b"e\0m\0a\0i\0l\0\n\0", Err(LITTLE)),
            (b"\0e\0m\0a\0i\0l\0\n", Err(BIG)),
            (b"\x1F\x04\x3E\x04,\0e\0m\0a\0i\0l\0\n\0", Err(LITTLE)),
            (b"e\0\0\0m\0\0\0\n\0\0\0", Err(UTF_32)),
            (b"\xFF\xFE\0\0e\0\0\0", Err(UTF_32)),
            (b"\0\0\xFE\xFF\0\0\0e", Err(UTF_32)),
        ] {
            for piece in [1, 2, 3, 100] {
                let mut tally = EncodingTally::default();
                bytes.chunks(piece).for_each(|bytes| tally.take(bytes));
                assert_eq!(tally.encoding(), expected, "{bytes:?} by {piece}");
            }
        }
    }
}
