//! The files of what became of each row, which can be imported again.

use drift_import::{Error, Purpose};

use crate::support::{Fixture, leads, quick};

#[tokio::test]
async fn a_file_becomes_contacts_and_result_files() {
    let fixture = Fixture::new().await;
    let text = "email;Name;plan;note\nada@example.test;Ada;pro;\"a;b\"\nnobody;Bob;;\nada@example.test;Again;;\ncy@example.test;Cy;free;x\n";
    let file = fixture.file("leads.csv", text);
    let planned = fixture.plan(&file, quick()).await;
    assert_eq!((planned.create, planned.refuse), (2, 2));
    assert_eq!(fixture.contacts().await, 0, "a dry run writes nothing");

    let summary = fixture.commit(&file, quick()).await;
    assert_eq!((summary.created, summary.refused, summary.left), (2, 2, 0));
    assert_eq!(summary.exit_code(), 1);
    assert_eq!(fixture.contacts().await, 2);

    let text = std::fs::read_to_string(fixture.path("leads.created.csv")).expect("a result file");
    let mut lines = text.lines();
    assert_eq!(
        lines.next(),
        Some("email;Name;plan;note;drift_line;drift_contact_id;drift_outcome;drift_reason")
    );
    assert!(
        lines
            .next()
            .is_some_and(|line| line.starts_with("ada@example.test;Ada;pro;\"a;b\";2;"))
    );
    let refused =
        std::fs::read_to_string(fixture.path("leads.refused.csv")).expect("a result file");
    assert!(refused.contains("nobody;Bob;;;3;;refused;"), "{refused}");
    assert!(refused.contains("the same email as line 2"), "{refused}");
}

#[tokio::test]
async fn results_can_be_imported_again_as_they_are() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", "email,plan\nada@example.test,pro\nbob,free\n");
    fixture.commit(&file, quick()).await;
    let refused = fixture.path("leads.refused.csv");
    let fixed = std::fs::read_to_string(&refused)
        .expect("a file")
        .replace("bob,", "bob@example.test,");
    let file = fixture.file("again.csv", fixed);
    let summary = fixture.commit(&file, quick()).await;
    assert_eq!(summary.created, 1);
    let rows = fixture.results("again.created.csv");
    assert_eq!(rows[0]["drift_outcome"], "created");
    assert_eq!(rows[0].len(), 6, "our columns are there once: {rows:?}");
}

#[tokio::test]
async fn results_never_replace_a_file_of_another_origin() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(1));
    fixture.file("leads.created.csv", "somebody's work");
    let import = fixture.import(&file, quick());
    let refused = import
        .plan(Purpose::Commit)
        .await
        .expect("a plan")
        .commit()
        .err();
    assert!(
        matches!(refused, Some(Error::ResultExists(_))),
        "{refused:?}"
    );
    assert_eq!(fixture.contacts().await, 0);
}

#[tokio::test]
async fn a_result_file_that_was_edited_is_never_replaced() {
    let fixture = Fixture::new().await;
    let text = "email,plan\nbob,free\nada@example.test,pro\ncy@example.test,pro\n";
    let file = fixture.file("leads.csv", text);
    let mut first = quick();
    first.limit = Some(1);
    let summary = fixture.commit(&file, first).await;
    assert_eq!((summary.created, summary.left), (1, 1));
    let refused = fixture.path("leads.refused.csv");
    let fixed = std::fs::read_to_string(&refused)
        .expect("a file")
        .replace("bob,", "bob@example.test,");
    std::fs::write(&refused, &fixed).expect("edited");

    // With open rows nothing is sent until the file is moved away.
    let plan = fixture.import(&file, quick()).plan(Purpose::Commit).await;
    let error = plan.expect("a plan").commit().err();
    assert!(
        matches!(&error, Some(Error::ResultEdited(path)) if *path == refused),
        "{error:?}"
    );
    assert_eq!(fixture.contacts().await, 1);
    let moved = fixture.path("mine.csv");
    std::fs::rename(&refused, &moved).expect("moved");
    assert_eq!(fixture.commit(&file, quick()).await.left, 0);
    assert_eq!(fixture.results("leads.refused.csv").len(), 1);

    // With nothing left to do the file stays.
    std::fs::rename(&moved, &refused).expect("moved back");
    std::fs::write(&refused, &fixed).expect("edited");
    let summary = fixture.commit(&file, quick()).await;
    assert!(summary.done_before.is_some() && summary.results.contains(&refused));
    assert_eq!(std::fs::read_to_string(&refused).expect("a file"), fixed);
}

