//! What is read: JSON Lines, encodings, the types of cells, columns; and what is written to be read again.

use drift_import::{Format, ListOf, Purpose, Unmapped};

use crate::bench::{Bench, leads, quick};

#[tokio::test]
async fn json_lines_keep_their_types_and_their_text() {
    let bench = Bench::new().await;
    let text = "{\"email\":\"ada@example.test\",\"seats\": 12, \"vip\":true}\n\n[1]\n{\"email\":\"bob@example.test\",\"price\": 1.50}\n";
    let file = bench.file("leads.jsonl", text);
    let summary = bench.commit(&file, quick()).await;
    assert_eq!((summary.created, summary.refused), (2, 1));
    let found = bench.found("ada@example.test").await;
    assert_eq!(found[0].attribute::<u32>("seats"), Ok(Some(12)));
    assert_eq!(found[0].attribute::<bool>("vip"), Ok(Some(true)));
    let created = std::fs::read_to_string(bench.path("leads.created.jsonl")).expect("a file");
    assert!(
        created.contains("\"price\":1.50,\"drift_line\":4,"),
        "{created}"
    );
}

#[tokio::test]
async fn encodings_and_delimiters_are_detected() {
    let bench = Bench::new().await;
    let utf16: Vec<u8> = "\u{feff}email\tname\nzoe@example.test\tZo\u{eb}\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (name, bytes) in [
        (
            "bom.csv",
            "\u{feff}email,name\nzoe@example.test,Zo\u{eb}\n"
                .as_bytes()
                .to_vec(),
        ),
        (
            "western.csv",
            b"email;name\nzoe@example.test;Zo\xEB\n".to_vec(),
        ),
        ("utf16.csv", utf16),
    ] {
        bench.emulator.state().reset().await.expect("reset");
        let file = bench.file(name, bytes);
        assert_eq!(bench.commit(&file, quick()).await.created, 1, "{name}");
        let found = bench.found("zoe@example.test").await;
        assert_eq!(found[0].name(), Some("Zo\u{eb}"), "{name}");
    }
}

#[tokio::test]
async fn cells_are_of_the_types_that_drift_defines() {
    let bench = Bench::new().await;
    let definition = |name: &str, kind: &str| {
        let json = serde_json::json!({ "name": name, "displayName": name, "type": kind });
        serde_json::from_value(json).expect("a definition")
    };
    let definitions = vec![definition("seats", "NUMERIC"), definition("vip", "BOOLEAN")];
    let state = bench.emulator.state();
    state
        .define_attributes(1, definitions)
        .await
        .expect("defined");
    let text = "email,Seats,vip\nada@example.test,12,yes\nbob@example.test,a dozen,no\n";
    let file = bench.file("leads.csv", text);
    let mut options = quick();
    options.unmapped = Unmapped::Refuse;
    let summary = bench.commit(&file, options).await;
    assert_eq!((summary.created, summary.refused), (1, 1));
    let found = bench.found("ada@example.test").await;
    assert_eq!(found[0].attribute::<u32>("seats"), Ok(Some(12)));
    assert_eq!(found[0].attribute::<bool>("vip"), Ok(Some(true)));
    let rows = bench.results("leads.refused.csv");
    assert!(
        rows[0]["drift_reason"].starts_with("column \"Seats\": not a number"),
        "{rows:?}"
    );
}

#[tokio::test]
async fn columns_that_are_no_attributes_stop_the_import_with_a_suggestion() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", "email,Telephone\nada@example.test,1\n");
    let mut options = quick();
    options.unmapped = Unmapped::Refuse;
    let error = bench
        .import(&file, options)
        .plan(Purpose::DryRun)
        .await
        .err()
        .expect("refused");
    assert!(error.to_string().contains("Telephone=phone"), "{error}");
}

#[tokio::test]
async fn results_can_be_imported_again_as_they_are() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", "email,plan\nada@example.test,pro\nbob,free\n");
    bench.commit(&file, quick()).await;
    let refused = bench.path("leads.refused.csv");
    let mended = std::fs::read_to_string(&refused)
        .expect("a file")
        .replace("bob,", "bob@example.test,");
    let file = bench.file("again.csv", mended);
    let summary = bench.commit(&file, quick()).await;
    assert_eq!(summary.created, 1);
    let rows = bench.results("again.created.csv");
    assert_eq!(rows[0]["drift_outcome"], "created");
    assert_eq!(rows[0].len(), 6, "our columns are there once: {rows:?}");
}

