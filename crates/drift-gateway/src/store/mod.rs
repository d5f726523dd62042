//! What the gateway remembers: idempotency keys with their requests and responses, deliveries that wait, the pace of an
//! account, a refreshed token.
//!
//! Everything that knows SQL belongs here, behind [`Store`]. It knows no HTTP and no Drift: a request, an intent and a
//! response are bytes to it.
//!
//! A record goes through these states; [`lifecycle`] decides, and both databases obey.
//!
//! | State | Means | A later request with the key |
//! | --- | --- | --- |
//! | in flight | a replica holds the lease | joins, by waiting for a change |
//! | open | nobody works on it | takes it over; looks first where an attempt is in doubt |
//! | settled | the final response is known | gets it |
//! | unresolved | it may have been executed, and must not be sent again | is told so, until a person decides |

mod error;
mod interface;
mod lease;
pub mod lifecycle;
mod pace;
#[cfg(feature = "postgres")]
mod postgres;
mod record;
mod row;
mod sqlite;
mod waiters;

pub use error::StoreError;
pub use interface::{Begun, Enqueued, Fenced, GatewayKey, Health, Reply, Store, Taken, TokenLock};
pub use lease::{Lease, LeaseTerms};
pub use pace::{PaceRequest, PaceShare, Seen, Trouble};
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
pub use record::{
    AccountId, Content, Filter, Identity, NewRecord, Record, RecordId, RecordKey, Release,
    Repeatability, Retention, Revision, SettledResponse, State,
};
pub use sqlite::{Role, SqliteStore};
