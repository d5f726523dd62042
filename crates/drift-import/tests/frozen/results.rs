//! Result files: their names, the columns that are added, and the words of `drift_outcome`.

use drift::NewContact;
use drift_import::{OnDuplicate, Options};

use crate::stored::Stored;

fn lines(stored: &Stored, name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(stored.path(name)).expect(name);
    text.lines().map(str::to_owned).collect()
}

async fn with_bob() -> Stored {
    let stored = Stored::empty().await;
    let client = drift::Client::builder(stored.emulator.token()).base_url(stored.emulator.url());
    let contacts = client.build().expect("a client").contacts();
    let bob = NewContact::new("bob@example.test").expect("an email");
    contacts.create(bob).await.expect("created");
    stored
}

#[tokio::test]
async fn of_csv_have_four_columns_more() {
    let stored = with_bob().await;
    let leads = "email,name\nada@example.test,Ada\nbob@example.test,Bob\nnobody,Cyd\n";
    std::fs::write(stored.path("leads.csv"), leads).expect("a file");
    stored.commit("leads.csv", Options::default()).await;
    let added = "drift_line,drift_contact_id,drift_outcome,drift_reason";
    assert_eq!(
        lines(&stored, "leads.created.csv"),
        [
            format!("email,name,{added}"),
            "ada@example.test,Ada,2,24100000055,created,".to_owned()
        ]
    );
    let existed = lines(&stored, "leads.existed.csv");
    let begin = "bob@example.test,Bob,3,24100000019,existed,";
    assert!(existed[1].starts_with(begin), "{}", existed[1]);
    assert!(lines(&stored, "leads.refused.csv")[1].starts_with("nobody,Cyd,4,,refused,"));
}

#[tokio::test]
async fn of_csv_with_a_row_that_does_not_fit_have_five() {
    let stored = Stored::empty().await;
    let leads = "email,name\nada@example.test,Ada,more\nbob@example.test\n";
    std::fs::write(stored.path("leads.csv"), leads).expect("a file");
    stored.commit("leads.csv", Options::default()).await;
    let refused = lines(&stored, "leads.refused.csv");
    let added = "drift_line,drift_contact_id,drift_outcome,drift_reason,drift_misfit";
    assert_eq!(refused[0], format!("email,name,{added}"));
    assert!(refused[1].ends_with(",more"), "{}", refused[1]);
    assert!(!refused[2].ends_with(','), "{}", refused[2]);
}

#[tokio::test]
async fn of_json_lines_have_four_members_more() {
    let stored = with_bob().await;
    let leads = "{\"email\":\"bob@example.test\",\"name\":\"Bob\"}\n[1]\n";
    std::fs::write(stored.path("leads.jsonl"), leads).expect("a file");
    let mut options = Options::default();
    options.on_duplicate = OnDuplicate::Update;
    stored.commit("leads.jsonl", options).await;
    let updated = lines(&stored, "leads.existed.jsonl");
    let begin = "{\"email\":\"bob@example.test\",\"name\":\"Bob\",\"drift_line\":1,\"drift_contact_id\":24100000019,\"drift_outcome\":\"updated\",\"drift_reason\":\"";
    assert!(updated[0].starts_with(begin), "{}", updated[0]);
    let refused = lines(&stored, "leads.refused.jsonl");
    let begin = "{\"drift_misfit\":\"[1]\",\"drift_line\":2,\"drift_contact_id\":null,\"drift_outcome\":\"refused\",";
    assert!(refused[0].starts_with(begin), "{}", refused[0]);
}

#[tokio::test]
async fn of_a_row_that_is_in_doubt_are_named_unknown() {
    let stored = Stored::empty().await;
    std::fs::write(stored.path("leads.csv"), "email\nada@example.test\n").expect("a file");
    let lost = r#"[{"method": "POST", "path": "/contacts", "do": {"disconnect": {"commit": true}}},
        {"method": "GET", "path": "/contacts", "do": {"status": {"status": 500}}}]"#;
    let faults = serde_json::from_str(lost).expect("faults");
    stored.emulator.faults().add_all(faults).expect("faults");
    let mut options = Options::default();
    options.offline = true;
    options.patience = std::time::Duration::ZERO;
    stored.commit("leads.csv", options).await;
    let unknown = lines(&stored, "leads.unknown.csv");
    assert!(
        unknown[1].starts_with("ada@example.test,2,,unknown,"),
        "{}",
        unknown[1]
    );
}
