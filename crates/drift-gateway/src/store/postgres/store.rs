//! The store as the gateway sees it.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::config::Location;
use super::connection::{Connections, TOKEN_PATIENCE, execute, in_time, in_time_of};
use super::records::Written;
use super::{deliveries, listener, records, retention, settings};
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

/// How often to look for a change that no notification told of.
const POLL: Duration = Duration::from_secs(1);

/// A store in PostgreSQL, shared by all gateways that name the same database.
pub struct PostgresStore {
    connections: Connections,
    location: Arc<Location>,
    waiters: Arc<Waiters>,
    listener: JoinHandle<()>,
    /// The name of this gateway among those that share a pace.
    replica: String,
}

impl PostgresStore {
    /// The store at a URL such as `postgres://user:password@host/database`. The first call connects, and makes the tables
    /// or brings them to this version's layout, so a database that is away now may be there later.
    ///
    /// TLS is verified wherever the host is not this machine. `sslmode` is `verify-full` or `disable`; `require` and
    /// `verify-ca` mean `verify-full`. `sslrootcert` names a PEM file with the certificates to trust instead of the
    /// platform's.
    ///
    /// It must be called within a Tokio runtime.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unusable`] where the URL or a file that it names cannot be read. The text shows no password.
    pub fn new(url: &str) -> Result<Self, StoreError> {
        let location = Arc::new(Location::parse(url)?);
        let waiters = Arc::new(Waiters::default());
        Ok(Self {
            connections: Connections::new(&location)?,
            listener: listener::start(Arc::clone(&location), Arc::clone(&waiters))?,
            location,
            waiters,
            replica: replica()?,
        })
    }

    /// Waits until a record changes: woken by a notification, and looking now and then.
    async fn wait_for_change(
        &self,
        id: RecordId,
        seen: Revision,
        at_most: Duration,
    ) -> Result<(), StoreError> {
        let end = Instant::now().checked_add(at_most);
        let waiter = self.waiters.register(Topic::Record(id));
        loop {
            // Registered before the look, so that no change between them is missed.
            let woken = waiter.notify().notified();
            let look = async {
                let client = self.connections.get().await?;
                records::revision(&client, id).await
            };
            let found = in_time(look).await?;
            let left = end.map_or(Duration::MAX, |end| {
                end.saturating_duration_since(Instant::now())
            });
            if found != Some(seen.0) || left.is_zero() {
                return Ok(());
            }
            let _elapsed = tokio::time::timeout(left.min(POLL), woken).await;
        }
    }

    /// Notifies those who wait of a change that is committed. A notification that fails is made up for by a poll.
    async fn tell(&self, topic: Topic, others: bool) {
        self.waiters.wake(topic);
        if others {
            let notify = async {
                let client = self.connections.get().await?;
                execute(&client, listener::NOTIFY, &[&listener::payload(topic)]).await
            };
            let _polled_for = in_time(notify).await;
        }
    }

    async fn notified(&self, id: RecordId, written: Written) -> Fenced {
        self.tell(Topic::Record(id), written.is_awaited).await;
        written.fenced
    }
}

fn replica() -> Result<String, StoreError> {
    let mut random = [0; 16];
    SystemRandom::new()
        .fill(&mut random)
        .map_err(|_| StoreError::Unavailable("no random bits".to_owned()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(random)))
}

/// Host and database, without user and password.
impl fmt::Debug for PostgresStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PostgresStore({:?})", self.location)
    }
}

impl Drop for PostgresStore {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Store for PostgresStore {
    fn begin(&self, new: NewRecord, terms: LeaseTerms) -> Reply<'_, Begun> {
        let asked = Asked::now();
        Box::pin(in_time(async move {
            records::begin(&self.connections, &new, terms, asked).await
        }))
    }

    fn enqueue(&self, new: NewRecord) -> Reply<'_, Enqueued> {
        Box::pin(async move {
            let enqueued = in_time(records::enqueue(&self.connections, &new)).await?;
            self.tell(Topic::Delivery, true).await;
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
        Box::pin(in_time(async move {
            deliveries::claim_due(&self.connections, &account, limit, lease).await
        }))
    }

    fn renew(&self, lease: &Lease) -> Reply<'_, Option<Lease>> {
        let (id, fence, terms, asked) = (lease.id, lease.fence, lease.terms, Asked::now());
        Box::pin(in_time(async move {
            let renewed = records::renew(&self.connections, (id, fence), terms).await?;
            Ok(renewed.then(|| Lease::new(id, fence, terms, asked)))
        }))
    }

