//! What stands in the place of a journal: only a journal is opened, and everything else stays as it is.

use std::path::{Path, PathBuf};

use drift_emulator::{Effect, Fault};
use drift_import::{Cancel, Error, Purpose, undo, undoable};
use rusqlite::Connection;

use crate::support::{Fixture, leads, quick};

/// A database of somebody else, in the mode that a program leaves it in.
fn database(path: &Path, mode: &str, application: i32) {
    let db = Connection::open(path).expect("a database");
    db.query_row(&format!("PRAGMA journal_mode = {mode}"), [], |_| Ok(()))
        .expect("a mode");
    db.pragma_update(None, "application_id", application)
        .expect("an id");
    db.execute_batch("CREATE TABLE row (seq INTEGER); INSERT INTO row VALUES (1)")
        .expect("a table");
}

/// The files of a folder, and what they hold.
fn contents(folder: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let files = std::fs::read_dir(folder).expect("a folder");
    let mut files: Vec<_> = files
        .map(|file| file.expect("a file").path())
        .map(|path| (path.clone(), std::fs::read(path).ok()))
        .collect();
    files.sort();
    files
}

#[tokio::test]
async fn what_is_no_journal_is_refused_and_stays_as_it_is() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(1));
    let place = fixture.path("place");
    let notes = "these are notes, longer than the header of a database is. ".repeat(20);
    let kinds: [(&str, &dyn Fn()); 7] = [
        ("an empty file", &|| drop(std::fs::write(&place, ""))),
        ("a text", &|| drop(std::fs::write(&place, &notes))),
        ("a short text", &|| {
            drop(std::fs::write(&place, "SQLite format 3\0"))
        }),
        ("a database", &|| database(&place, "DELETE", 0)),
        ("a database with a log", &|| database(&place, "WAL", 0)),
        ("one of another program", &|| {
            database(&place, "DELETE", 0x0FEE_D001)
        }),
        ("a folder", &|| drop(std::fs::create_dir(&place))),
    ];
    for (kind, put) in kinds {
        put();
        let before = contents(fixture.folder.path());
        let mut options = quick();
        options.journal = Some(place.clone());
        for purpose in [Purpose::DryRun, Purpose::Commit] {
            let refused = fixture
                .import(&file, options.clone())
                .plan(purpose)
                .await
                .err();
            assert!(
                matches!(refused, Some(Error::Input { .. })),
                "{kind}: {refused:?}"
            );
        }
        let counted = undoable(&place);
        assert!(
            matches!(counted, Err(Error::Input { .. })),
            "{kind}: {counted:?}"
        );
        let undone = undo(&fixture.client, &place, &Cancel::default()).await;
        assert!(
            matches!(undone, Err(Error::Input { .. })),
            "{kind}: {undone:?}"
        );
        assert_eq!(contents(fixture.folder.path()), before, "{kind}");
        let _removed = std::fs::remove_file(&place).or_else(|_| std::fs::remove_dir(&place));
    }
}

