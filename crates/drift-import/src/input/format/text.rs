//! Bytes of any encoding as text.

use std::borrow::Cow;
use std::io::Read;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

/// Text with each byte that is not UTF-8 read as Windows-1252, so that nothing is lost.
pub(crate) fn legible(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    Cow::Owned(text)
}

/// The text of a file, in UTF-8 and without a byte order mark. UTF-8 is passed through as it is, since a decoder
/// would replace what is not valid.
pub(crate) fn decoded<Bytes: Read>(
    bytes: Bytes,
    encoding: &'static Encoding,
) -> DecodeReaderBytes<Bytes, Vec<u8>> {
    DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding).filter(|encoding| *encoding != UTF_8))
        .utf8_passthru(true)
        .strip_bom(true)
        .bom_override(true)
        .build(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_legible() {
        assert_eq!(legible("Zo\u{eb}".as_bytes()), "Zo\u{eb}");
        assert_eq!(
            legible(b"Zo\xC3\xAB, Ren\xE9\x80"),
            "Zo\u{eb}, Ren\u{e9}\u{20ac}"
        );
    }
}