#[tokio::test]
async fn a_run_with_nothing_to_do_writes_no_result_file() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", "email,plan\nbob,free\nada@example.test,pro\n");
    let results = fixture.commit(&file, quick()).await.results;
    let times = |files: &[std::path::PathBuf]| -> Vec<_> {
        let modified = |file| std::fs::metadata(file).and_then(|found| found.modified());
        files
            .iter()
            .map(|file| modified(file).expect("a time"))
            .collect()
    };
    let before = times(&results);
    assert_eq!(before.len(), 2);
    let again = fixture.commit(&file, quick()).await.results;
    assert_eq!((again, times(&results)), (results, before));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn results_keep_file_names_that_are_not_unicode() {
    use std::os::unix::ffi::OsStrExt;

    let fixture = Fixture::new().await;
    let name = |bytes: &[u8]| {
        fixture
            .folder
            .path()
            .join(std::ffi::OsStr::from_bytes(bytes))
    };
    let file = name(b"Ren\xE9.csv");
    std::fs::write(&file, leads(1)).expect("written");
    let summary = fixture.commit(&file, quick()).await;
    assert_eq!(summary.results, [name(b"Ren\xE9.created.csv")]);
    assert!(summary.results[0].exists());
}

#[tokio::test]
async fn rows_that_do_not_fit_the_header_lose_nothing_and_are_refused_until_fixed() {
    let fixture = Fixture::new().await;
    let text = "email,name,plan\nmore@example.test,Mo,pro,\"x,y\",\nfewer@example.test,Fe\nlix,pro\nok@example.test,Al,pro\n";
    let broken =
        "the row seems to be broken over two lines; put a cell with a line break in quotes";
    let mut file = fixture.file("leads.csv", text);
    for (round, created) in [("leads", 1), ("again", 0), ("third", 0)] {
        let summary = fixture.commit(&file, quick()).await;
        assert_eq!((summary.created, summary.refused), (created, 3), "{round}");
        let rows = fixture.results(&format!("{round}.refused.csv"));
        for (row, email, plan, misfit) in [
            (&rows[0], "more@example.test", "pro", "\"x,y\","),
            (&rows[1], "fewer@example.test", "", broken),
            (&rows[2], "lix", "", broken),
        ] {
            assert_eq!((row["email"].as_str(), row["plan"].as_str()), (email, plan));
            assert_eq!(row["drift_misfit"], misfit, "{round}");
        }
        let next = if round == "leads" { "again" } else { "third" };
        let refused = std::fs::read(fixture.path(&format!("{round}.refused.csv"))).expect("a file");
        file = fixture.file(&format!("{next}.csv"), refused);
    }
    let fixed = std::fs::read_to_string(&file)
        .expect("a file")
        .replace(broken, "")
        .replace("\"\"\"x,y\"\",\"", "");
    let file = fixture.file("fixed.csv", fixed);
    let summary = fixture.commit(&file, quick()).await;
    assert_eq!((summary.created, summary.refused), (2, 1));
    assert!(!fixture.results("fixed.created.csv")[0].contains_key("drift_misfit"));
}

#[tokio::test]
async fn a_result_row_that_was_fixed_wrongly_keeps_all_its_cells() {
    let fixture = Fixture::new().await;
    let text = "email,name,drift_line,drift_contact_id,drift_outcome,drift_reason\nada@example.test,Ada,new,3,,refused,why\n";
    let file = fixture.file("leads.csv", text);
    assert_eq!(fixture.commit(&file, quick()).await.refused, 1);
    let rows = fixture.results("leads.refused.csv");
    assert_eq!(rows[0]["name"], "Ada");
    assert_eq!(rows[0]["drift_misfit"], "new,3,,refused,why");
}

