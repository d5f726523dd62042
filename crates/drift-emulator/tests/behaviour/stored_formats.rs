//! What users have stored stays readable: database files of each layout, and dumps.

use std::path::Path;

use crate::common::Client;
use drift_emulator::{Dump, Emulator};

/// A database file as the emulator writes it.
const LAYOUT_2: &str = include_str!("fixtures/sandbox-layout-2.sql");

/// Turns a file of layout 2 into one of layout 1, which had its indexes in the database.
const BACK_TO_LAYOUT_1: &str = "
    DROP TABLE identity_moves;
    CREATE INDEX contacts_by_email ON contacts (organization, email);
    CREATE INDEX contacts_by_external_id ON contacts (organization, external_id);
    PRAGMA user_version = 1;
";

/// The state of that file, as `GET /_emulator/dump` gives it.
const DUMP: &str = include_str!("fixtures/dump.json");

fn dump() -> Dump {
    Dump::from_json(DUMP.trim()).unwrap()
}

fn write_database(path: &Path, sql: &[&str]) {
    let connection = rusqlite::Connection::open(path).unwrap();
    for statements in sql {
        connection.execute_batch(statements).unwrap();
    }
}

async fn assert_holds_the_fixture(emulator: &Emulator) {
    assert_eq!(emulator.state().dump().await.unwrap(), dump());
    let client = Client::new(emulator);
    for (attributes, status) in [
        (r#"{"email":"ADA@example.test"}"#, 409),
        (r#"{"email":"new@example.test","externalId":"u_1"}"#, 409),
        (r#"{"email":"gone@example.test"}"#, 200),
    ] {
        let response = client.create(attributes).await;
        assert_eq!(response.status, status, "{attributes}");
    }
}

#[tokio::test]
async fn a_stored_database_is_read_and_kept() {
    for (layout, sql) in [(2, &[LAYOUT_2][..]), (1, &[LAYOUT_2, BACK_TO_LAYOUT_1][..])] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("layout-{layout}.db"));
        write_database(&path, sql);
        let emulator = Emulator::builder().database(&path).start().await.unwrap();
        assert_holds_the_fixture(&emulator).await;
        emulator.shutdown().await;
    }
}

#[tokio::test]
async fn a_stored_dump_is_loaded_and_given_back() {
    let emulator = Emulator::start().await.unwrap();
    emulator.state().load(dump()).await.unwrap();
    assert_holds_the_fixture(&emulator).await;
}

#[tokio::test]
async fn a_database_of_an_unknown_layout_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("later.db");
    write_database(&path, &[LAYOUT_2, "PRAGMA user_version = 9;"]);
    let error = Emulator::builder().database(&path).start().await.err();
    let error = error.unwrap().to_string();
    assert!(error.contains("layout 9"), "{error}");
}
