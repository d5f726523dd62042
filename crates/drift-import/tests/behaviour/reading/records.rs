//! Records of CSV and JSON Lines: their lines, their quotes, their exact values.

use drift_import::Purpose;

use crate::support::{Fixture, quick};

#[tokio::test]
async fn line_numbers_are_those_of_editors() {
    let fixture = Fixture::new().await;
    for (text, line) in [
        ("email\r\nok@example.test\r\nbad\r\n", 3),
        ("\u{feff}email\nok@example.test\n\n\nbad\n", 5),
        ("email\rok@example.test\rbad\r", 3),
        (
            "email,note\r\n\"ok@example.test\",\"a\r\nb\"\r\nbad,\r\n",
            4,
        ),
    ] {
        let file = fixture.file("leads.csv", text);
        let import = fixture.import(&file, quick());
        let plan = import.plan(Purpose::DryRun).await.expect("a plan");
        let rows = plan.rows(0, 10).expect("rows");
        assert_eq!((rows[0].line, rows[1].line), (2, line), "{text:?}");
        drop(plan);
        fixture.commit(&file, quick()).await;
        let refused = fixture.results("leads.refused.csv");
        assert_eq!(refused[0]["drift_line"], line.to_string(), "{text:?}");
    }
}

#[tokio::test]
async fn a_quote_that_is_not_closed_stops_the_import_before_anything_is_sent() {
    let fixture = Fixture::new().await;
    for text in [
        "email,name\na@example.test,Ann\nb@example.test,\"Bob\nc@example.test,Cy\n",
        "email,name\na@example.test,Ann\nb@example.test,\"Bob\nc@example.test,\"Cy\"\n",
    ] {
        let file = fixture.file("leads.csv", text);
        let planned = fixture.import(&file, quick()).plan(Purpose::Commit).await;
        let error = planned.err().expect("refused").to_string();
        assert!(
            error.starts_with("leads.csv, line 3: a quote opens here"),
            "{error}"
        );
    }
    assert_eq!(fixture.contacts().await, 0);
}

#[tokio::test]
async fn json_lines_keep_their_types_and_their_text() {
    let fixture = Fixture::new().await;
    let text = "{\"email\":\"ada@example.test\",\"seats\": 12, \"vip\":true}\n\n[1]\n{\"email\":\"bob@example.test\",\"price\": 1.50}\n";
    let file = fixture.file("leads.jsonl", text);
    let summary = fixture.commit(&file, quick()).await;
    assert_eq!((summary.created, summary.refused), (2, 1));
    let found = fixture.found("ada@example.test").await;
    assert_eq!(found[0].attribute::<u32>("seats"), Ok(Some(12)));
    assert_eq!(found[0].attribute::<bool>("vip"), Ok(Some(true)));
    let created = std::fs::read_to_string(fixture.path("leads.created.jsonl")).expect("a file");
    assert!(
        created.contains("\"price\":1.50,\"drift_line\":4,"),
        "{created}"
    );
}

#[tokio::test]
async fn json_that_would_lose_something_is_refused() {
    let fixture = Fixture::new().await;
    let text = r#"{"email":"ada@example.test","email":"eva@example.test"}
{"email":"bob@example.test","seats":123456789012345678901234567890}
{"email":"cy@example.test","phone":123456789012345678901234567890}
"#;
    let file = fixture.file("leads.jsonl", text);
    let summary = fixture.commit(&file, quick()).await;
    assert_eq!((summary.created, summary.refused), (1, 2));
    let phone = fixture.found("cy@example.test").await[0]
        .phone()
        .map(str::to_owned);
    assert_eq!(phone.as_deref(), Some("123456789012345678901234567890"));
    let refused = std::fs::read_to_string(fixture.path("leads.refused.jsonl")).expect("a file");
    let file = fixture.file("again.jsonl", refused);
    assert_eq!(fixture.commit(&file, quick()).await.refused, 2, "as it is");
}

#[tokio::test]
async fn lines_that_are_no_objects_are_refused_until_fixed() {
    let fixture = Fixture::new().await;
    let mut text = b"[1]\n{\"email\":\"ada@example.test\",\"name\":\"Ren\xE9\"}\n".to_vec();
    text.extend("{\"email\":\"zo\u{eb}@example.test\",\"name\":\"Zo\u{eb}\"}\n".as_bytes());
    let mut file = fixture.file("leads.jsonl", text);
    for (round, created) in [("leads", 1), ("again", 0)] {
        let summary = fixture.commit(&file, quick()).await;
        assert_eq!((summary.created, summary.refused), (created, 2), "{round}");
        let refused = fixture.path(&format!("{round}.refused.jsonl"));
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
        file = fixture.file(
            "again.jsonl",
            format!("{refused}{{\"email\":\"zo\u{eb}@example.test\"}}\n"),
        );
    }
}

#[tokio::test]
async fn results_of_any_dialect_read_as_the_file_did() {
    let fixture = Fixture::new().await;
    for (text, escape, no_quotes) in [
        (
            "email,name\nnobody,\"Ann \\\"A\\\", \\\\ Lee\\\\\"\n",
            None,
            false,
        ),
        (
            "email,name\nnobody,\"Ann \\\"A\\\", \\\\ Lee\\\\\"\n",
            Some(b'\\'),
            false,
        ),
        ("email,name\nnobody,\"Ann \"A\" Lee\\\n", None, true),
    ] {
        let mut options = quick();
        options.input.escape = escape;
        options.input.no_quotes = no_quotes;
        let file = fixture.file("leads.csv", text);
        assert_eq!(fixture.commit(&file, options.clone()).await.refused, 1);
        let refused = fixture.path("leads.refused.csv");
        let fixed = std::fs::read_to_string(refused).expect("a file");
        let fixed = fixed.replace("nobody", "ann@example.test");
        let file = fixture.file("fixed.csv", fixed);
        assert_eq!(fixture.commit(&file, options).await.created, 1, "{text}");
        let expected = if no_quotes {
            "\"Ann \"A\" Lee\\"
        } else {
            "Ann \"A\", \\ Lee\\"
        };
        let found = fixture.found("ann@example.test").await;
        assert_eq!(found[0].name(), Some(expected), "{text}");
        fixture.emulator.state().reset().await.expect("reset");
        for name in ["leads.csv", "fixed.csv"] {
            std::fs::remove_file(fixture.path(&format!("{name}.drift-journal"))).expect("removed");
        }
        for name in ["leads.refused.csv", "fixed.created.csv"] {
            std::fs::remove_file(fixture.path(name)).expect("removed");
        }
    }
}
