//! How a file is written, judged by its name and its beginning: CSV or JSON Lines, and the dialect of CSV.

use std::path::Path;

use crate::input::format::Format;
use crate::input::format::csv_records::CsvRecords;
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

/// The dialect of a file, judged by its beginning in UTF-8. Its quotes are judged [later](super::quotes), by all of it.
pub(crate) fn dialect(sample: &[u8]) -> Dialect {
    let dialect = Dialect {
        quote: Some(quote(sample)),
        ..Dialect::default()
    };
    let with = |delimiter| Dialect {
        delimiter,
        ..dialect
    };
    let best = DELIMITERS
        .into_iter()
        .rev()
        .map(|delimiter| (fit(sample, with(delimiter)), delimiter))
        .max();
    match best {
        Some((fit, delimiter)) if fit > (0, 0) => with(delimiter),
        _ => dialect,
    }
}

/// The delimiter of a first line `sep=;`, which Excel reads and writes, and no record is.
pub(crate) fn named_delimiter(sample: &[u8]) -> Option<u8> {
    let line = sample.split(|byte| matches!(byte, b'\r' | b'\n')).next()?;
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let line = line.strip_suffix(b"\"").unwrap_or(line);
    let start = line.get(..4)?;
    match &line[4..] {
        [delimiter] if start.eq_ignore_ascii_case(b"sep=") && delimiter.is_ascii() => {
            Some(*delimiter)
        }
        _ => None,
    }
}

/// An apostrophe where every cell of the first line is between two.
fn quote(sample: &[u8]) -> u8 {
    let line = sample.split(|byte| matches!(byte, b'\r' | b'\n')).next();
    let line = line.unwrap_or_default().trim_ascii();
    let is_quoted = |cell: &[u8]| {
        let cell = cell.trim_ascii();
        cell.len() > 1 && cell.starts_with(b"'") && cell.ends_with(b"'")
    };
    let all_quoted = |delimiter: u8| line.split(|byte| *byte == delimiter).all(is_quoted);
    let single = DELIMITERS.into_iter().any(all_quoted);
    if single { b'\'' } else { b'"' }
}

/// How well a dialect fits: the share of records as wide as most are, in percent, then the width. Nothing fits that finds
/// one column only.
fn fit(sample: &[u8], dialect: Dialect) -> (usize, usize) {
    let widths: Vec<usize> = sample_records(sample, dialect, 0)
        .iter()
        .map(|(_, cells)| cells.len())
        .collect();
    let same = |width: usize| widths.iter().filter(|other| **other == width).count();
    let most = widths.iter().map(|width| (same(*width), *width)).max();
    match most {
        Some((same, width)) if width > 1 => (same * 100 / widths.len(), width),
        _ => (0, 0),
    }
}

/// The first records of a sample, with their lines.
pub(crate) fn sample_records(
    sample: &[u8],
    dialect: Dialect,
    skip_lines: u64,
) -> Vec<(u64, csv::ByteRecord)> {
    let Ok(mut records) = CsvRecords::new(sample, dialect, skip_lines) else {
        return Vec::new();
    };
    let mut cells = csv::ByteRecord::new();
    let next = || {
        let line = records.next(&mut cells).ok()??;
        Some((line, cells.clone()))
    };
    std::iter::from_fn(next).take(RECORDS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_may_name_the_delimiter() {
        for (sample, expected) in [
            ("sep=;\nemail;name\n", Some(b';')),
            ("SEP=\t\r\nemail\tname\r\n", Some(b'\t')),
            ("\"sep=|\"\nemail|name\n", Some(b'|')),
            ("sep=\nemail\n", None),
            ("sep=;;\nemail\n", None),
            ("separator\n", None),
            ("", None),
        ] {
            assert_eq!(named_delimiter(sample.as_bytes()), expected, "{sample:?}");
        }
    }

    #[test]
    fn delimiters_and_quotes_are_detected_from_the_text() {
        for (sample, delimiter, quote) in [
            ("email,name\na@x.test,Ada\n", b',', b'"'),
            ("email;name;note\na@x.test;Ada;\"a,b,c\"\n", b';', b'"'),
            ("email\tname\na@x.test\tA, B\n", b'\t', b'"'),
            ("email|name\na@x.test|A;B\n", b'|', b'"'),
            ("email\na@x.test\n", b',', b'"'),
            ("'email';'name'\n'a@x.test';'A; B'\n", b';', b'\''),
            ("'email','name'\n'a@x.test','A \"B\" C'\n", b',', b'\''),
            ("'email',name\n'a@x.test',Ada\n", b',', b'"'),
            ("name;email\n\"a\nb\";a@x.test\nc,d;e@x.test\n", b';', b'"'),
            ("email;\na@x.test;\n", b';', b'"'),
            (
                "A report, of today, by Ann\n\nemail;name\na@x.test;Ada\nb@x.test;Bob\n",
                b';',
                b'"',
            ),
            ("", b',', b'"'),
        ] {
            let expected = Dialect {
                delimiter,
                quote: Some(quote),
                escape: None,
            };
            assert_eq!(dialect(sample.as_bytes()), expected, "{sample:?}");
        }
    }
}
