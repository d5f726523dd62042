//! Contacts by a list, in a form that can be imported.

use std::path::Path;

use drift::NewContact;
use drift_emulator::Emulator;
use drift_import::{Error, ExportOptions, Exported, Format, ListOf, Options, Purpose};
use serde_json::json;

use crate::support::{Fixture, leads, quick};

async fn export(
    fixture: &Fixture,
    list: &Path,
    of: ListOf,
    format: Format,
    options: &ExportOptions,
) -> (Exported, Vec<u8>) {
    let mut out = Vec::new();
    let exported = drift_import::export(&fixture.client, list, of, format, options, &mut out).await;
    (exported.expect("exported"), out)
}

fn plain() -> ExportOptions {
    ExportOptions::default()
}

#[tokio::test]
async fn contacts_are_written_in_the_order_of_the_list() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(5));
    fixture.commit(&file, quick()).await;
    let list = "lead3@example.test\nnobody@example.test\nlead1@example.test\n";
    let list = fixture.file("emails.txt", list);
    let (exported, out) = export(&fixture, &list, ListOf::Emails, Format::Csv, &plain()).await;
    assert_eq!(
        (exported.contacts, exported.missing.as_slice()),
        (2, &[2][..])
    );
    let text = String::from_utf8(out).expect("text");
    assert!(text.starts_with("id,createdAt,email,name,"), "{text}");
    let places = (
        text.find("lead3@").expect("there"),
        text.find("lead1@").expect("there"),
    );
    assert!(places.0 < places.1, "in the order of the list");
}

#[tokio::test]
async fn a_bad_line_is_counted_and_the_others_are_exported() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(2));
    fixture.commit(&file, quick()).await;
    let id = fixture.found("lead0@example.test").await[0].id();
    for (of, list, invalid, missing) in [
        (
            ListOf::Emails,
            b"nobody\nlead0@example.test\nZo\xEB@x.test\nx@x.test".to_vec(),
            &[1, 3][..],
            &[4][..],
        ),
        (
            ListOf::Ids,
            format!("{id}\nx7\n17\n\n#\n-\n").into_bytes(),
            &[2, 6],
            &[3],
        ),
    ] {
        let list = fixture.file("list.txt", list);
        let (exported, out) = export(&fixture, &list, of, Format::JsonLines, &plain()).await;
        assert_eq!(exported.contacts, 1);
        assert_eq!(exported.invalid, invalid);
        assert_eq!((exported.missing.as_slice(), exported.listed), (missing, 4));
        let contact: serde_json::Value = serde_json::from_slice(&out).expect("a line");
        assert_eq!(contact["id"], id.get());
    }
    let list = fixture.file("none.txt", "nobody\n");
    let (exported, out) = export(&fixture, &list, ListOf::Emails, Format::Csv, &plain()).await;
    assert_eq!((exported.invalid_count, out.len()), (1, 0));
}

#[tokio::test]
async fn an_export_is_written_as_its_list_is() {
    let fixture = Fixture::new().await;
    for (email, name) in [
        ("zoe@example.test", "Zo\u{eb}"),
        ("yamada@example.test", "\u{5c71}"),
    ] {
        let new = NewContact::new(email).expect("an email").name(name);
        fixture
            .client
            .contacts()
            .create(new)
            .await
            .expect("created");
    }
    let mut options = plain();
    options.encoding = Some("windows-1252".to_owned());
    for (list, options, encoding, begin, end) in [
        (
            &b"\xEF\xBB\xBFzoe@example.test\r\n"[..],
            plain(),
            "UTF-8",
            "\u{feff}id,",
            "\r\n",
        ),
        (b"zoe@example.test\n", plain(), "UTF-8", "id,", "\n"),
        (
            b"zoe@example.test\r\n",
            options.clone(),
            "windows-1252",
            "id,",
            "\r\n",
        ),
        // One name is not in that encoding, and nothing may be lost.
        (
            b"zoe@example.test\nyamada@example.test\n",
            options,
            "UTF-8",
            "\u{feff}id,",
            "\n",
        ),
    ] {
        let list = fixture.file("list.txt", list);
        let (exported, out) = export(&fixture, &list, ListOf::Emails, Format::Csv, &options).await;
        assert_eq!(exported.encoding, encoding);
        let text = match encoding {
            "UTF-8" => String::from_utf8(out).expect("UTF-8"),
            _ => out.iter().map(|byte| char::from(*byte)).collect(),
        };
        assert!(
            text.starts_with(begin) && text.contains("Zo\u{eb}"),
            "{text:?}"
        );
        assert_eq!(
            text.matches('\n').count(),
            text.matches(end).count(),
            "{text:?}"
        );
        assert_eq!(text.contains('\r'), end == "\r\n", "{text:?}");
    }
}

