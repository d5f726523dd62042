//! Files that hold the text inside: gzip, zip, and workbooks.

use drift_import::{InputOptions, Source};

use crate::archives::{gzip, zip};
use crate::support::{Fixture, leads, quick};

#[tokio::test]
async fn the_text_in_gzip_and_zip_is_imported() {
    let text = leads(2);
    let json = "{\"email\":\"lead0@example.test\"}\n{\"email\":\"lead1@example.test\"}\n";
    for (name, bytes, results) in [
        ("leads.csv.gz", gzip(text.as_bytes()), "leads.created.csv"),
        ("leads.gz", gzip(text.as_bytes()), "leads.created.csv"),
        (
            "leads.zip",
            zip(&[("all leads.csv", text.as_bytes())]),
            "leads.created.csv",
        ),
        (
            "mac.zip",
            zip(&[
                ("__MACOSX/._a.csv", b"x"),
                ("a.csv", text.as_bytes()),
                (".DS_Store", b"x"),
            ]),
            "mac.created.csv",
        ),
        ("j.jsonl.gz", gzip(json.as_bytes()), "j.created.jsonl"),
        (
            "k.zip",
            zip(&[("k.jsonl", json.as_bytes())]),
            "k.created.jsonl",
        ),
    ] {
        let fixture = Fixture::new().await;
        let file = fixture.file(name, bytes);
        let summary = fixture.commit(&file, quick()).await;
        assert_eq!(
            (summary.created, fixture.contacts().await),
            (2, 2),
            "{name}"
        );
        assert!(
            fixture.path(results).exists(),
            "{name}: {:?}",
            summary.results
        );
        let again = fixture.commit(&file, quick()).await;
        assert_eq!(again.sent, 0, "{name}");
        let left = std::fs::read_dir(fixture.folder.path())
            .expect("a folder")
            .count();
        assert_eq!(left, 3, "{name}: the file, its journal and a result");
    }
}

