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
    let text = "email,name,plan\nmore@example.test,Mo,pro,\"x,y\",\nfewer@example.test,Fe\nok@example.test,Al,pro\n";
    let mut file = fixture.file("leads.csv", text);
    for (round, created) in [("leads", 1), ("again", 0), ("third", 0)] {
        let summary = fixture.commit(&file, quick()).await;
        assert_eq!((summary.created, summary.refused), (created, 2), "{round}");
        let rows = fixture.results(&format!("{round}.refused.csv"));
        for (row, email, plan, misfit) in [
            (&rows[0], "more@example.test", "pro", "\"x,y\","),
            (&rows[1], "fewer@example.test", "", "too few cells"),
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
        .replace("too few cells", "")
        .replace("\"\"\"x,y\"\",\"", "");
    let file = fixture.file("fixed.csv", fixed);
    assert_eq!(fixture.commit(&file, quick()).await.created, 2);
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
