//! How a text is written: its encoding, byte-order mark and line ends. What is made of a file is written as the file is, so
//! that a program which reads and saves both does the same to both.

use std::io::{Read, Write};
use std::path::Path;

use encoding_rs::{Encoder, EncoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::{Error, at};
use crate::input::format::bytes::FileBytes;
use crate::input::format::text::decoded;

/// How much of a file its line ends are judged by.
const SAMPLE: u64 = 64 << 10;
const MARK: &str = "\u{feff}";

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextStyle {
    pub(crate) encoding: &'static Encoding,
    /// Whether it begins with a byte-order mark.
    pub(crate) mark: bool,
    pub(crate) line_end: &'static str,
}

impl TextStyle {
    /// That of a file, whose mark decides before the encoding that it is read in.
    pub(crate) fn of(
        bytes: &FileBytes,
        path: &Path,
        encoding: &'static Encoding,
        quote: impl Into<Option<u8>>,
    ) -> Result<Self, Error> {
        let mut beginning = Vec::new();
        let file = bytes.open().map_err(at(path))?;
        let three = file.take(3).read_to_end(&mut beginning);
        three.map_err(at(path))?;
        let marked = Encoding::for_bom(&beginning).map(|(encoding, _)| encoding);
        let encoding = marked.unwrap_or(encoding);
        let mut sample = Vec::new();
        let file = bytes.open().map_err(at(path))?;
        let read = decoded(file, encoding)
            .take(SAMPLE)
            .read_to_end(&mut sample);
        read.map_err(at(path))?;
        Ok(Self {
            encoding,
            mark: marked.is_some(),
            line_end: line_end(&sample, quote.into()),
        })
    }

    /// Whether every character of a text exists in the encoding.
    pub(crate) fn can_write(self, text: &str) -> bool {
        self.encoding.output_encoding() == UTF_8 || !self.encoding.encode(text).2
    }

    /// What ends a record of CSV.
    pub(crate) fn terminator(self) -> csv::Terminator {
        match self.line_end {
            "\r\n" => csv::Terminator::CRLF,
            "\r" => csv::Terminator::Any(b'\r'),
            _ => csv::Terminator::Any(b'\n'),
        }
    }

    /// A writer that takes UTF-8 and writes this.
    pub(crate) fn writer<Out: Write>(self, out: Out) -> Encoded<Out> {
        Encoded {
            out,
            style: self,
            encoder: self.encoding.new_encoder(),
            begun: false,
            carried: Vec::new(),
            encoded: Vec::new(),
        }
    }
}

/// The first line end outside of quotes.
fn line_end(text: &[u8], quote: Option<u8>) -> &'static str {
    let mut quoted = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if Some(*byte) == quote => quoted = !quoted,
            b'\n' if !quoted => return "\n",
            b'\r' if !quoted => {
                let next = text.get(at + 1);
                return if next == Some(&b'\n') { "\r\n" } else { "\r" };
            }
            _ => {}
        }
    }
    "\n"
}

/// Writes UTF-8 in another style. What its encoding does not have becomes a question mark.
pub(crate) struct Encoded<Out> {
    out: Out,
    style: TextStyle,
    encoder: Encoder,
    begun: bool,
    /// The beginning of a character whose end was not written yet.
    carried: Vec<u8>,
    encoded: Vec<u8>,
}

