//! The store as the gateway sees it.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use super::file::{Place, Role};
use super::thread::{Jobs, start};
use super::{backup, deliveries, records, retention, schema, settings};
use crate::store::lease::Asked;
use crate::store::record::{
    AccountId, Filter, Identity, NewRecord, Record, RecordId, RecordKey, Release, Retention,
    Revision, SettledResponse,
};
use crate::store::waiters::{Topic, Waiters};
use crate::store::{
    Begun, Enqueued, Fenced, GatewayKey, Health, Lease, LeaseTerms, PaceRequest, PaceShare, Reply,
    Store, StoreError, Taken, TokenLock,
};

/// There is one gateway on a file, so its share of the pace needs no other name.
const REPLICA: &str = "gateway";

/// How often to look for what a tool has changed.
const POLL: Duration = Duration::from_secs(1);

/// A store in a SQLite file.
pub struct SqliteStore {
    jobs: Jobs,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
    path: PathBuf,
    waiters: Waiters,
    tokens: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

impl SqliteStore {
    /// Opens the store in this file. A gateway makes it where nothing is there, and has it for itself.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] where something else is there, a newer version made it, or another gateway uses it; it is
    /// not changed then.
    pub fn open(path: &Path, role: Role) -> Result<Self, StoreError> {
        let place = Place::prepare(path, role)?;
        let path = place.path().to_owned();
        let db = schema::open(&place, role)?;
        let (jobs, thread) = start(db, place)
            .map_err(|error| StoreError::Unavailable(format!("no thread for it: {error}")))?;
        Ok(Self {
            jobs,
            thread: Arc::new(Mutex::new(Some(thread))),
            path,
            waiters: Waiters::default(),
            tokens: Mutex::default(),
        })
    }

    /// Waits for a wake-up at most so long, and not longer than until the next poll: one may have come before.
    async fn wait_for(&self, topic: Topic, at_most: Duration) {
        let waiter = self.waiters.register(topic);
        let _elapsed = tokio::time::timeout(at_most.min(POLL), waiter.notify().notified()).await;
    }

    async fn wait_for_change(
        &self,
        id: RecordId,
        seen: Revision,
        at_most: Duration,
    ) -> Result<(), StoreError> {
        let end = tokio::time::Instant::now().checked_add(at_most);
        let waiter = self.waiters.register(Topic::Record(id));
        loop {
            // Registered before the look, so that no change between them is missed.
            let woken = waiter.notify().notified();
            let found = self
                .jobs
                .run(move |db, _| records::revision(db, id))
                .await?;
            let left = end.map_or(Duration::MAX, |end| {
                end.saturating_duration_since(tokio::time::Instant::now())
            });
            if found != Some(seen.0) || left.is_zero() {
                return Ok(());
            }
            let _elapsed = tokio::time::timeout(left.min(POLL), woken).await;
        }
    }

    /// Waits until what is queued is done and the file is free.
    fn join(jobs: &Jobs, thread: &Mutex<Option<JoinHandle<()>>>) {
        jobs.close();
        let mut thread = thread.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(thread) = thread.take() {
            let _panicked = thread.join();
        }
    }

    fn token_mutex(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(tokens.entry(name.to_owned()).or_default())
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SqliteStore({})", self.path.display())
    }
}

impl Store for SqliteStore {
    fn begin(&self, new: NewRecord, terms: LeaseTerms) -> Reply<'_, Begun> {
        let asked = Asked::now();
        let work = self
            .jobs
            .run(move |db, now| records::begin(db, now, &new, terms, asked));
        Box::pin(work)
    }