    fn settle(
        &self,
        lease: &Lease,
        response: SettledResponse,
        contact: Option<i64>,
    ) -> Reply<'_, Fenced> {
        let (id, fence) = (lease.id, lease.fence);
        Box::pin(async move {
            let work = records::settle(&self.connections, (id, fence), &response, contact);
            let written = in_time(work).await?;
            Ok(self.notified(id, written).await)
        })
    }

    fn release(&self, lease: &Lease, release: Release) -> Reply<'_, Fenced> {
        let (id, fence) = (lease.id, lease.fence);
        Box::pin(async move {
            let work = records::release(&self.connections, (id, fence), &release);
            let written = in_time(work).await?;
            Ok(self.notified(id, written).await)
        })
    }

    fn wait(&self, id: RecordId, seen: Revision, at_most: Duration) -> Reply<'_, ()> {
        Box::pin(self.wait_for_change(id, seen, at_most))
    }

    fn wait_for_delivery(&self, at_most: Duration) -> Reply<'_, ()> {
        Box::pin(async move {
            let waiter = self.waiters.register(Topic::Delivery);
            let woken = waiter.notify().notified();
            let _elapsed = tokio::time::timeout(at_most.min(POLL), woken).await;
            Ok(())
        })
    }

    fn read(&self, key: &RecordKey) -> Reply<'_, Option<Record>> {
        let id = key.id();
        Box::pin(in_time(async move {
            let client = self.connections.get().await?;
            let found = records::find(&client, id).await?;
            Ok(found.map(|(row, now)| row.record(now)))
        }))
    }

    fn list(&self, filter: &Filter) -> Reply<'_, Vec<Record>> {
        let filter = filter.clone();
        Box::pin(in_time(async move {
            deliveries::list(&self.connections, &filter).await
        }))
    }

    fn retry(&self, key: &RecordKey) -> Reply<'_, bool> {
        let id = key.id();
        Box::pin(async move {
            let done = in_time(deliveries::retry(&self.connections, id)).await?;
            self.tell(Topic::Record(id), done).await;
            self.tell(Topic::Delivery, done).await;
            Ok(done)
        })
    }

    fn forget(&self, key: &RecordKey) -> Reply<'_, bool> {
        let id = key.id();
        Box::pin(in_time(async move {
            deliveries::forget(&self.connections, id).await
        }))
    }

    fn erase(&self, account: &AccountId, person: &Identity) -> Reply<'_, u64> {
        let (account, person) = (account.clone(), person.clone());
        Box::pin(in_time(async move {
            retention::erase(&self.connections, &account, &person).await
        }))
    }

    fn expire(&self, retention: Retention) -> Reply<'_, u64> {
        Box::pin(in_time(retention::expire(&self.connections, retention)))
    }

    fn share_pace(
        &self,
        account: &AccountId,
        request: PaceRequest,
    ) -> Reply<'_, Option<PaceShare>> {
        let account = account.clone();
        Box::pin(in_time(async move {
            settings::share_pace(&self.connections, &account, &self.replica, &request).await
        }))
    }

    fn token(&self, name: &str) -> Reply<'_, Option<String>> {
        let name = name.to_owned();
        Box::pin(in_time(async move {
            settings::token(&self.connections, &name).await
        }))
    }

    fn lock_token(&self, name: &str) -> Reply<'_, Box<dyn TokenLock>> {
        let name = name.to_owned();
        Box::pin(in_time_of(TOKEN_PATIENCE, async move {
            settings::lock_token(&self.connections, &name).await
        }))
    }

    fn add_key(&self, name: &str, hash: [u8; 32]) -> Reply<'_, ()> {
        let name = name.to_owned();
        Box::pin(in_time(async move {
            settings::add_key(&self.connections, &name, hash).await
        }))
    }

    fn remove_key(&self, name: &str) -> Reply<'_, bool> {
        let name = name.to_owned();
        Box::pin(in_time(async move {
            settings::remove_key(&self.connections, &name).await
        }))
    }

    fn keys(&self) -> Reply<'_, Vec<GatewayKey>> {
        Box::pin(in_time(settings::keys(&self.connections)))
    }

    fn backup(&self, _: &Path) -> Reply<'_, ()> {
        let sentence = "PostgreSQL is backed up by its own tools, such as pg_dump or pg_basebackup";
        Box::pin(async move { Err(StoreError::Unsupported(sentence.to_owned())) })
    }

    fn health(&self) -> Reply<'_, Health> {
        Box::pin(in_time(deliveries::health(&self.connections)))
    }

    fn close(&self) -> Reply<'_, ()> {
        Box::pin(async move {
            self.listener.abort();
            self.connections.close();
            Ok(())
        })
    }
}