fn error_of(fixture: &Fixture, name: &str, bytes: &[u8], options: &InputOptions) -> String {
    let file = fixture.file(name, bytes);
    let error = Source::scan(&file, options).err();
    error.map(|error| error.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn archives_that_are_not_one_text_are_refused_with_the_reason() {
    let fixture = Fixture::new().await;
    // Gzip files one after the other are one file.
    let bomb = gzip(&vec![b'x'; 1 << 20]).repeat(70);
    let nested = gzip(&zip(&[("xl/workbook.xml", b"")]));
    let mut cut = gzip(leads(100).as_bytes());
    cut.truncate(cut.len() - 20);
    for (name, bytes, said) in [
        (
            "two.zip",
            zip(&[("a.csv", b"x"), ("b.csv", b"x")]),
            "several files",
        ),
        ("none.zip", zip(&[("folder/", b"")]), "without a file"),
        ("cut.gz", cut, "damaged"),
        ("bomb.gz", bomb, "far more than a table"),
        ("nested.gz", nested, "an Excel workbook"),
        (
            "binary.xlsb",
            zip(&[("xl/workbook.bin", b"x")]),
            "binary Excel",
        ),
    ] {
        let error = error_of(&fixture, name, &bytes, &InputOptions::default());
        assert!(
            error.starts_with(name) && error.contains(said),
            "{name}: {error}"
        );
    }
    let options = InputOptions {
        sheet: Some("Leads".to_owned()),
        ..InputOptions::default()
    };
    let error = error_of(&fixture, "plain.csv", leads(1).as_bytes(), &options);
    assert!(error.contains("this is not a workbook"), "{error}");
}

#[tokio::test]
async fn nested_members_of_json_are_columns() {
    let fixture = Fixture::new().await;
    let text = "{\"id\":1,\"properties\":{\"email\":\"ann@example.test\",\"plan\":{\"name\":\"pro\"}}}\n\
                {\"id\":2,\"properties\":null}\n";
    let file = fixture.file("leads.jsonl", text);
    let mut options = quick();
    options.input.nested = ["properties", "properties.plan"]
        .map(str::to_owned)
        .to_vec();
    options.map = [
        ("properties.email", "email"),
        ("properties.plan.name", "plan"),
        ("id", "-"),
    ]
    .map(|(column, attribute)| (column.to_owned(), attribute.to_owned()))
    .to_vec();
    let summary = fixture.commit(&file, options).await;
    assert_eq!((summary.created, summary.refused), (1, 1));
    let contact = &fixture.found("ann@example.test").await[0];
    assert_eq!(contact.attributes()["plan"], "pro");
}

#[cfg(feature = "workbooks")]
mod workbooks {
    use drift_import::{Import, Options, Purpose};

    use super::*;

    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    const RELS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

    /// A workbook with sheets of this XML between `<sheetData>`. Style 1 is a date, 2 is `00000`.
    pub fn xlsx(sheets: &[(&str, &str)]) -> Vec<u8> {
        let mut members: Vec<(String, String)> = Vec::new();
        let (mut list, mut rels) = (String::new(), String::new());
        for (number, (name, rows)) in (1..).zip(sheets) {
            list += &format!("<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>");
            rels += &format!(
                "<Relationship Id=\"rId{number}\" Type=\"{RELS}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
            );
            let sheet =
                format!("{HEAD}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>");
            members.push((format!("xl/worksheets/sheet{number}.xml"), sheet));
        }
        rels +=
            &format!("<Relationship Id=\"rId99\" Type=\"{RELS}/styles\" Target=\"styles.xml\"/>");
        let book =
            format!("{HEAD}<workbook {MAIN} xmlns:r=\"{RELS}\"><sheets>{list}</sheets></workbook>");
        let styles = format!(
            "{HEAD}<styleSheet {MAIN}><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"00000\"/></numFmts>\
             <cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>"
        );
        let package = format!(
            "{HEAD}<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" Type=\"{RELS}/officeDocument\" \
             Target=\"xl/workbook.xml\"/></Relationships>"
        );
        members.push(("_rels/.rels".to_owned(), package));
        members.push(("xl/workbook.xml".to_owned(), book));
        members.push(("xl/styles.xml".to_owned(), styles));
        let rels = format!("{HEAD}<Relationships xmlns=\"{PACKAGE}\">{rels}</Relationships>");
        members.push(("xl/_rels/workbook.xml.rels".to_owned(), rels));
        let members: Vec<(&str, &[u8])> = members
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_bytes()))
            .collect();
        zip(&members)
    }

    fn text(cell: &str, value: &str) -> String {
        format!(
            "<c r=\"{cell}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{value}</t></is></c>"
        )
    }

    fn row(number: usize, cells: &str) -> String {
        format!("<row r=\"{number}\">{cells}</row>")
    }

    fn names(number: usize, columns: &[&str]) -> String {
        let letters = 'A'..;
        let cells = letters
            .zip(columns)
            .map(|(letter, name)| text(&format!("{letter}{number}"), name));
        row(number, &cells.collect::<String>())
    }

    #[tokio::test]
    async fn cells_of_excel_are_taken_by_their_types() {
        let header = names(
            1,
            &[
                "email", "name", "seats", "active", "zip", "since", "phone", "score", "code",
            ],
        );
        let ann = [
            text("A2", "ann@example.test"),
            text("B2", "Lee, &quot;Ann&quot;\nB."),
            "<c r=\"C2\"><v>12</v></c>".to_owned(),
            "<c r=\"D2\" t=\"b\"><v>1</v></c>".to_owned(),
            "<c r=\"E2\" s=\"2\"><v>1234</v></c>".to_owned(),
            "<c r=\"F2\" s=\"1\"><v>46235</v></c>".to_owned(),
            "<c r=\"G2\"><v>491701234567</v></c>".to_owned(),
            "<c r=\"H2\"><f>1/8</f><v>0.125</v></c>".to_owned(),
            text("I2", "007"),
        ];
        let bad = [
            text("A4", "bob@example.test"),
            "<c r=\"C4\" t=\"e\"><v>#N/A</v></c>".to_owned(),
        ];
        let long = [
            text("A5", "cyd@example.test"),
            "<c r=\"C5\"><v>9007199254740994</v></c>".to_owned(),
        ];
        let rows = [
            header,
            row(2, &ann.concat()),
            row(4, &bad.concat()),
            row(5, &long.concat()),
        ];
        let fixture = Fixture::new().await;
        let book = xlsx(&[("Leads", &rows.concat()), ("Sheet2", "")]);
        let file = fixture.file("leads.xlsx", book);
        let import = fixture.import(&file, quick());
        let plan = import.plan(Purpose::Commit).await.expect("a plan");
        let reading = plan.reading().expect("a reading");
        assert_eq!(reading.taken_from.as_deref(), Some("the sheet \"Leads\""));
        assert_eq!(reading.blank_rows, 1);
        let rows = plan.rows(0, 10).expect("rows");
        let lines: Vec<(u64, &str)> = rows
            .iter()
            .map(|row| (row.line, row.reason.as_str()))
            .collect();
        assert_eq!(lines[0], (2, ""));
        assert!(
            lines[1].0 == 4 && lines[1].1.contains("a spreadsheet error"),
            "{lines:?}"
        );
        assert!(
            lines[2].0 == 5 && lines[2].1.contains("shortened"),
            "{lines:?}"
        );
        let run = plan.commit().expect("begun");
        assert_eq!(run.finish().await.expect("a summary").created, 1);
        let attributes = fixture.found("ann@example.test").await[0].attributes();
        for (name, expected) in [
            ("name", serde_json::json!("Lee, \"Ann\"\nB.")),
            ("seats", serde_json::json!(12)),
            ("active", serde_json::json!(true)),
            ("zip", serde_json::json!("01234")),
            ("since", serde_json::json!("2026-08-01")),
            ("phone", serde_json::json!("491701234567")),
            ("score", serde_json::json!(0.125)),
            ("code", serde_json::json!("007")),
        ] {
            assert_eq!(attributes[name], expected, "{name}");
        }
        let refused = std::fs::read(fixture.path("leads.refused.csv")).expect("a result");
        assert!(refused.starts_with("\u{feff}email,".as_bytes()));
    }

    #[tokio::test]
    async fn a_formula_without_a_stored_value_is_refused() {
        let formula = |cell: &str, kind: &str, rest: &str| {
            format!("<c r=\"{cell}\"{kind}><f>1+1</f>{rest}</c>")
        };
        let rows = [
            names(1, &["email", "seats", "note"]),
            row(2, &(text("A2", "a@example.test") + &formula("B2", "", ""))),
            row(
                3,
                &(text("A3", "b@example.test") + &formula("B3", "", "<v></v>")),
            ),
            row(
                4,
                &(text("A4", "c@example.test") + &formula("B4", "", "<v>2</v>")),
            ),
            row(5, &(formula("A5", "", "<v/>") + &text("C5", "x"))),
            // The value of ="" is stored, and empty.
            row(
                6,
                &(text("A6", "d@example.test") + &formula("B6", " t=\"str\"", "<v></v>")),
            ),
        ];
        let fixture = Fixture::new().await;
        let file = fixture.file("leads.xlsx", xlsx(&[("Leads", &rows.concat())]));
        let import = fixture.import(&file, quick());
        let plan = import.plan(Purpose::DryRun).await.expect("a plan");
        let rows = plan.rows(0, 10).expect("rows");
        let refused: Vec<u64> = rows
            .iter()
            .filter(|row| row.reason.contains("a formula without a stored value"))
            .map(|row| row.line)
            .collect();
        assert_eq!(refused, [2, 3, 5], "{rows:?}");
        assert_eq!(plan.summary().expect("a summary").refuse, 3, "{rows:?}");
    }

    #[tokio::test]
    async fn a_sheet_is_named_where_several_have_rows() {
        let fixture = Fixture::new().await;
        let sheet = |email: &str| names(1, &["email"]) + &row(2, &text("A2", email));
        let (one, other) = (sheet("one@example.test"), sheet("other@example.test"));
        let book = xlsx(&[("One", &one), ("Other", &other)]);
        let error = error_of(&fixture, "leads.xlsx", &book, &InputOptions::default());
        assert!(error.contains("name one of \"One\", \"Other\""), "{error}");
        let named = |name: &str| InputOptions {
            sheet: Some(name.to_owned()),
            ..InputOptions::default()
        };
        let error = error_of(&fixture, "leads.xlsx", &book, &named("Third"));
        assert!(error.contains("no sheet \"Third\""), "{error}");
        let mut options = quick();
        options.input = named("Other");
        fixture.commit(&fixture.path("leads.xlsx"), options).await;
        assert_eq!(fixture.found("other@example.test").await.len(), 1);
        let encoded = InputOptions {
            encoding: Some("utf-8".to_owned()),
            ..named("One")
        };
        let error = error_of(&fixture, "leads.xlsx", &book, &encoded);
        assert!(error.contains("a workbook has no encoding"), "{error}");
        let empty = error_of(
            &fixture,
            "none.xlsx",
            &xlsx(&[("A", "")]),
            &InputOptions::default(),
        );
        assert!(empty.contains("without a sheet"), "{empty}");
    }

    #[tokio::test]
    async fn notes_before_the_header_of_a_sheet_are_found() {
        let fixture = Fixture::new().await;
        let rows = [
            row(1, &text("A1", "A report")),
            names(3, &["name", "email"]),
            row(4, &(text("A4", "Ann") + &text("B4", "ann@example.test"))),
        ];
        let file = fixture.file("leads.xlsx", xlsx(&[("A", &rows.concat())]));
        let plan = Import::offline(
            Source::scan(&file, &InputOptions::default()).expect("a sheet"),
            Options::default(),
        );
        let plan = plan.plan(Purpose::DryRun).await.expect("a plan");
        let rows = plan.rows(0, 9).expect("rows");
        assert_eq!((rows.len(), rows[0].line), (1, 4), "{rows:?}");
    }

    #[tokio::test]
    async fn a_sheet_of_open_document_is_read() {
        let office = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
        let table = "urn:oasis:names:tc:opendocument:xmlns:table:1.0";
        let text = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";
        let cell = |value: &str| {
            format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{value}</text:p></table:table-cell>"
            )
        };
        let rows = [
            format!(
                "<table:table-row>{}{}{}</table:table-row>",
                cell("email"),
                cell("seats"),
                cell("since")
            ),
            format!(
                "<table:table-row>{}<table:table-cell office:value-type=\"float\" office:value=\"12\"><text:p>12</text:p></table:table-cell>\
                 <table:table-cell office:value-type=\"date\" office:date-value=\"2026-08-01\"><text:p>1.8.2026</text:p></table:table-cell></table:table-row>",
                cell("ann@example.test")
            ),
        ];
        let content = format!(
            "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"{office}\" xmlns:table=\"{table}\" xmlns:text=\"{text}\">\
             <office:body><office:spreadsheet><table:table table:name=\"Leads\">{}</table:table></office:spreadsheet></office:body></office:document-content>",
            rows.concat()
        );
        let manifest = "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
        let book = zip(&[
            (
                "mimetype",
                b"application/vnd.oasis.opendocument.spreadsheet",
            ),
            ("content.xml", content.as_bytes()),
            ("META-INF/manifest.xml", manifest.as_bytes()),
        ]);
        let fixture = Fixture::new().await;
        let file = fixture.file("leads.ods", book);
        assert_eq!(fixture.commit(&file, quick()).await.created, 1);
        let attributes = fixture.found("ann@example.test").await[0].attributes();
        assert_eq!(attributes["seats"], 12);
        assert_eq!(attributes["since"], "2026-08-01");
    }
}
