//! Files that hold others, cut and damaged: each is read, or refused with a message, and nothing of it is left.
//! `DRIFT_HEAVY=1` damages 20 times as many.

use std::path::Path;

use drift_import::{Error, Import, Options, Purpose, Source, Unmapped, read_mapping};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::archives::{gzip, zip};

const SEED: u64 = 11;
const TEXT: &str = "email,name\nada@example.test,Ada\nbob@example.test,\"Bob, B\"\n";

/// The archive with the bit set by which its member says that it has a password.
fn encrypted(mut archive: Vec<u8>) -> Vec<u8> {
    for (magic, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = archive.windows(4).position(|part| part == magic);
        archive[at.expect("a header") + flags] |= 1;
    }
    archive
}

/// The bytes with one changed that a checksum covers.
fn with_wrong_checksum(mut packed: Vec<u8>) -> Vec<u8> {
    let at = packed.len() - 6;
    packed[at] ^= 0x40;
    packed
}

const RELS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";

fn cell(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A workbook of one sheet, and what may stand before its rows.
fn xlsx(before: &str, rows: &str, strings: &str) -> Vec<u8> {
    let book = format!(
        "<workbook {MAIN} xmlns:r=\"{RELS}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let sheet = format!("<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData></worksheet>");
    let strings = format!("<sst {MAIN} {strings}");
    let rels =
        |relations: &str| format!("<Relationships xmlns=\"{PACKAGE}\">{relations}</Relationships>");
    let package = rels(&format!(
        "<Relationship Id=\"r1\" Type=\"{RELS}/officeDocument\" Target=\"xl/workbook.xml\"/>"
    ));
    let of_book = rels(&format!(
        "<Relationship Id=\"r1\" Type=\"{RELS}/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
    ));
    zip(&[
        ("_rels/.rels", package.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", of_book.as_bytes()),
        ("xl/sharedStrings.xml", strings.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

const NO_STRINGS: &str = "uniqueCount=\"0\"></sst>";

fn rows() -> String {
    let row = |number: usize, cells: &str| format!("<row r=\"{number}\">{cells}</row>");
    row(1, &(cell("A1", "email") + &cell("B1", "name")))
        + &row(2, &(cell("A2", "ada@example.test") + &cell("B2", "Ada")))
}

/// A spreadsheet of two rows of a cell, with more attributes.
fn ods(attributes: &str) -> Vec<u8> {
    let namespaces = ["office", "table", "text"]
        .map(|name| format!(" xmlns:{name}=\"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0\""));
    let cell = |text: &str| {
        format!(
            "<table:table-cell {attributes}office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |text: &str| format!("<table:table-row>{}</table:table-row>", cell(text));
    let content = format!(
        "<office:document-content{}><office:body><office:spreadsheet><table:table table:name=\"A\">{}{}</table:table>\
         </office:spreadsheet></office:body></office:document-content>",
        namespaces.concat(),
        row("email"),
        row("ada@example.test")
    );
    zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>"),
    ])
}

fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let nested = "{\"properties\":{\"email\":\"ada@example.test\"}}\n";
    vec![
        ("leads.csv.gz", gzip(TEXT.as_bytes())),
        ("leads.zip", zip(&[("leads.csv", TEXT.as_bytes())])),
        ("nested.jsonl", nested.as_bytes().to_vec()),
        ("leads.xlsx", xlsx("", &rows(), NO_STRINGS)),
        ("leads.ods", ods("")),
    ]
}

/// Plans an import of a file. Whatever comes of it, nothing is left beside the file.
async fn read(folder: &Path, name: &str, bytes: &[u8]) -> Result<usize, Error> {
    let file = folder.join(name);
    std::fs::write(&file, bytes).expect("written");
    let read = plan(&file).await;
    let journal = folder.join(format!("{name}.drift-journal"));
    assert_eq!(journal.exists(), read.is_ok(), "{name}");
    let _absent = std::fs::remove_file(journal);
    std::fs::remove_file(file).expect("removed");
    let left = std::fs::read_dir(folder).expect("a folder").count();
    assert_eq!(left, 0, "{name}");
    read
}

async fn plan(file: &Path) -> Result<usize, Error> {
    let mut options = Options::default();
    options.unmapped = Unmapped::Attribute;
    options.input.nested = vec!["properties".to_owned()];
    options.map = vec![("properties.email".to_owned(), "email".to_owned())];
    if !file.ends_with("nested.jsonl") {
        options.input.nested.clear();
        options.map.clear();
    }
    let source = Source::scan(file, &options.input)?;
    let import = Import::offline(source, options);
    let plan = import.plan(Purpose::DryRun).await?;
    Ok(plan.rows(0, 100)?.len())
}

fn check(name: &str, error: &Error) -> String {
    assert!(!matches!(error, Error::Interrupted), "{name}: a panic");
    let shown = error.to_string();
    let is_text = !shown.chars().any(|c| c.is_control() && c != '\n');
    assert!(is_text, "{name}: {shown:?}");
    shown
}

fn is_read(name: &str) -> bool {
    cfg!(feature = "workbooks") || !(name.ends_with(".xlsx") || name.ends_with(".ods"))
}

#[tokio::test]
async fn whole_files_are_read_and_cut_ones_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in seeds().into_iter().filter(|(name, _)| is_read(name)) {
        let whole = read(folder.path(), name, &bytes).await;
        assert!(whole.is_ok_and(|rows| rows > 0), "{name}");
        if name.ends_with(".jsonl") {
            continue;
        }
        for length in (0..bytes.len()).step_by(7) {
            let cut = read(folder.path(), name, &bytes[..length]).await;
            match cut {
                Err(error) => drop(check(name, &error)),
                Ok(rows) => panic!("{name} cut to {length}: {rows} rows"),
            }
        }
    }
}

#[tokio::test]
async fn damaged_files_are_read_or_refused_with_a_message() {
    let rounds = match std::env::var_os("DRIFT_HEAVY") {
        Some(_) => 1_200,
        None => 60,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = StdRng::seed_from_u64(SEED);
    for (name, bytes) in seeds() {
        for _ in 0..rounds {
            let mut bytes = bytes.clone();
            for _ in 0..random.random_range(1..4) {
                let at = random.random_range(0..bytes.len());
                bytes[at] = random.random();
            }
            if let Err(error) = read(folder.path(), name, &bytes).await {
                check(name, &error);
            }
        }
    }
}

#[tokio::test]
async fn archives_that_are_damaged_or_mean_harm_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let bomb = zip(&[("leads.csv", &vec![b'x'; 80 << 20])]);
    for (name, bytes, said) in [
        (
            "crc.gz",
            with_wrong_checksum(gzip(TEXT.as_bytes())),
            "damaged",
        ),
        (
            "secret.zip",
            encrypted(zip(&[("a.csv", TEXT.as_bytes())])),
            "has a password",
        ),
        (
            "two.zip",
            zip(&[("a.csv", b"x"), ("b.csv", b"y")]),
            "several files",
        ),
        ("bomb.zip", bomb, "far more than a table"),
    ] {
        let error = read(folder.path(), name, &bytes).await.expect_err(name);
        let shown = check(name, &error);
        assert!(shown.contains(said), "{name}: {shown}");
    }
}

#[cfg(feature = "workbooks")]
#[tokio::test]
async fn workbooks_that_are_damaged_or_mean_harm_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let far = |place: &str, number: &str| {
        format!("{}<row r=\"{number}\">{}</row>", rows(), cell(place, "x"))
    };
    let many: String = (3..40)
        .map(|row| format!("<row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c></row>"))
        .collect();
    let long = format!("><si><t>{}</t></si></sst>", "x".repeat(4 << 20));
    for (name, bytes, said) in [
        ("none.xlsx", xlsx("", "", NO_STRINGS), "without a sheet"),
        (
            "strings.xlsx",
            xlsx("", &rows(), "uniqueCount=\"18446744073709551615\"></sst>"),
            "damaged",
        ),
        (
            "below.xlsx",
            xlsx("", &far("A4000000000", "4000000000"), NO_STRINGS),
            "cannot be read",
        ),
        (
            "aside.xlsx",
            xlsx("", &far("ZZZZ3", "3"), NO_STRINGS),
            "cannot be read",
        ),
        (
            "back.xlsx",
            xlsx("", &far("A1", "1"), NO_STRINGS),
            "cannot be read",
        ),
        (
            "twice.xlsx",
            xlsx("", &far("B2", "2"), NO_STRINGS),
            "cannot be read",
        ),
        (
            "long.xlsx",
            xlsx("", &(rows() + &many), &long),
            "far more than a table",
        ),
        (
            "many.ods",
            ods("table:number-columns-repeated=\"9000000\" "),
            "more than 5 million",
        ),
        (
            "not.ods",
            zip(&[("content.xml", b"<a/>")]),
            "cannot be read",
        ),
    ] {
        let error = read(folder.path(), name, &bytes).await.expect_err(name);
        let shown = check(name, &error);
        assert!(shown.contains(said), "{name}: {shown}");
    }
    // What a sheet says of its size is not believed.
    let huge = "<dimension ref=\"A1:XFD1048576\"/>";
    let read = read(folder.path(), "huge.xlsx", &xlsx(huge, &rows(), NO_STRINGS)).await;
    assert_eq!(read.expect("a sheet"), 1);
}

#[test]
fn a_mapping_file_that_is_damaged_names_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kept.mapping");
    for (text, said) in [
        (&b"Name=name\nPlan\n"[..], "line 2"),
        (b"=email\n", "line 1"),
        (b"Name=\n", "line 1"),
        (b"{\"Name\": \"name\"}\n", "line 1"),
        (b"Na\xFFme=name\n", "UTF-8"),
    ] {
        std::fs::write(&path, text).expect("written");
        let error = read_mapping(&path).expect_err("damaged");
        let shown = check("kept.mapping", &error);
        assert!(shown.contains(said), "{shown}");
    }
}