    fn enqueue(&self, new: NewRecord) -> Reply<'_, Enqueued> {
        Box::pin(async move {
            let work = move |db: &_, now| records::enqueue(db, now, &new);
            let enqueued = self.jobs.run(work).await?;
            self.waiters.wake(Topic::Delivery);
            Ok(enqueued)
        })
    }

    fn claim_due(
        &self,
        account: &AccountId,
        limit: u32,
        terms: LeaseTerms,
    ) -> Reply<'_, Vec<Taken>> {
        let (account, lease) = (account.clone(), (terms, Asked::now()));
        let work = move |db: &_, now| deliveries::claim_due(db, now, &account, limit, lease);
        Box::pin(self.jobs.run(work))
    }

    fn renew(&self, lease: &Lease) -> Reply<'_, Option<Lease>> {
        let (id, fence, terms, asked) = (lease.id, lease.fence, lease.terms, Asked::now());
        Box::pin(async move {
            let work = move |db: &_, now| records::renew(db, now, (id, fence), terms);
            let renewed = self.jobs.run(work).await?;
            Ok(renewed.then(|| Lease::new(id, fence, terms, asked)))
        })
    }

    fn settle(
        &self,
        lease: &Lease,
        response: SettledResponse,
        contact: Option<i64>,
    ) -> Reply<'_, Fenced> {
        let (id, fence) = (lease.id, lease.fence);
        Box::pin(async move {
            let work = move |db: &_, now| records::settle(db, now, (id, fence), &response, contact);
            let fenced = self.jobs.run(work).await?;
            self.waiters.wake(Topic::Record(id));
            Ok(fenced)
        })
    }

    fn release(&self, lease: &Lease, release: Release) -> Reply<'_, Fenced> {
        let (id, fence) = (lease.id, lease.fence);
        Box::pin(async move {
            let work = move |db: &_, now| records::release(db, now, (id, fence), &release);
            let fenced = self.jobs.run(work).await?;
            self.waiters.wake(Topic::Record(id));
            Ok(fenced)
        })
    }

    fn wait(&self, id: RecordId, seen: Revision, at_most: Duration) -> Reply<'_, ()> {
        Box::pin(self.wait_for_change(id, seen, at_most))
    }

    fn wait_for_delivery(&self, at_most: Duration) -> Reply<'_, ()> {
        Box::pin(async move {
            self.wait_for(Topic::Delivery, at_most).await;
            Ok(())
        })
    }

    fn read(&self, key: &RecordKey) -> Reply<'_, Option<Record>> {
        let id = key.id();
        let work = move |db: &_, now| {
            let found = records::find(db, id)?;
            Ok(found.map(|row| row.record(now)))
        };
        Box::pin(self.jobs.run(work))
    }

    fn list(&self, filter: &Filter) -> Reply<'_, Vec<Record>> {
        let filter = filter.clone();
        Box::pin(
            self.jobs
                .run(move |db, now| deliveries::list(db, now, &filter)),
        )
    }

    fn retry(&self, key: &RecordKey) -> Reply<'_, bool> {
        let id = key.id();
        Box::pin(async move {
            let done = self
                .jobs
                .run(move |db, now| deliveries::retry(db, now, id))
                .await?;
            self.waiters.wake(Topic::Record(id));
            self.waiters.wake(Topic::Delivery);
            Ok(done)
        })
    }

    fn forget(&self, key: &RecordKey) -> Reply<'_, bool> {
        let id = key.id();
        Box::pin(
            self.jobs
                .run(move |db, now| deliveries::forget(db, now, id)),
        )
    }

    fn erase(&self, account: &AccountId, person: &Identity) -> Reply<'_, u64> {
        let (account, person) = (account.clone(), person.clone());
        let work = move |db: &_, now| retention::erase(db, now, &account, &person);
        Box::pin(self.jobs.run(work))
    }

    fn expire(&self, retention: Retention) -> Reply<'_, u64> {
        let work = move |db: &_, now| retention::expire(db, now, retention);
        Box::pin(self.jobs.run(work))
    }

    fn share_pace(
        &self,
        account: &AccountId,
        request: PaceRequest,
    ) -> Reply<'_, Option<PaceShare>> {
        let account = account.clone();
        let work = move |db: &_, now| settings::share_pace(db, now, &account, REPLICA, &request);
        Box::pin(self.jobs.run(work))
    }

    fn token(&self, name: &str) -> Reply<'_, Option<String>> {
        let name = name.to_owned();
        Box::pin(self.jobs.run(move |db, _| settings::token(db, &name)))
    }

    fn lock_token(&self, name: &str) -> Reply<'_, Box<dyn TokenLock>> {
        let (name, mutex) = (name.to_owned(), self.token_mutex(name));
        Box::pin(async move {
            let guard = mutex.lock_owned().await;
            let current = self.token(&name).await?;
            let lock: Box<dyn TokenLock> = Box::new(LockedToken {
                name,
                current,
                jobs: self.jobs.clone(),
                _guard: guard,
            });
            Ok(lock)
        })
    }

    fn add_key(&self, name: &str, hash: [u8; 32]) -> Reply<'_, ()> {
        let name = name.to_owned();
        let work = move |db: &_, now| settings::add_key(db, now, &name, hash);
        Box::pin(self.jobs.run(work))
    }

    fn remove_key(&self, name: &str) -> Reply<'_, bool> {
        let name = name.to_owned();
        Box::pin(self.jobs.run(move |db, _| settings::remove_key(db, &name)))
    }

    fn keys(&self) -> Reply<'_, Vec<GatewayKey>> {
        Box::pin(self.jobs.run(|db, _| settings::keys(db)))
    }

    fn backup(&self, to: &Path) -> Reply<'_, ()> {
        let (from, to) = (self.path.clone(), to.to_owned());
        Box::pin(async move {
            let work = tokio::task::spawn_blocking(move || backup::backup(&from, &to));
            let ended = || StoreError::Unavailable("the backup was broken off".to_owned());
            work.await.map_err(|_| ended())?
        })
    }

    fn health(&self) -> Reply<'_, Health> {
        Box::pin(self.jobs.run(deliveries::health))
    }

    fn close(&self) -> Reply<'_, ()> {
        let (jobs, thread) = (self.jobs.clone(), Arc::clone(&self.thread));
        Box::pin(async move {
            let join = move || Self::join(&jobs, &thread);
            let _broken_off = tokio::task::spawn_blocking(join).await;
            Ok(())
        })
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        Self::join(&self.jobs, &self.thread);
    }
}

