//! The start of an emulator, what prevents it, and its end.

use crate::common::Client;
use drift_emulator::{Emulator, Organization, Scope, Settings, StartError};

#[tokio::test]
async fn each_reason_not_to_start_has_its_error() {
    let emulator = Emulator::start().await.unwrap();
    let again = Emulator::builder()
        .port(emulator.address().port())
        .start()
        .await
        .err()
        .unwrap();
    assert!(matches!(again, StartError::PortInUse(_)), "{again}");

    let open = || Emulator::builder().host([0, 0, 0, 0].into());
    let other = Organization::new(2).token("sandbox", &[Scope::ContactRead]);
    for builder in [open(), open().token("own").organization(other)] {
        let exposed = builder.start().await.err().unwrap();
        assert!(
            matches!(exposed, StartError::DefaultTokenExposed(_)),
            "{exposed}"
        );
    }
    assert!(
        Emulator::builder()
            .host([0, 0, 0, 0].into())
            .token("own")
            .start()
            .await
            .is_ok()
    );

    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(
        &text,
        "These are notes and no database, however long one looks at them.".repeat(20),
    )
    .unwrap();
    for path in [
        folder.path().to_owned(),
        text,
        folder.path().join("missing/contacts.db"),
    ] {
        let error = Emulator::builder()
            .database(&path)
            .start()
            .await
            .err()
            .unwrap();
        assert!(matches!(error, StartError::Database(_, _)), "{error}");
        assert!(
            error.to_string().contains(&*path.to_string_lossy()),
            "{error}"
        );
    }
    assert!(matches!(
        Emulator::builder().token("").start().await,
        Err(StartError::Token)
    ));
    let settings = Settings {
        delete_status: 99,
        ..Settings::default()
    };
    let error = Emulator::builder().settings(settings).start().await;
    assert!(matches!(error, Err(StartError::Settings(_))));
    let scenario = Emulator::builder()
        .scenario(folder.path().join("none.json"))
        .start()
        .await;
    assert!(matches!(scenario, Err(StartError::Scenario(_))));
}

#[tokio::test]
async fn dropping_an_emulator_frees_its_port() {
    let emulator = Emulator::start().await.unwrap();
    let (client, port) = (Client::new(&emulator), emulator.address().port());
    assert_eq!(client.get("/contacts/1").await.status, 404);
    drop(emulator);
    while Emulator::builder().port(port).start().await.is_err() {
        tokio::task::yield_now().await;
    }
}
