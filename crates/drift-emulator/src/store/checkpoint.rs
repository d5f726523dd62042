//! Checkpoints, off the path of the writes.
//!
//! A thread of its own copies the log back into the file while writes go on. Once little is left, the writer
//! starts the log anew, which is short; without that the log would grow as long as somebody writes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use rusqlite::Connection;

/// Pages in the log, roughly, before it is copied back: about 6 MiB. To write over an old log is cheaper than to
/// make a file longer, whose size must be synchronised too.
const PAGES: usize = 1_500;

/// Pages that a commit writes, besides those of its rows.
const PAGES_PER_COMMIT: usize = 2;

/// Rows that fit on a page, roughly.
const ROWS_PER_PAGE: usize = 8;

/// The writer's end: it counts what is written, and says when the log can begin anew.
pub(super) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    copied: Arc<AtomicBool>,
    /// Pages written since the last checkpoint, roughly.
    pages: usize,
}

impl Checkpointer {
    /// No checkpoints: in memory there is no log.
    pub(super) fn none() -> Self {
        Checkpointer {
            wake: None,
            copied: Arc::default(),
            pages: 0,
        }
    }

    /// Starts the thread; it ends when this is dropped.
    pub(super) fn start(path: &Path) -> std::io::Result<Self> {
        let (wake, woken) = sync_channel(1);
        let copied = Arc::new(AtomicBool::new(false));
        let (path, done): (PathBuf, _) = (path.to_owned(), Arc::clone(&copied));
        let thread = std::thread::Builder::new().name("emulator-log".to_owned());
        thread.spawn(move || copy_back(&path, &woken, &done))?;
        Ok(Checkpointer {
            wake: Some(wake),
            copied,
            pages: 0,
        })
    }

    /// Notes a commit of so many rows, and wakes the thread when the log has grown long.
    pub(super) fn committed(&mut self, rows: usize) {
        self.pages += PAGES_PER_COMMIT + rows / ROWS_PER_PAGE;
        if self.pages >= PAGES {
            self.pages = 0;
            if let Some(wake) = &self.wake {
                // Full means that a checkpoint is due or running already.
                let _due = wake.try_send(());
            }
        }
    }

    /// Begins the log anew if nearly all of it has been copied back. Another process that reads just now puts
    /// it off.
    pub(super) fn restart_log(&self, connection: &Connection) -> rusqlite::Result<()> {
        if !self.copied.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        connection.busy_timeout(Duration::ZERO)?;
        let put_off = checkpoint(connection, "RESTART");
        connection.busy_timeout(super::schema::PATIENCE)?;
        put_off
    }
}

/// Copies what is in the log, so that little is left for the writer: what was written meanwhile.
fn copy_back(path: &Path, woken: &Receiver<()>, copied: &AtomicBool) {
    let Ok(connection) = Connection::open(path) else {
        return;
    };
    while woken.recv().is_ok() {
        let done = checkpoint(&connection, "PASSIVE");
        copied.store(done.is_ok(), Ordering::Release);
    }
}

fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::atomic::Ordering;

    use rusqlite::Connection;

    use super::{Checkpointer, PAGES, ROWS_PER_PAGE};
    use crate::store::{Location, schema};

    fn write(connection: &Connection, commits: usize) {
        for _ in 0..commits {
            let insert = "INSERT INTO unsubscribed_emails VALUES (1, hex(randomblob(2000)))";
            connection.execute(insert, []).unwrap();
        }
    }

    fn pages_in_log(path: &Path) -> i64 {
        let connection = Connection::open(path).unwrap();
        connection
            .query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| row.get(1))
            .unwrap()
    }

    #[test]
    fn a_log_that_was_copied_back_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("contacts.db");
        let connection = schema::open(&Location::File(path.clone())).unwrap();
        let mut checkpoints = Checkpointer::start(&path).unwrap();
        write(&connection, 100);
        let before = pages_in_log(&path);
        assert!(before > 100, "{before}");

        checkpoints.committed(0);
        assert!(!checkpoints.copied.load(Ordering::Acquire), "too early");
        checkpoints.committed(PAGES * ROWS_PER_PAGE);
        while !checkpoints.copied.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        checkpoints.restart_log(&connection).unwrap();
        write(&connection, 1);
        let after = pages_in_log(&path);
        assert!(after < before / 4, "{after} of {before}");
        let rows: i64 = connection
            .query_row("SELECT count(*) FROM unsubscribed_emails", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(rows, 101);
    }
}
