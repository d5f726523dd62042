//! Files that are no text: named, with what to do, and never shown.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::error::{Error, at};

/// How much of a file is looked at.
const BEGINNING: u64 = 8 << 10;

/// What a file is that is no text, and what to do.
pub(crate) fn kind_of(path: &Path) -> Result<Option<&'static str>, Error> {
    let mut beginning = Vec::new();
    let file = File::open(path).map_err(at(path))?;
    let read = file.take(BEGINNING).read_to_end(&mut beginning);
    read.map_err(at(path))?;
    Ok(other_kind(&beginning))
}

/// What a file is that is no text, and what to do; judged by its first bytes.
pub(crate) fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(zip(bytes));
    }
    let text = bytes.trim_ascii_start();
    let begins = |prefix: &str| {
        let start = text.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    let binary = BINARY.iter().find(|(magic, _)| bytes.starts_with(magic));
    let markup = MARKUP.iter().find(|(prefix, _)| begins(prefix));
    binary
        .map(|(_, kind)| *kind)
        .or(markup.map(|(_, kind)| *kind))
}

const EXCEL: &str = "this is an Excel workbook; save it as CSV (UTF-8)";
const OPEN_DOCUMENT: &str = "this is an OpenDocument spreadsheet; save it as CSV (UTF-8)";
const UNPACK: &str = "this is a compressed file; unpack it first";

const BINARY: [(&[u8], &str); 14] = [
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "this is an old Excel workbook or another Office document; save it as CSV (UTF-8)",
    ),
    (
        b"\x1F\x8B",
        "this is a gzip file; unpack it first, with gunzip",
    ),
    (
        b"PAR1",
        "this is a Parquet file; write it as CSV or JSON Lines first",
    ),
    (
        b"ORC",
        "this is an ORC file; write it as CSV or JSON Lines first",
    ),
    (
        b"Obj\x01",
        "this is an Avro file; write it as CSV or JSON Lines first",
    ),
    (
        b"ARROW1",
        "this is an Arrow file; write it as CSV or JSON Lines first",
    ),
    (
        b"SQLite format 3\0",
        "this is a SQLite database; write its rows as CSV or JSON Lines first",
    ),
    (b"%PDF-", "this is a PDF; export the table as CSV"),
    (
        b"{\\rtf",
        "this is an RTF document; export the table as CSV",
    ),
    (b"7z\xBC\xAF\x27\x1C", UNPACK),
    (b"Rar!", UNPACK),
    (b"\x28\xB5\x2F\xFD", UNPACK),
    (b"\xFD7zXZ\0", UNPACK),
    (b"BZh", UNPACK),
];

const MARKUP: [(&str, &str); 5] = [
    (
        "<!doctype html",
        "this is a web page; export the table as CSV",
    ),
    ("<html", "this is a web page; export the table as CSV"),
    ("<table", "this is a web page; export the table as CSV"),
    ("<?xml", "this is XML; export the table as CSV"),
    ("<workbook", "this is XML; export the table as CSV"),
];

/// A zip archive by what it holds.
fn zip(bytes: &[u8]) -> &'static str {
    let holds = |name: &[u8]| bytes.windows(name.len()).any(|part| part == name);
    if holds(b"application/vnd.oasis.opendocument") {
        OPEN_DOCUMENT
    } else if holds(b"xl/") || holds(b"[Content_Types].xml") {
        EXCEL
    } else {
        "this is a zip archive; unpack it, and import the CSV in it"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_no_text_are_named() {
        for (bytes, said) in [
            (
                &b"PK\x03\x04\x14\0\x06\0[Content_Types].xml"[..],
                Some("an Excel workbook"),
            ),
            (
                b"PK\x03\x04\x14\0xl/workbook.xml",
                Some("an Excel workbook"),
            ),
            (
                b"PK\x03\x04\x14\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet",
                Some("OpenDocument"),
            ),
            (b"PK\x03\x04\x14\0leads.csv", Some("a zip archive")),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0", Some("old Excel")),
            (b"\x1F\x8B\x08\0", Some("gzip")),
            (b"PAR1\x15\0", Some("Parquet")),
            (b"SQLite format 3\0", Some("SQLite")),
            (b"%PDF-1.7", Some("PDF")),
            (b"\n<!DOCTYPE HTML><html>", Some("web page")),
            (b"<?xml version=\"1.0\"?>", Some("XML")),
            (b"email,name\n", None),
            (b"PAR,x\n", None),
            (b"{\"email\":1}", None),
            (b"", None),
        ] {
            match (other_kind(bytes), said) {
                (Some(kind), Some(said)) => assert!(kind.contains(said), "{kind}"),
                (found, expected) => assert_eq!(found, expected),
            }
        }
    }
}
