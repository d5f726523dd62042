//! How a file is written, judged by its name and its beginning: CSV or JSON Lines, and the dialect of CSV.

use std::path::Path;

use crate::input::format::Format;
use crate::input::format::dialect::Dialect;

/// Delimiters that spreadsheets write, the usual one first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Records that are looked at.
const RECORDS: usize = 100;

/// CSV or JSON Lines, by the extension of the name, then by the first character.
pub(crate) fn format(path: &Path, sample: &[u8]) -> Format {
    let extension = path
        .extension()
        .map(|extension| extension.to_ascii_lowercase());
    match extension
        .as_deref()
        .and_then(|extension| extension.to_str())
    {
        Some("csv" | "tsv" | "txt") => Format::Csv,
        Some("jsonl" | "ndjson" | "json") => Format::JsonLines,
        _ if sample.trim_ascii_start().first() == Some(&b'{') => Format::JsonLines,
        _ if several_lines(sample).is_some() => Format::JsonLines,
        _ => Format::Csv,
    }
}

/// What is wrong with JSON that is not one object a line.
pub(crate) fn several_lines(sample: &[u8]) -> Option<&'static str> {
    let json = sample.trim_ascii_start();
    let line = json.split(|byte| matches!(byte, b'\r' | b'\n')).next();
    match json.strip_prefix(b"[").map(<[u8]>::trim_ascii_start) {
        Some([b'{', ..]) => {
            Some("this is one JSON array; give one object a line, as `jq -c '.[]'` writes them")
        }
        _ if line.map(<[u8]>::trim_ascii_end) == Some(b"{") => Some(
            "this is a JSON object over several lines; give one object a line, as `jq -c .` writes them",
        ),
        _ => None,
    }
}

/// The dialect of a file, judged by its beginning in UTF-8.
pub(crate) fn dialect(sample: &[u8]) -> Dialect {
    let quote = quote(sample);
    let best = DELIMITERS
        .into_iter()
        .rev()
        .map(|delimiter| (fit(sample, Dialect { delimiter, quote }), delimiter))
        .max();
    match best {
        Some((fit, delimiter)) if fit > (0, 0) => Dialect { delimiter, quote },
        _ => Dialect {
            quote,
            ..Dialect::default()
        },
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_and_quotes_are_detected_from_the_text() {
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
            assert_eq!(dialect(sample.as_bytes()), expected, "{sample:?}");
        }
    }
}