#[tokio::test]
async fn a_column_of_a_csv_file_is_a_list() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(3));
    fixture.commit(&file, quick()).await;
    let created = fixture.path("leads.created.csv");
    let mut options = plain();
    options.column = Some("drift_contact_id".to_owned());
    let (exported, _) = export(&fixture, &created, ListOf::Ids, Format::Csv, &options).await;
    assert_eq!((exported.contacts, exported.invalid_count), (3, 0));
}

#[tokio::test]
async fn a_cell_that_is_a_formula_is_harmless_where_spreadsheets_open_it() {
    let fixture = Fixture::new().await;
    let new = NewContact::new("eve@example.test").expect("an email");
    let new = new
        .name("=HYPERLINK(\"http://x.test\")")
        .phone("+49170")
        .attribute("split", "a;=1+1")
        .attribute("balance", -5)
        .attribute("@SUM", "x");
    fixture
        .client
        .contacts()
        .create(new)
        .await
        .expect("created");
    let list = fixture.file("list.txt", "eve@example.test\n");
    let mut options = plain();
    options.for_spreadsheets = true;
    let (_, out) = export(&fixture, &list, ListOf::Emails, Format::Csv, &options).await;
    let text = String::from_utf8(out).expect("UTF-8");
    for expected in [
        "\u{feff}\"id\",",
        "\"'=HYPERLINK(\"\"http://x.test\"\")\"",
        "\"'+49170\"",
        "\"a;=1+1\"",
        "\"-5\"",
        "\"'@SUM\"",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let mut out = Vec::new();
    let format = Format::JsonLines;
    let refused = drift_import::export(
        &fixture.client,
        &list,
        ListOf::Emails,
        format,
        &options,
        &mut out,
    );
    let refused = refused.await.err();
    assert!(matches!(refused, Some(Error::Input { .. })), "{refused:?}");
}

/// Into the same account, and into another one.
#[tokio::test]
async fn an_export_imports_without_hints_and_writes_nothing_that_drift_sets() {
    let fixture = Fixture::new().await;
    for (email, seats) in [("ada@example.test", 12), ("bob@example.test", 7)] {
        let new = NewContact::new(email).expect("an email").name("Ada");
        let new = new.attribute("seats", seats).attribute("plan", "pro");
        fixture
            .client
            .contacts()
            .create(new)
            .await
            .expect("created");
    }
    let list = fixture.file("list.txt", "ada@example.test\nbob@example.test\n");
    for (format, name) in [
        (Format::Csv, "export.csv"),
        (Format::JsonLines, "export.jsonl"),
    ] {
        let (_, out) = export(&fixture, &list, ListOf::Emails, format, &plain()).await;
        let other = Fixture::new().await;
        let file = other.file(name, &out);
        assert!(
            other
                .import(&file, Options::default())
                .is_export()
                .expect("read")
        );
        let summary = other.commit(&file, Options::default()).await;
        assert_eq!((summary.created, summary.refused), (2, 0), "{name}");
        let created = other.found("ada@example.test").await;
        let attributes = created[0].attributes();
        for drifts in ["id", "createdAt"] {
            assert!(!attributes.contains_key(drifts), "{attributes:?}");
        }
        let expected = created[0].created_at_millis();
        assert_eq!(attributes["start_date"], json!(expected), "Drift set it");
        assert_eq!(attributes["plan"], "pro");

        let file = fixture.file(name, &out);
        let summary = fixture.commit(&file, Options::default()).await;
        assert_eq!((summary.existed, summary.refused), (2, 0), "{name}");
    }
}

#[tokio::test]
async fn a_file_that_only_looks_like_an_export_is_none() {
    let fixture = Fixture::with(
        Emulator::start().await.expect("the emulator starts"),
        Fixture::new().await.client,
    );
    for text in [
        "id,createdAt,email\n7,2024-01-01T00:00:00Z,a@x.test\n",
        "id,createdAt,email\nuuid-7,1700000000000,a@x.test\n",
        "email,id,createdAt\na@x.test,7,1.7E+12\n",
        "id,email\n7,a@x.test\n",
        "id,createdAt,email\n",
    ] {
        let file = fixture.file("leads.csv", text);
        let import = fixture.import(&file, Options::default());
        assert!(!import.is_export().expect("read"), "{text}");
        let source = drift_import::Source::scan(&file, &Options::default().input);
        let import = drift_import::Import::offline(source.expect("a file"), Options::default());
        let refused = import.plan(Purpose::DryRun).await.err();
        assert!(
            matches!(refused, Some(Error::Columns(_))),
            "{text}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn every_value_of_an_export_comes_back_as_it_was() {
    let values = [
        json!("true"),
        json!("-5"),
        json!("1.10"),
        json!("007"),
        json!(" a space before"),
        json!("a space after "),
        json!("'in apostrophes'"),
        json!("a \"quote\", and\na line"),
        json!(true),
        json!(-5),
        json!(1.1),
        json!(0.1 + 0.2),
        json!(5.960_464_477_539_063e-8),
        json!(u64::MAX),
    ];
    let fixture = Fixture::new().await;
    let mut list = String::new();
    for (number, value) in values.iter().enumerate() {
        let email = format!("lead{number}@example.test");
        list += &format!("{email}\n");
        let new = NewContact::new(&email).expect("an email").name(" Lee, Ann");
        let new = new
            .attribute("value", value.clone())
            .attribute("Plan", "pro");
        fixture
            .client
            .contacts()
            .create(new)
            .await
            .expect("created");
    }
    let list = fixture.file("list.txt", list);
    for (format, name) in [(Format::Csv, "out.csv"), (Format::JsonLines, "out.jsonl")] {
        let (_, out) = export(&fixture, &list, ListOf::Emails, format, &plain()).await;
        let other = Fixture::new().await;
        let file = other.file(name, out);
        let summary = other.commit(&file, Options::default()).await;
        assert_eq!(summary.created, values.len() as u64, "{name}");
        for (number, value) in values.iter().enumerate() {
            let contact = &other.found(&format!("lead{number}@example.test")).await[0];
            let attributes = contact.attributes();
            assert_eq!(attributes.get("value"), Some(value), "{name}");
            assert_eq!(attributes.get("name"), Some(&json!(" Lee, Ann")), "{name}");
            assert_eq!(attributes.get("Plan"), Some(&json!("pro")), "{name}");
            assert!(!attributes.contains_key("createdAt"), "{name}");
        }
    }
}

#[tokio::test]
async fn addresses_of_a_list_are_read_as_those_of_an_import() {
    let fixture = Fixture::new().await;
    for email in ["ann@example.test", "bob@b\u{fc}cher.test"] {
        let new = NewContact::new(email).expect("an email");
        fixture
            .client
            .contacts()
            .create(new)
            .await
            .expect("created");
    }
    let list = "<ann@example.test>;\n\u{200b}ANN@example.test\nbob@xn--bcher-kva.test\nAnn <ann@example.test>\n";
    let list = fixture.file("list.txt", list);
    let (exported, _) = export(&fixture, &list, ListOf::Emails, Format::JsonLines, &plain()).await;
    assert_eq!((exported.contacts, exported.invalid), (3, vec![4]));
    assert_eq!(exported.missing_count, 0);
}

#[tokio::test]
async fn a_list_that_is_no_text_is_named() {
    let (fixture, options) = (Fixture::new().await, plain());
    for (bytes, said) in [
        (
            &b"PK\x03\x04\x14\0\x06\0[Content_Types].xml"[..],
            "an Excel workbook",
        ),
        (b"\x1F\x8B\x08\0", "gzip"),
        (b"%PDF-1.7", "PDF"),
    ] {
        let list = fixture.file("list.xlsx", bytes);
        let mut out = Vec::new();
        let exported = drift_import::export(
            &fixture.client,
            &list,
            ListOf::Emails,
            Format::Csv,
            &options,
            &mut out,
        );
        let error = exported.await.expect_err("no text").to_string();
        assert!(error.contains(said), "{error}");
        let error = drift_import::Suppression::read(&list, None)
            .err()
            .expect("no text")
            .to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[tokio::test]
async fn columns_are_chosen_and_ordered() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(2));
    fixture.commit(&file, quick()).await;
    let list = fixture.file("list.txt", "lead0@example.test\n");
    let mut options = plain();
    options.columns = Some(["plan", "absent", "email"].map(str::to_owned).to_vec());
    for (format, expected) in [
        (Format::Csv, "plan,absent,email\npro,,lead0@example.test\n"),
        (
            Format::JsonLines,
            "{\"plan\":\"pro\",\"email\":\"lead0@example.test\"}\n",
        ),
    ] {
        let (exported, out) = export(&fixture, &list, ListOf::Emails, format, &options).await;
        assert_eq!(String::from_utf8(out).expect("text"), expected);
        assert_eq!(exported.absent_columns, ["absent"]);
    }
}