impl<Out: Write> Encoded<Out> {
    /// Writes what is left, and returns where it went.
    pub(crate) fn finish(mut self) -> std::io::Result<Out> {
        self.encode("", true)?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn encode(&mut self, text: &str, last: bool) -> std::io::Result<()> {
        if !self.begun {
            self.begun = true;
            if self.style.mark {
                self.encode(MARK, false)?;
            }
        }
        self.encoded.clear();
        let units = text.encode_utf16();
        if self.style.encoding == UTF_16LE {
            self.encoded.extend(units.flat_map(u16::to_le_bytes));
        } else if self.style.encoding == UTF_16BE {
            self.encoded.extend(units.flat_map(u16::to_be_bytes));
        } else if self.style.encoding == UTF_8 {
            return self.out.write_all(text.as_bytes());
        } else {
            encode(&mut self.encoder, text, last, &mut self.encoded);
        }
        self.out.write_all(&self.encoded)
    }
}

fn encode(encoder: &mut Encoder, mut text: &str, last: bool, to: &mut Vec<u8>) {
    loop {
        to.reserve(4 * text.len() + 16);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(text, to, last);
        text = &text[read..];
        match result {
            EncoderResult::InputEmpty => return,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(_) => encode(encoder, "?", false, to),
        }
    }
}

impl<Out: Write> Write for Encoded<Out> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let joined = [std::mem::take(&mut self.carried).as_slice(), bytes].concat();
        let valid = match std::str::from_utf8(&joined) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() => {
                let (valid, rest) = joined.split_at(error.valid_up_to());
                self.carried = rest.to_vec();
                std::str::from_utf8(valid).unwrap_or_default()
            }
            Err(error) => return Err(std::io::Error::other(error)),
        };
        self.encode(valid, false)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{GBK, ISO_2022_JP, SHIFT_JIS, WINDOWS_1251};

    #[test]
    fn the_style_of_a_file_is_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        for (bytes, given, encoding, mark, line_end) in [
            (&b"a,b\n1,2\n"[..], UTF_8, UTF_8, false, "\n"),
            (b"", UTF_8, UTF_8, false, "\n"),
            (b"\xEF\xBB\xBFa\r\nb\r\n", UTF_8, UTF_8, true, "\r\n"),
            (b"\xEF\xBB\xBFa\r\n", WINDOWS_1251, UTF_8, true, "\r\n"),
            (b"a\rb\r", WINDOWS_1251, WINDOWS_1251, false, "\r"),
            (b"\"a\nb\",c\r\n", UTF_8, UTF_8, false, "\r\n"),
            (b"\xFF\xFEa\0\r\0\n\0", UTF_16LE, UTF_16LE, true, "\r\n"),
            (b"\0a\0\n", UTF_16BE, UTF_16BE, false, "\n"),
        ] {
            std::fs::write(&path, bytes).expect("written");
            let expected = TextStyle {
                encoding,
                mark,
                line_end,
            };
            let found = TextStyle::of(&FileBytes::Stored(path.clone()), &path, given, b'"')
                .expect("a style");
            assert_eq!(found, expected, "{bytes:?}");
        }
    }

    #[test]
    fn text_is_written_in_any_encoding_however_it_is_cut() {
        let text = "имя,Zoë,山田,a\u{1f600}\n";
        for encoding in [
            UTF_8,
            UTF_16LE,
            UTF_16BE,
            WINDOWS_1251,
            GBK,
            SHIFT_JIS,
            ISO_2022_JP,
        ] {
            for mark in [false, true] {
                for piece in [1, 2, 3, 100] {
                    let style = TextStyle {
                        encoding,
                        mark,
                        line_end: "\n",
                    };
                    let written: String = text
                        .chars()
                        .map(|c| {
                            if style.can_write(&c.to_string()) {
                                c
                            } else {
                                '?'
                            }
                        })
                        .collect();
                    let style = TextStyle {
                        mark: mark && encoding.output_encoding() == UTF_8,
                        ..style
                    };
                    let mut out = style.writer(Vec::new());
                    for piece in text.as_bytes().chunks(piece) {
                        out.write_all(piece).expect("written");
                    }
                    let bytes = out.finish().expect("finished");
                    let (read, by, damaged) = encoding.decode(&bytes);
                    assert_eq!(
                        (read.as_ref(), by, damaged),
                        (written.as_str(), encoding, false)
                    );
                    let marked = Encoding::for_bom(&bytes).is_some();
                    assert_eq!(marked, style.mark, "{}", encoding.name());
                }
            }
        }
    }
}
