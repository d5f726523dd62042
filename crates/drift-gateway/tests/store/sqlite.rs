//! The suite on SQLite.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use drift_gateway::store::{Role, SqliteStore, Store};
use tempfile::TempDir;

use crate::suite::{Subject, conformance};

conformance!(Sqlite);

struct Sqlite {
    path: PathBuf,
    store: Arc<SqliteStore>,
    _folder: TempDir,
}

impl Subject for Sqlite {
    async fn empty() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("gateway.db");
        let store = SqliteStore::open(&path, Role::Gateway).expect("opened");
        Some(Self {
            path,
            store: Arc::new(store),
            _folder: folder,
        })
    }

    async fn open(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store) as Arc<dyn Store>
    }

    async fn pass(&self, time: Duration) {
        let db = rusqlite::Connection::open(&self.path).expect("opened");
        db.busy_timeout(Duration::from_secs(5)).expect("patient");
        db.execute(
            "UPDATE record SET takeover_at = takeover_at - ?1, due_at = due_at - ?1,
                 created_at = created_at - ?1, changed_at = changed_at - ?1",
            [i64::try_from(time.as_millis()).expect("short")],
        )
        .expect("moved");
    }
}
