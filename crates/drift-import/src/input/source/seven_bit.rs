//! Text of ASCII alone that stands for other letters: UTF-7, HZ and ISO-2022. Taken for ASCII it would be sent as it stands.

use std::io::{BufRead, BufReader, Read};

use encoding_rs::GBK;

use crate::input::format::bytes::FileBytes;
use crate::input::source::plausible::{is_plausible, wide_and_mixed};

/// The most of a line that is looked at.
const LONGEST: u64 = 1 << 20;

const UTF_7: &str = "not plain ASCII: it looks like UTF-7, which is not read; save it as UTF-8, or name the encoding";
const HZ: &str =
    "not plain ASCII: it looks like HZ, which is not read; save it as UTF-8, or name the encoding";
const ISO_2022: &str = "not plain ASCII: it looks like ISO-2022; name the encoding iso-2022-jp if it is Japanese, or save it \
                        as UTF-8";

/// What a file of ASCII alone looks like, if it is more than that.
pub(super) fn other_than_ascii(bytes: &FileBytes) -> std::io::Result<Option<&'static str>> {
    let mut text = BufReader::new(bytes.open()?);
    let (mut line, mut utf_7) = (Vec::new(), Utf7Tally::default());
    loop {
        line.clear();
        if text.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
            return Ok(utf_7.is_likely().then_some(UTF_7));
        }
        let Ok(line) = std::str::from_utf8(&line) else {
            continue;
        };
        if line.contains("\x1B$") {
            return Ok(Some(ISO_2022));
        }
        if has_hz(line) {
            return Ok(Some(HZ));
        }
        utf_7.take(line);
    }
}

/// Whether there are pairs of a Chinese encoding between `~{` and `~}`.
fn has_hz(line: &str) -> bool {
    line.split("~{").skip(1).any(|rest| {
        let Some((pairs, _)) = rest.split_once("~}") else {
            return false;
        };
        let bytes: Vec<u8> = pairs.bytes().map(|byte| byte | 0x80).collect();
        let text = GBK.decode_without_bom_handling_and_without_replacement(&bytes);
        let are_pairs = bytes.len().is_multiple_of(2) && pairs.bytes().all(|byte| byte > 0x20);
        !bytes.is_empty()
            && are_pairs
            && text.is_some_and(|text| wide_and_mixed(&text) == (true, false))
    })
}

/// Counts what each `+` begins.
#[derive(Default)]
struct Utf7Tally {
    /// Letters that are plausible where they stand.
    words: u64,
    /// What is no UTF-7, such as the `+` of a phone number.
    others: u64,
}

impl Utf7Tally {
    fn take(&mut self, line: &str) {
        for (at, _) in line.match_indices('+') {
            let rest = &line[at + 1..];
            let is_shifted = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/');
            let length = rest.find(|c| !is_shifted(c)).unwrap_or(rest.len());
            let (shifted, after) = rest.split_at(length);
            match shifted_text(shifted) {
                _ if shifted.is_empty() && after.starts_with('-') => {}
                Some(text) if is_in_word(&line[..at], &text) => self.words += 1,
                Some(text) if !text.chars().any(char::is_alphanumeric) => {}
                _ => self.others += 1,
            }
        }
    }

    fn is_likely(&self) -> bool {
        self.words > 0 && self.others == 0
    }
}

/// Whether letters fit the ones before them.
fn is_in_word(before: &str, text: &str) -> bool {
    let start = before.rfind(|c: char| !c.is_ascii_alphabetic());
    let begun = start.map_or(before, |start| &before[start + 1..]);
    let word = format!("{begun}{text}");
    let has_letter = text.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
    has_letter && is_plausible(&word) && wide_and_mixed(&word) != (true, true)
}

/// The text that a run of Base64 stands for; none where it stands for none, or for letters of ASCII.
fn shifted_text(shifted: &str) -> Option<String> {
    let (mut units, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for c in shifted.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        bits = (bits << 6 | u32::from(value)) & 0x3F_FFFF;
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push(u16::try_from(bits >> count & 0xFFFF).unwrap_or_default());
        }
    }
    let is_whole = count < 6 && bits & ((1 << count) - 1) == 0;
    let text = String::from_utf16(&units).ok()?;
    let is_shifted = !text.is_empty() && !text.contains(|c: char| c.is_ascii_alphanumeric());
    (is_whole && is_shifted).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_of_seven_bits_are_told_from_ascii() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.csv");
        for (text, expected) in [
            ("email,name\na@x.test,Zo+AOs-\n", Some(UTF_7)),
            ("email,name\na+AEA-x.test,Fran+AOc-ois\n", Some(UTF_7)),
            ("email,name\na@x.test,+BBIEMAQ9-\n", Some(UTF_7)),
            ("email,name\na@x.test,+Xx9OCQ-\n", Some(UTF_7)),
            ("email,name\na+-b@x.test,Zo+AOs-\n", Some(UTF_7)),
            ("email,name\na@x.test,~{VPND~}\n", Some(HZ)),
            ("email,name\na@x.test,\x1B$B;3ED\x1B(B\n", Some(ISO_2022)),
            ("email,phone\nada+news@x.test,+49 170 1234567\n", None),
            ("email,phone\nada+abc-d@x.test,+491701234567\n", None),
            ("email,phone\na@x.test,+49170-1234567\n", None),
            ("email,note\na@x.test,~{not pairs}~ ~}\n", None),
            ("email,note\na@x.test,1+1 C++ a+-b\n", None),
            ("email\na+AOs-@x.test\nb+c@x.test\n", None),
            ("", None),
        ] {
            std::fs::write(&path, text).expect("written");
            let found = other_than_ascii(&FileBytes::Stored(path.clone())).expect("read");
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
