//! What is kept of a key.

use std::fmt;
use std::time::Duration;

use ring::digest::{Context, SHA256};

/// An account: a base URL and an organization, as one text. Keys, deliveries and the pace belong to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AccountId(String);

impl AccountId {
    /// The account with this text. Whoever makes it makes it the same in all replicas.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An idempotency key of an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RecordKey {
    /// Whose key it is.
    pub account: AccountId,
    /// The key as the caller gave it, without quotes.
    pub key: String,
}

impl RecordKey {
    /// The key of an account.
    pub fn new(account: AccountId, key: impl Into<String>) -> Self {
        Self {
            account,
            key: key.into(),
        }
    }

    /// The record of this key, in any replica.
    pub fn id(&self) -> RecordId {
        RecordId(digest(&[self.account.as_str(), &self.key]))
    }
}

/// Names a record: a hash of its account and key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordId(pub(super) [u8; 16]);

impl RecordId {
    /// The record with these bytes.
    pub fn of_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for RecordId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

/// The beginning of a hash of these texts, each with its length, so that no two lists of texts are alike.
pub(super) fn digest(texts: &[&str]) -> [u8; 16] {
    let mut hash = Context::new(&SHA256);
    for text in texts {
        hash.update(&(text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    let mut short = [0; 16];
    let whole = hash.finish();
    short
        .iter_mut()
        .zip(whole.as_ref())
        .for_each(|(to, byte)| *to = *byte);
    short
}

/// Whom a record is about. The texts are kept as hashes only, to find the records of a person that is to be erased.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The address, in the form by which addresses are compared.
    pub email: Option<String>,
    /// The external id.
    pub external_id: Option<String>,
    /// Drift's id of the contact, where it is known.
    pub contact: Option<i64>,
}

impl Identity {
    pub(super) fn email_hash(&self, account: &AccountId) -> Option<[u8; 16]> {
        let text = self.email.as_deref()?;
        Some(digest(&[account.as_str(), "email", text]))
    }

    pub(super) fn external_id_hash(&self, account: &AccountId) -> Option<[u8; 16]> {
        let text = self.external_id.as_deref()?;
        Some(digest(&[account.as_str(), "external id", text]))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Identity(..)")
    }
}

/// Whether a request whose delivery is unknown may ever be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeatability {
    /// After a look-up: a create, which Drift's uniqueness refuses the second time.
    AfterLookUp,
    /// Never: a timeline post, which Drift neither shows nor refuses.
    Never,
}

/// A request that is to be stored before Drift hears of it.
#[derive(Clone)]
pub struct NewRecord {
    /// Its key.
    pub key: RecordKey,
    /// The hash of method, path, goal and canonical body: another one under the same key is a mismatch.
    pub fingerprint: [u8; 32],
    /// What is done, for listings, such as `POST /contacts`; nothing personal.
    pub operation: String,
    /// Whether it may be sent again once it is in doubt.
    pub repeatability: Repeatability,
    /// What will be sent, and what proves who made it.
    pub content: Content,
    /// Whom it is about.
    pub identity: Identity,
}

impl NewRecord {
    pub(super) fn is_repeatable(&self) -> bool {
        self.repeatability == Repeatability::AfterLookUp
    }
}

impl fmt::Debug for NewRecord {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "NewRecord({:?})", self.key.id())
    }
}

/// What is sent for a record: made once, stored, and never made anew. It is personal data.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// The bytes of the request, with its id and stamp.
    pub request: Vec<u8>,
    /// The serialized intent.
    pub intent: String,
    /// The serialized ticket of an attempt that ended in doubt, from the last release.
    pub ticket: Option<String>,
}

impl fmt::Debug for Content {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Content({} bytes)", self.request.len())
    }
}

/// The final response to a request, which later requests with its key get.
#[derive(Clone, PartialEq, Eq)]
pub struct SettledResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers that are replayed.
    pub headers: Vec<(String, String)>,
    /// The body. It is personal data.
    pub body: Vec<u8>,
    /// Whether it is a refusal, which a delivery keeps for longer and lists as failed.
    pub failed: bool,
}

impl fmt::Debug for SettledResponse {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SettledResponse({})", self.status)
    }
}

/// How work on a record ends without a final response: its key stays open.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Release {
    /// Whether a request may have been executed. Once in doubt, a record stays so.
    pub may_be_executed: bool,
    /// Why, for people; nothing personal.
    pub reason: String,
    /// What resolves the doubt later; none keeps the one from before.
    pub ticket: Option<String>,
    /// When a delivery is tried again, from now.
    pub retry_in: Duration,
}

impl fmt::Debug for Release {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Release")
            .field("may_be_executed", &self.may_be_executed)
            .field("reason", &self.reason)
            .field("retry_in", &self.retry_in)
            .finish_non_exhaustive()
    }
}

/// Counts the changes of a record, to wait for the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revision(pub(super) i64);

/// Where a record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// A replica works on it, or did so until lately.
    InFlight,
    /// Nobody works on it.
    Open {
        /// Whether a request may have been executed.
        in_doubt: bool,
    },
    /// It may have been executed, and is not sent again unless a person says so.
    Unresolved,
    /// The final response is known.
    Settled(SettledResponse),
}

/// A record, as it is shown. Times are milliseconds since 1970 by the database's clock.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its key.
    pub key: RecordKey,
    /// What is done.
    pub operation: String,
    /// Where it stands.
    pub state: State,
    /// Whether it is delivered without its caller.
    pub is_delivery: bool,
    /// How often a replica has worked on it.
    pub attempts: u32,
    /// Why its last attempt ended without a final response.
    pub reason: Option<String>,
    /// What is sent.
    pub content: Content,
    /// When it began.
    pub created_at: i64,
    /// When it last changed.
    pub changed_at: i64,
    /// When a delivery that is open is tried again.
    pub due_at: Option<i64>,
    /// To wait for its next change.
    pub revision: Revision,
    /// Its place in the order in which records began.
    pub position: i64,
}

/// Which deliveries are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this account alone.
    pub account: Option<AccountId>,
    /// Only those that need a person: refused for good, or unresolved.
    pub failed: bool,
    /// Those after this position: the [`Record::position`] of the last one of an earlier page.
    pub after: i64,
    /// The most to list.
    pub limit: u32,
}

/// How long records are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// A settled record, from its settlement.
    pub settled: Duration,
    /// A refused delivery, from its refusal; and a record that nobody works on any more, from its last change.
    pub failed: Duration,
}

impl Default for Retention {
    /// 24 hours; 30 days for what failed or was abandoned.
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            settled: DAY,
            failed: DAY * 30,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_different_accounts_are_different_records() {
        let id = |account: &str, key: &str| RecordKey::new(AccountId::new(account), key).id();
        assert_eq!(id("a", "b"), id("a", "b"));
        for (account, key) in [("b", "a"), ("ab", ""), ("", "ab"), ("a", "c")] {
            assert_ne!(id("a", "b"), id(account, key));
        }
    }
}
