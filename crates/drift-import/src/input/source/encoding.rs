//! The encoding of a file, judged from all its bytes.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes by which text of two or four bytes to a letter is known.
const BEGINNING: usize = 1_024;

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
    fn encodings_are_detected_from_all_bytes() {
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