#[tokio::test]
async fn an_undo_makes_no_journal() {
    let fixture = Fixture::new().await;
    let absent = fixture.path("absent");
    let undone = undo(&fixture.client, &absent, &Cancel::default()).await;
    assert!(matches!(undone, Err(Error::File { .. })), "{undone:?}");
    assert!(matches!(undoable(&absent), Err(Error::File { .. })));
    assert_eq!(contents(fixture.folder.path()), []);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_in_the_place_of_a_journal_is_not_followed() {
    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(2));
    fixture.commit(&file, quick()).await;
    let journal = fixture.path("leads.csv.drift-journal");
    for (place, target) in [
        ("to-a-journal", journal.clone()),
        ("to-nothing", fixture.path("nothing")),
        ("log-wal", fixture.path("nothing")),
    ] {
        std::os::unix::fs::symlink(&target, fixture.path(place)).expect("a link");
        let mut options = quick();
        if place == "log-wal" {
            std::fs::copy(&journal, fixture.path("log")).expect("a copy");
        }
        options.journal = Some(fixture.path(place.trim_end_matches("-wal")));
        let import = fixture.import(&file, options.clone());
        let refused = import.plan(Purpose::Commit).await.err();
        assert!(
            matches!(refused, Some(Error::Input { .. })),
            "{place}: {refused:?}"
        );
        let journal = options.journal.as_deref().expect("a journal");
        let undone = undo(&fixture.client, journal, &Cancel::default()).await;
        assert!(
            matches!(undone, Err(Error::Input { .. })),
            "{place}: {undone:?}"
        );
        assert!(!fixture.path("nothing").exists());
    }
    assert_eq!(fixture.contacts().await, 2);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_in_the_place_of_a_result_is_not_followed() {
    for (ours, target) in [(false, "nothing"), (true, "precious")] {
        let fixture = Fixture::new().await;
        let file = fixture.file("leads.csv", leads(1));
        fixture.file("precious", "somebody's work");
        if ours {
            fixture.commit(&file, quick()).await;
            std::fs::remove_file(fixture.path("leads.created.csv")).expect("removed");
        }
        let result = fixture.path("leads.created.csv");
        std::os::unix::fs::symlink(fixture.path(target), &result).expect("a link");
        let plan = fixture.import(&file, quick()).plan(Purpose::Commit).await;
        let refused = plan.expect("a plan").commit().err();
        assert!(
            matches!(refused, Some(Error::ResultExists(_))),
            "{refused:?}"
        );
        let precious = std::fs::read_to_string(fixture.path("precious")).expect("a file");
        assert_eq!(precious, "somebody's work");
        assert!(!fixture.path("nothing").exists());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_journal_and_its_results_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let fixture = Fixture::new().await;
    let file = fixture.file("leads.csv", leads(1));
    let plan = fixture.import(&file, quick()).plan(Purpose::Commit).await;
    let plan = plan.expect("a plan");
    let mode = |name: &str| {
        let metadata = std::fs::metadata(fixture.path(name)).expect(name);
        metadata.permissions().mode() & 0o777
    };
    for name in ["leads.csv.drift-journal", "leads.csv.drift-journal-wal"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    plan.commit().expect("begun").finish().await.expect("done");
    assert_eq!(mode("leads.created.csv"), 0o600);
}

/// What a crash leaves of a journal that an earlier version made: all of it in the log, and nothing but an empty database in
/// its place.
#[tokio::test]
async fn a_journal_that_stands_in_its_log_alone_is_gone_on_with() {
    let fixture = Fixture::new().await;
    let place = fixture.path("journal");
    let db = Connection::open(&place).expect("a database");
    db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))
        .expect("a mode");
    db.pragma_update(None, "application_id", 0x4472_496D)
        .expect("an id");
    db.execute_batch(
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
         INSERT INTO meta VALUES ('id', '7');
         CREATE TABLE row (seq INTEGER PRIMARY KEY, line INTEGER NOT NULL, hash BLOB, verdict INTEGER NOT NULL,
             known INTEGER, note TEXT NOT NULL);
         PRAGMA user_version = 4;",
    )
    .expect("tables");
    for name in ["journal", "journal-wal"] {
        let copy = fixture
            .path(name)
            .with_file_name(name.replace("journal", "crashed"));
        std::fs::copy(fixture.path(name), copy).expect("a copy");
    }
    drop(db);
    let file = fixture.file("leads.csv", leads(1));
    let mut options = quick();
    options.journal = Some(fixture.path("crashed"));
    assert_eq!(fixture.commit(&file, options).await.created, 1);
    let journal = Connection::open(fixture.path("crashed")).expect("a journal");
    let id: String = journal
        .query_row("SELECT value FROM meta WHERE key = 'id'", [], |row| {
            row.get(0)
        })
        .expect("an id");
    assert_eq!(id, "7");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_vanishes_under_way_is_no_success() {
    for (vanished, replaced) in [
        ("leads.csv.drift-journal", false),
        ("leads.csv.drift-journal", true),
        ("leads.csv.drift-journal-wal", false),
    ] {
        let fixture = Fixture::new().await;
        let slow = Effect::Stall {
            ms: Some(20),
            commit: true,
        };
        let slow = Fault::new(slow).method("POST").path("/contacts");
        fixture.emulator.faults().add(slow).expect("a fault");
        let file = fixture.file("leads.csv", leads(400));
        let plan = fixture.import(&file, quick()).plan(Purpose::Commit).await;
        let run = tokio::spawn(plan.expect("a plan").commit().expect("begun").finish());
        while fixture.contacts().await < 1 {
            tokio::task::yield_now().await;
        }
        std::fs::remove_file(fixture.path(vanished)).expect("removed");
        if replaced {
            std::fs::write(fixture.path(vanished), "something else").expect("written");
        }
        let ended = run.await.expect("it ends").err();
        let Some(Error::Broken {
            cause,
            done: 0,
            unknown,
        }) = ended
        else {
            panic!("{vanished}: {ended:?}");
        };
        assert!(matches!(*cause, Error::Journal { .. }), "{cause:?}");
        assert!(unknown > 0 && fixture.contacts().await < 400, "{unknown}");
    }
}
