//! The file of a SQLite store: whose it is, what it survives, and what is left alone.

use std::path::Path;

use drift_gateway::store::{Begun, Fenced, Role, SqliteStore, State, Store, StoreError};

use crate::suite::{begin, create, key, post, response, started, taken};

fn open(path: &Path) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(path, Role::Gateway)
}

#[track_caller]
fn unusable(opened: Result<SqliteStore, StoreError>, part: &str) {
    match opened {
        Err(StoreError::Unusable(sentence)) if sentence.contains(part) => {}
        other => panic!("{other:?}"),
    }
}

/// What a crash leaves: the files as they are on the disk at that moment.
fn crashed_copy(path: &Path, to: &Path) {
    for end in ["", "-wal"] {
        let name = |path: &Path| format!("{}{end}", path.display());
        std::fs::copy(name(path), name(to)).expect("copied");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gateway.db");
    let store = open(&path).expect("opened");
    started(&store, create("a")).await;
    let mode = |path: &Path| {
        let metadata = std::fs::metadata(path).expect("there");
        metadata.permissions().mode() & 0o777
    };
    let all = || std::fs::read_dir(folder.path()).expect("a folder");
    assert_eq!(all().count(), 4, "the file, its log, its index, its lock");
    for file in all() {
        assert_eq!(mode(&file.expect("a file").path()), 0o600);
    }
    store.close().await.expect("closed");
    drop(store);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("set");
    open(&path).expect("opened again");
    assert_eq!(mode(&path), 0o600);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    for end in ["", "-wal", "-lock"] {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("gateway.db");
        drop(open(&folder.path().join("other.db")).expect("made"));
        let link = folder.path().join(format!("gateway.db{end}"));
        std::os::unix::fs::symlink(folder.path().join("other.db"), link).expect("linked");
        unusable(open(&path), "a link stands here");
    }
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    let database = folder.path().join("database");
    let db = rusqlite::Connection::open(&database).expect("made");
    db.execute_batch("CREATE TABLE theirs (x); PRAGMA user_version = 1")
        .expect("filled");
    drop(db);
    let database = std::fs::read(&database).expect("read");
    for bytes in [Vec::new(), b"notes ".repeat(100), database] {
        std::fs::write(&path, &bytes).expect("written");
        for role in [Role::Gateway, Role::Tool] {
            unusable(SqliteStore::open(&path, role), "no store of a gateway");
        }
        assert!(std::fs::read(&path).expect("read") == bytes);
    }
    unusable(open(folder.path()), "no file");
    unusable(
        SqliteStore::open(&folder.path().join("none"), Role::Tool),
        "none",
    );
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        2
    );
}

#[test]
fn a_layout_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gateway.db");
    drop(open(&path).expect("made"));
    let db = rusqlite::Connection::open(&path).expect("opened");
    db.execute_batch("PRAGMA user_version = 99").expect("set");
    drop(db);
    let before = std::fs::read(&path).expect("read");
    unusable(open(&path), "layout 99");
    assert!(std::fs::read(&path).expect("read") == before);
}

#[tokio::test]
async fn one_gateway_has_it_and_tools_work_beside_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gateway.db");
    let store = open(&path).expect("opened");
    started(&store, create("at work")).await;
    store.enqueue(create("waits")).await.expect("stored");
    unusable(open(&path), "another gateway uses it");
    let tool = SqliteStore::open(&path, Role::Tool).expect("opened beside");
    let record = tool
        .read(&key("at work"))
        .await
        .expect("read")
        .expect("there");
    assert_eq!(record.state, State::InFlight, "its holder lives");
    assert_eq!(tool.forget(&key("waits")).await, Ok(true));
    assert!(store.read(&key("waits")).await.expect("read").is_none());
    store.close().await.expect("closed");
    drop(store);
    open(&path).expect("free again");
}

#[tokio::test]
async fn what_was_reported_survives_a_crash_and_leases_are_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gateway.db");
    let store = open(&path).expect("opened");
    started(&store, create("at work")).await;
    started(&store, post("post")).await;
    let lease = started(&store, create("settled")).await;
    let settled = store.settle(&lease, response(200), None).await;
    assert_eq!(settled, Ok(Fenced::Written));

    let copy = folder.path().join("copy.db");
    crashed_copy(&path, &copy);
    let store = open(&copy).expect("opened after the crash");
    let begun = begin(&store, create("settled")).await;
    assert!(matches!(begun, Begun::Settled(it) if it == response(200)));
    let taken = taken(&store, create("at work")).await;
    assert!(taken.in_doubt, "it may have been sent");
    assert!(matches!(
        begin(&store, post("post")).await,
        Begun::Unresolved
    ));
}

#[tokio::test]
async fn a_backup_is_made_while_it_is_written_to() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = open(&folder.path().join("gateway.db")).expect("opened");
    for number in 0..200 {
        started(&store, create(&number.to_string())).await;
    }
    let to = folder.path().join("backup.db");
    let writing = async {
        for number in 200..400 {
            started(&store, create(&number.to_string())).await;
        }
    };
    let (backup, ()) = tokio::join!(store.backup(&to), writing);
    backup.expect("copied");
    assert!(store.backup(&to).await.is_err(), "nothing is written over");
    let backup = open(&to).expect("a store");
    for number in 0..200 {
        assert!(taken(&backup, create(&number.to_string())).await.in_doubt);
    }
}

#[tokio::test]
async fn a_removed_file_is_noticed_before_anything_is_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gateway.db");
    let store = open(&path).expect("opened");
    std::fs::remove_file(&path).expect("removed");
    let begun = store.begin(create("a"), crate::suite::TERMS).await;
    assert!(matches!(begun, Err(StoreError::Unavailable(_))));
    assert!(store.health().await.is_err());
}