#[tokio::test]
async fn results_keep_the_encoding_the_mark_and_the_line_ends_of_the_input() {
    let utf_16 = |text: &str| -> Vec<u8> {
        let units = text.encode_utf16();
        let mark = [0xFF, 0xFE].into_iter();
        mark.chain(units.flat_map(u16::to_le_bytes)).collect()
    };
    let text = "email;name\r\nada@example.test;Zo\u{eb}\r\nnobody;Ren\u{e9}\r\n";
    let latin = |text: &str| -> Vec<u8> { text.chars().map(|c| c as u8).collect() };
    for (encoding, begin, bytes) in [
        (
            None,
            &b"\xEF\xBB\xBFemail;"[..],
            format!("\u{feff}{text}").into_bytes(),
        ),
        (None, b"\xFF\xFEe\0m\0", utf_16(text)),
        (Some("windows-1252"), b"email;", latin(text)),
    ] {
        let fixture = Fixture::new().await;
        let mut file = fixture.file("leads.csv", bytes);
        for (round, refused, created) in [("leads", 1, 1), ("again", 0, 1)] {
            let mut options = quick();
            options.input.encoding = encoding.map(str::to_owned);
            let summary = fixture.commit(&file, options).await;
            assert_eq!((summary.created, summary.refused), (created, refused));
            let name = if round == "leads" {
                "refused"
            } else {
                "created"
            };
            let path = fixture.path(&format!("{round}.{name}.csv"));
            let written = std::fs::read(path).expect("a file");
            assert!(written.starts_with(begin), "{encoding:?}: {written:?}");
            let width = if begin[0] == 0xFF { 2 } else { 1 };
            let ends = written.split(|byte| *byte == b'\r').skip(1);
            assert!(
                ends.clone().all(|rest| rest[width - 1] == b'\n') && ends.count() == 2,
                "{written:?}"
            );
            // Fixed as an editor does it, in the same encoding.
            let needle: Vec<u8> = "nobody".bytes().flat_map(|b| [b, 0]).collect();
            let better: Vec<u8> = "b@x.test".bytes().flat_map(|b| [b, 0]).collect();
            let (needle, better) = match width {
                2 => (needle, better),
                _ => (b"nobody".to_vec(), b"b@x.test".to_vec()),
            };
            let at = written
                .windows(needle.len())
                .position(|part| part == needle);
            let fixed = match at {
                Some(at) => [&written[..at], &better, &written[at + needle.len()..]].concat(),
                None => written,
            };
            file = fixture.file("again.csv", fixed);
        }
        let found = fixture.found("b@x.test").await;
        assert_eq!(found[0].name(), Some("Ren\u{e9}"), "{encoding:?}");
    }
}

#[tokio::test]
async fn results_of_json_lines_keep_their_line_ends() {
    let fixture = Fixture::new().await;
    let text = "{\"email\":\"ada@example.test\"}\r\n{\"email\":\"bob@example.test\"}\r\n";
    let file = fixture.file("leads.jsonl", text);
    assert_eq!(fixture.commit(&file, quick()).await.created, 2);
    let created = std::fs::read_to_string(fixture.path("leads.created.jsonl")).expect("a file");
    assert_eq!(created.matches("\r\n").count(), 2);
}

#[tokio::test]
async fn results_are_imported_again_with_the_options_of_their_file() {
    for (text, skip_lines, no_header) in [
        ("bob,Bob\nann@example.test,Ann\n", None, true),
        (
            "a note\nanother\nbob,Bob\nann@example.test,Ann\n",
            Some(2),
            true,
        ),
        ("a note\ncolumn_1,column_2\nbob,Bob\n", Some(1), false),
    ] {
        let fixture = Fixture::new().await;
        let options = || {
            let mut options = quick();
            options.input.skip_lines = skip_lines;
            options.input.no_header = no_header;
            options.map = [("column_1", "email"), ("column_2", "name")]
                .map(|(column, attribute)| (column.to_owned(), attribute.to_owned()))
                .to_vec();
            options
        };
        let file = fixture.file("leads.csv", text);
        let summary = fixture.commit(&file, options()).await;
        assert_eq!(summary.refused, 1, "{text:?}");
        let refused = std::fs::read_to_string(fixture.path("leads.refused.csv")).expect("a file");
        let fixed = refused.replace("bob,", "bob@example.test,");
        let file = fixture.file("again.csv", fixed);
        let summary = fixture.commit(&file, options()).await;
        assert_eq!((summary.rows, summary.created), (1, 1), "{text:?}");
        let contact = &fixture.found("bob@example.test").await[0];
        let noted = contact
            .attributes()
            .keys()
            .any(|name| name.contains("drift") || name.starts_with("column"));
        assert!(!noted, "{:?}", contact.attributes());
    }
}

#[tokio::test]
async fn a_refused_row_keeps_all_its_cells() {
    let fixture = Fixture::new().await;
    let text = "email,name,plan\nann@example.test,\"Lee, \"The Ann\"\",pro\nbob@example.test,\"Bob\" \"B\",free\n";
    let file = fixture.file("leads.csv", text);
    let summary = fixture.commit(&file, quick()).await;
    assert_eq!(summary.refused, 2);
    let rows = fixture.results("leads.refused.csv");
    assert_eq!(rows[0]["name"], "\"Lee, \"The Ann\"\"");
    assert_eq!(rows[1]["name"], "\"Bob\" \"B\"");
    let plans = rows.iter().map(|row| row["plan"].as_str());
    assert_eq!(plans.collect::<Vec<_>>(), ["pro", "free"]);
}