#[tokio::test]
async fn rows_that_do_not_fit_the_header_lose_nothing_and_are_refused_until_mended() {
    let bench = Bench::new().await;
    let text = "email,name,plan\nmore@example.test,Mo,pro,\"x,y\",\nfewer@example.test,Fe\nok@example.test,Al,pro\n";
    let mut file = bench.file("leads.csv", text);
    for (round, created) in [("leads", 1), ("again", 0), ("third", 0)] {
        let summary = bench.commit(&file, quick()).await;
        assert_eq!((summary.created, summary.refused), (created, 2), "{round}");
        let rows = bench.results(&format!("{round}.refused.csv"));
        for (row, email, plan, misfit) in [
            (&rows[0], "more@example.test", "pro", "\"x,y\","),
            (&rows[1], "fewer@example.test", "", "too few cells"),
        ] {
            assert_eq!((row["email"].as_str(), row["plan"].as_str()), (email, plan));
            assert_eq!(row["drift_misfit"], misfit, "{round}");
        }
        let next = if round == "leads" { "again" } else { "third" };
        let refused = std::fs::read(bench.path(&format!("{round}.refused.csv"))).expect("a file");
        file = bench.file(&format!("{next}.csv"), refused);
    }
    let mended = std::fs::read_to_string(&file)
        .expect("a file")
        .replace("too few cells", "")
        .replace("\"\"\"x,y\"\",\"", "");
    let file = bench.file("mended.csv", mended);
    assert_eq!(bench.commit(&file, quick()).await.created, 2);
    assert!(!bench.results("mended.created.csv")[0].contains_key("drift_misfit"));
}

#[tokio::test]
async fn a_result_row_that_was_mended_wrongly_keeps_all_its_cells() {
    let bench = Bench::new().await;
    let text = "email,name,drift_line,drift_contact_id,drift_outcome,drift_reason\nada@example.test,Ada,new,3,,refused,why\n";
    let file = bench.file("leads.csv", text);
    assert_eq!(bench.commit(&file, quick()).await.refused, 1);
    let rows = bench.results("leads.refused.csv");
    assert_eq!(rows[0]["name"], "Ada");
    assert_eq!(rows[0]["drift_misfit"], "new,3,,refused,why");
}

