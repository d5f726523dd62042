//! What a store can do.

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use super::error::StoreError;
use super::lease::{Lease, LeaseTerms};
use super::pace::{PaceRequest, PaceShare};
use super::record::{
    AccountId, Content, Filter, Identity, NewRecord, Record, RecordId, RecordKey, Release,
    Retention, Revision, SettledResponse,
};

/// What a call to the store returns.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// What the gateway remembers, in a database. All times are by the database's clock.
///
/// Whatever a call reports is durable. A call that is dropped may still be executed, so a lease may be granted that
/// nobody holds; it ends by itself.
pub trait Store: fmt::Debug + Send + Sync {
    /// Begins the work on a key, joins it, or gets its response. One caller at a time gets a lease; the request of
    /// [`Started`](Begun::Started) may be sent, that of [`Taken`](Begun::Taken) is the stored one.
    fn begin(&self, new: NewRecord, terms: LeaseTerms) -> Reply<'_, Begun>;

    /// Stores a request that is delivered without its caller, due at once. A key that is open becomes such a delivery.
    fn enqueue(&self, new: NewRecord) -> Reply<'_, Enqueued>;

    /// Takes deliveries of an account that are due, or whose worker died, for as long as `terms` says; the longest due
    /// first. No two replicas get the same one.
    fn claim_due(
        &self,
        account: &AccountId,
        limit: u32,
        terms: LeaseTerms,
    ) -> Reply<'_, Vec<Taken>>;

    /// The lease anew, from now; none where somebody else took the record over, or it is gone.
    fn renew(&self, lease: &Lease) -> Reply<'_, Option<Lease>>;

    /// Ends the work with the final response. `contact` is Drift's id of the contact, where it is known.
    fn settle(
        &self,
        lease: &Lease,
        response: SettledResponse,
        contact: Option<i64>,
    ) -> Reply<'_, Fenced>;

    /// Ends the work without a final response: the key stays open, or is unresolved where it must not be sent again.
    fn release(&self, lease: &Lease, release: Release) -> Reply<'_, Fenced>;

    /// Waits until the record is not at this revision any more, at most so long.
    fn wait(&self, id: RecordId, seen: Revision, at_most: Duration) -> Reply<'_, ()>;

    /// Waits until a delivery of any account may have become due, at most so long. It returns at least once a second, for
    /// those that became due since the caller looked.
    fn wait_for_delivery(&self, at_most: Duration) -> Reply<'_, ()>;

    /// The record of a key.
    fn read(&self, key: &RecordKey) -> Reply<'_, Option<Record>>;

    /// Deliveries, and whatever else needs a person, in the order in which they began.
    fn list(&self, filter: &Filter) -> Reply<'_, Vec<Record>>;

    /// Lets a refused or unresolved record be sent again, now if it is a delivery. False where it is neither, or open
    /// with nothing to decide; a delivery that waits becomes due at once.
    fn retry(&self, key: &RecordKey) -> Reply<'_, bool>;

    /// Forgets a record that no replica works on. False where there is none, or one is at work.
    fn forget(&self, key: &RecordKey) -> Reply<'_, bool>;

    /// Removes the records of whoever has any of these identities in the account, and returns how many. A record that a
    /// replica works on is removed when that work ends.
    fn erase(&self, account: &AccountId, person: &Identity) -> Reply<'_, u64>;

    /// Removes some records that were kept for long enough, and returns how many; none left where it is 0.
    fn expire(&self, retention: Retention) -> Reply<'_, u64>;

    /// Notes what this replica saw, and shares what the account allows among the replicas that ask for it. `None` while no
    /// replica has seen a 429: then nothing is limited.
    fn share_pace(&self, account: &AccountId, request: PaceRequest)
    -> Reply<'_, Option<PaceShare>>;

    /// The token that was last stored under this name. It is a secret.
    fn token(&self, name: &str) -> Reply<'_, Option<String>>;

    /// Locks the token of this name for all replicas, so that one of them refreshes it.
    fn lock_token(&self, name: &str) -> Reply<'_, Box<dyn TokenLock>>;

    /// Adds a key that callers present to the gateway, as its hash; replaces the one of that name.
    fn add_key(&self, name: &str, hash: [u8; 32]) -> Reply<'_, ()>;

    /// Removes a key; false where there is none of that name.
    fn remove_key(&self, name: &str) -> Reply<'_, bool>;

    /// The keys that callers may present.
    fn keys(&self) -> Reply<'_, Vec<GatewayKey>>;

    /// Copies the store into a new file while it is in use.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unsupported`] where the database has a tool of its own for that.
    fn backup(&self, to: &Path) -> Reply<'_, ()>;

    /// Whether the database can be written to, and what waits in it.
    fn health(&self) -> Reply<'_, Health>;

    /// Ends what is queued, and closes the store. Leases that are held stay until they end.
    fn close(&self) -> Reply<'_, ()>;
}

/// How [`Store::begin`] ended.
#[derive(Debug)]
pub enum Begun {
    /// The key is new. The request is stored as it was given, and may be sent.
    Started(Lease),
    /// The key was open, or whoever worked on it died.
    Taken(Taken),
    /// A replica works on it.
    InFlight {
        /// To wait for the end of that work.
        revision: Revision,
        /// When it could be taken over, were that replica dead.
        takeover_in: Duration,
    },
    /// The final response is known.
    Settled(SettledResponse),
    /// It may have been executed, and is not sent again unless a person says so.
    Unresolved,
    /// The key belongs to another request.
    Mismatch,
}

/// A record to work on, begun earlier.
#[derive(Debug)]
pub struct Taken {
    /// The right to do so.
    pub lease: Lease,
    /// Its key.
    pub key: RecordKey,
    /// What is sent: the stored bytes, never new ones.
    pub content: Content,
    /// What is done.
    pub operation: String,
    /// Whether a request may have been executed: then the contact is looked up first.
    pub in_doubt: bool,
    /// How often a replica has worked on it, this time included.
    pub attempts: u32,
    /// How long ago it began.
    pub age: Duration,
}

/// How [`Store::enqueue`] ended.
#[derive(Debug)]
pub enum Enqueued {
    /// It will be delivered.
    Accepted,
    /// The final response is known.
    Settled(SettledResponse),
    /// It may have been executed, and is not sent again unless a person says so.
    Unresolved,
    /// The key belongs to another request.
    Mismatch,
}

/// Whether something was written with a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fenced {
    /// It is durable.
    Written,
    /// Nothing was written: somebody else took the record over, or it is gone.
    Lost,
}

/// The locked token. Dropped, it is unlocked as it was.
pub trait TokenLock: Send {
    /// The token that was last stored; another replica may just have refreshed it.
    fn current(&self) -> Option<&str>;

    /// Stores the refreshed token, and unlocks it.
    fn store(self: Box<Self>, token: String) -> Reply<'static, ()>;
}

/// A key that callers present to the gateway.
#[derive(Clone, PartialEq, Eq)]
pub struct GatewayKey {
    /// What it is called.
    pub name: String,
    /// Its SHA-256.
    pub hash: [u8; 32],
    /// When it was added, in milliseconds since 1970.
    pub created_at: i64,
}

impl fmt::Debug for GatewayKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "GatewayKey({})", self.name)
    }
}

/// What waits in a store that works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Deliveries that wait or are in flight.
    pub pending: u64,
    /// Refused deliveries that a person has not dealt with.
    pub failed: u64,
    /// Records that are unresolved.
    pub unresolved: u64,
    /// How long the delivery that is due longest has been due.
    pub oldest_due: Duration,
}