struct LockedToken {
    name: String,
    current: Option<String>,
    jobs: Jobs,
    _guard: OwnedMutexGuard<()>,
}

impl TokenLock for LockedToken {
    fn current(&self) -> Option<&str> {
        self.current.as_deref()
    }

    fn store(self: Box<Self>, token: String) -> Reply<'static, ()> {
        Box::pin(async move {
            let name = self.name.clone();
            self.jobs
                .run(move |db, _| settings::set_token(db, &name, &token))
                .await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Content;
    use crate::store::record::Repeatability;

    fn new(key: &str, size: usize) -> NewRecord {
        NewRecord {
            key: RecordKey::new(AccountId::new("account"), key),
            fingerprint: [0; 32],
            operation: "POST /contacts".to_owned(),
            repeatability: Repeatability::AfterLookUp,
            content: Content {
                request: vec![7; size],
                ..Content::default()
            },
            identity: Identity::default(),
        }
    }

    /// A file that may not grow is as good as a full disk.
    #[tokio::test]
    async fn a_full_disk_refuses_a_key_and_serves_what_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("gateway.db");
        let store = SqliteStore::open(&path, Role::Gateway).expect("opened");
        let terms = LeaseTerms::default();
        let begun = store.begin(new("small", 1), terms).await;
        assert!(matches!(begun, Ok(Begun::Started(_))));
        let limit = |db: &rusqlite::Connection, _| {
            let pages: i64 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
            db.pragma_update(None, "max_page_count", pages)
        };
        // The pragma returns a row, which is no failure of it.
        let _row = store.jobs.run(limit).await;
        let begun = store.begin(new("large", 1_000_000), terms).await;
        let full = StoreError::Unavailable("its disk is full".to_owned());
        assert_eq!(begun.expect_err("full"), full);
        let begun = store.begin(new("small", 1), terms).await;
        assert!(matches!(begun, Ok(Begun::InFlight { .. })));
        let large = store.read(&new("large", 0).key).await;
        assert!(large.expect("read").is_none());
    }
}