#[tokio::test]
async fn cells_that_are_not_valid_are_refused_until_mended() {
    let bench = Bench::new().await;
    let mut text = "email,name\nzoe@example.test,Zo\u{eb}\n\u{eb}\u{eb},\n"
        .as_bytes()
        .to_vec();
    text.extend(b"rene@example.test,Ren\xE9\nrex@example.test,\xEBx\n");
    let file = bench.file("leads.csv", text);
    let summary = bench.commit(&file, quick()).await;
    assert_eq!((summary.created, summary.refused), (1, 3));
    let refused = std::fs::read_to_string(bench.path("leads.refused.csv")).expect("UTF-8");
    assert!(
        refused.contains("rene@example.test,Ren\u{e9},4,"),
        "{refused}"
    );
    let file = bench.file("again.csv", &refused);
    assert_eq!(bench.commit(&file, quick()).await.refused, 3);
    let mended = refused.replace(",not valid in the file's encoding\n", ",\n");
    let file = bench.file("mended.csv", mended);
    assert_eq!(bench.commit(&file, quick()).await.created, 2);
    assert_eq!(
        bench.found("rene@example.test").await[0].name(),
        Some("Ren\u{e9}")
    );
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn results_have_the_very_name_of_the_file() {
    use std::os::unix::ffi::OsStrExt;

    let bench = Bench::new().await;
    let name = |bytes: &[u8]| bench.folder.path().join(std::ffi::OsStr::from_bytes(bytes));
    let file = name(b"Ren\xE9.csv");
    std::fs::write(&file, leads(1)).expect("written");
    let summary = bench.commit(&file, quick()).await;
    assert_eq!(summary.results, [name(b"Ren\xE9.created.csv")]);
    assert!(summary.results[0].exists());
}

#[tokio::test]
async fn what_json_would_lose_is_refused() {
    let bench = Bench::new().await;
    let text = r#"{"email":"ada@example.test","email":"eva@example.test"}
{"email":"bob@example.test","seats":123456789012345678901234567890}
{"email":"cy@example.test","phone":123456789012345678901234567890}
"#;
    let file = bench.file("leads.jsonl", text);
    let summary = bench.commit(&file, quick()).await;
    assert_eq!((summary.created, summary.refused), (1, 2));
    let phone = bench.found("cy@example.test").await[0]
        .phone()
        .map(str::to_owned);
    assert_eq!(phone.as_deref(), Some("123456789012345678901234567890"));
    let refused = std::fs::read_to_string(bench.path("leads.refused.jsonl")).expect("a file");
    let file = bench.file("again.jsonl", refused);
    assert_eq!(bench.commit(&file, quick()).await.refused, 2, "as it is");
}

#[tokio::test]
async fn what_a_decoder_cannot_read_is_refused() {
    let bench = Bench::new().await;
    let text = b"email,name\nann@example.test,\x82\xA0\nbob@example.test,B\xFFb\n";
    let file = bench.file("leads.csv", text);
    let mut options = quick();
    options.input.encoding = Some("shift_jis".to_owned());
    let summary = bench.commit(&file, options).await;
    assert_eq!((summary.created, summary.refused), (1, 1));
    let row = &bench.results("leads.refused.csv")[0];
    assert_eq!(row["drift_misfit"], "not valid in the file's encoding");
}

#[tokio::test]
async fn lines_that_are_no_objects_are_refused_until_mended() {
    let bench = Bench::new().await;
    let mut text = b"[1]\n{\"email\":\"ada@example.test\",\"name\":\"Ren\xE9\"}\n".to_vec();
    text.extend("{\"email\":\"zo\u{eb}@example.test\",\"name\":\"Zo\u{eb}\"}\n".as_bytes());
    let mut file = bench.file("leads.jsonl", text);
    for (round, created) in [("leads", 1), ("again", 0)] {
        let summary = bench.commit(&file, quick()).await;
        assert_eq!((summary.created, summary.refused), (created, 2), "{round}");
        let refused = bench.path(&format!("{round}.refused.jsonl"));
        let refused = std::fs::read_to_string(refused).expect("a file");
        let lines: Vec<&str> = refused.lines().collect();
        assert!(
            lines[0].starts_with("{\"drift_misfit\":\"[1]\","),
            "{refused}"
        );
        assert!(
            lines[1].starts_with("{\"drift_misfit\":\"{\\\"email"),
            "{refused}"
        );
        file = bench.file(
            "again.jsonl",
            format!("{refused}{{\"email\":\"zo\u{eb}@example.test\"}}\n"),
        );
    }
}

#[tokio::test]
async fn an_export_can_be_imported() {
    let bench = Bench::new().await;
    let file = bench.file("leads.csv", leads(5));
    bench.commit(&file, quick()).await;
    let list = bench.file(
        "emails.txt",
        "lead3@example.test\nnobody@example.test\nlead1@example.test\n",
    );
    let mut out = Vec::new();
    let exported =
        drift_import::export(&bench.client, &list, ListOf::Emails, Format::Csv, &mut out)
            .await
            .expect("exported");
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
async fn lines_are_those_that_editors_show() {
    let bench = Bench::new().await;
    for (text, line) in [
        ("email\r\nok@example.test\r\nbad\r\n", 3),
        ("\u{feff}email\nok@example.test\n\n\nbad\n", 5),
        ("email\rok@example.test\rbad\r", 3),
        (
            "email,note\r\n\"ok@example.test\",\"a\r\nb\"\r\nbad,\r\n",
            4,
        ),
    ] {
        let file = bench.file("leads.csv", text);
        let import = bench.import(&file, quick());
        let plan = import.plan(Purpose::DryRun).await.expect("a plan");
        let rows = plan.rows(0, 10).expect("rows");
        assert_eq!((rows[0].line, rows[1].line), (2, line), "{text:?}");
        drop(plan);
        bench.commit(&file, quick()).await;
        let refused = bench.results("leads.refused.csv");
        assert_eq!(refused[0]["drift_line"], line.to_string(), "{text:?}");
    }
}

#[tokio::test]
async fn a_quote_that_is_not_closed_stops_the_import_before_anything_is_sent() {
    let bench = Bench::new().await;
    for text in [
        "email,name\na@example.test,Ann\nb@example.test,\"Bob\nc@example.test,Cy\n",
        "email,name\na@example.test,Ann\nb@example.test,\"Bob\nc@example.test,\"Cy\"\n",
    ] {
        let file = bench.file("leads.csv", text);
        let planned = bench.import(&file, quick()).plan(Purpose::Commit).await;
        let error = planned.err().expect("refused").to_string();
        assert!(
            error.starts_with("leads.csv, line 3: a quote opens here"),
            "{error}"
        );
    }
    assert_eq!(bench.contacts().await, 0);
}
