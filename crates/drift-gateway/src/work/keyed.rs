//! A request with a key: begun or joined in the store, then made under a lease. Its bytes are stored before Drift hears of
//! it, and its final response before the caller does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use drift::protocol::{Claim, Goal, Step};
use drift::{Delivery, ErrorKind, Intent, Start};
use serde_json::Value;

use super::Work;
use super::drive::{Driven, drive};
use super::leased::Leased;
use super::new_contact::{self, Person};
use crate::accounts::Caller;
use crate::keys::fingerprint::fingerprint;
use crate::keys::idempotency_key::IdempotencyKey;
use crate::reply::{self, Reply};
use crate::store::{
    AccountId, Begun, Content, Fenced, Identity, Lease, NewRecord, RecordKey, Release,
    Repeatability, SettledResponse, Taken,
};

/// After so long look-ups see what an earlier attempt made.
const INDEX_LAG: Duration = Duration::from_secs(60);
/// How long a delivery waits before its second attempt, ...
const FIRST_RETRY: Duration = Duration::from_secs(2);
/// ... and at most before a later one.
const LAST_RETRY: Duration = Duration::from_secs(300);

/// A create, under a key.
pub(crate) const CREATE: &str = "POST /contacts";
/// A timeline post, under a key.
pub(crate) const TIMELINE: &str = "POST /contacts/timeline";

/// What is made under a lease.
pub(crate) struct Job {
    pub(crate) lease: Lease,
    pub(crate) operation: String,
    pub(crate) content: Content,
    pub(crate) in_doubt: bool,
    pub(crate) age: Duration,
    pub(crate) attempts: u32,
    /// Nobody waits for it, so that more is final for it.
    pub(crate) is_delivery: bool,
}

impl Job {
    /// A request that is new, and may be sent.
    fn started(lease: Lease, new: &NewRecord) -> Self {
        Self {
            lease,
            operation: new.operation.clone(),
            content: new.content.clone(),
            in_doubt: false,
            age: Duration::ZERO,
            attempts: 1,
            is_delivery: false,
        }
    }

    /// A request that was begun earlier.
    fn taken(taken: Taken) -> Self {
        Self {
            lease: taken.lease,
            operation: taken.operation,
            content: taken.content,
            in_doubt: taken.in_doubt,
            age: taken.age,
            attempts: taken.attempts,
            is_delivery: false,
        }
    }

    /// A delivery that is due.
    pub(crate) fn delivery(taken: Taken) -> Self {
        Self {
            is_delivery: true,
            ..Self::taken(taken)
        }
    }
}

/// How a job ended that was not settled.
struct Unsettled {
    reply: Reply,
    release: Release,
}

/// What makes two creates with one key the same request.
pub(crate) fn create_fingerprint(goal: Goal, body: &Value) -> [u8; 32] {
    fingerprint("POST", "/contacts", goal, body)
}

/// The record of a create. Its intent, with id and stamp, is made here and never anew.
pub(crate) fn create_record(
    key: RecordKey,
    goal: Goal,
    fingerprint: [u8; 32],
    person: Person,
    stamp: Option<&str>,
) -> Result<NewRecord, Reply> {
    let identity = person.identity();
    let intent = Intent::new(goal, person.contact).and_then(|intent| match stamp {
        Some(attribute) => intent.stamped(attribute, drift::ExternalId::random().as_str()),
        None => Ok(intent),
    });
    let intent = intent.map_err(|error| Reply::from(&error))?;
    Ok(NewRecord {
        fingerprint,
        operation: CREATE.to_owned(),
        repeatability: Repeatability::AfterLookUp,
        content: Content {
            intent: serde_json::to_string(&intent).unwrap_or_default(),
            ..Content::default()
        },
        identity,
        key,
    })
}

/// The record of a timeline post.
pub(crate) fn timeline_record(key: RecordKey, body: &Value) -> NewRecord {
    NewRecord {
        fingerprint: fingerprint("POST", "/contacts/timeline", Goal::Create, body),
        operation: TIMELINE.to_owned(),
        repeatability: Repeatability::Never,
        content: Content {
            request: body.to_string().into_bytes(),
            ..Content::default()
        },
        identity: Identity {
            email: None,
            external_id: body["externalId"].as_str().map(str::to_owned),
            contact: body["contactId"].as_i64(),
        },
        key,
    }
}

/// The record's key of a caller's.
pub(crate) fn record_key(account: AccountId, key: &IdempotencyKey) -> RecordKey {
    RecordKey::new(account, key.as_str())
}

impl Work {
    /// Makes a keyed request, joins it, or replays its response.
    pub(crate) async fn keyed(self: Arc<Self>, caller: Caller, new: NewRecord) -> Reply {
        let (work, share) = (self.clone(), caller.share());
        self.run(
            &share,
            async move { work.begin_or_join(&caller, new).await },
        )
        .await
    }

    async fn begin_or_join(&self, caller: &Caller, new: NewRecord) -> Reply {
        let deadline = Instant::now() + self.settings.total_time;
        let id = new.key.id();
        loop {
            let begun = self.store.begin(new.clone(), self.settings.terms()).await;
            let job = match begun {
                Err(error) => return Reply::store_away(&error),
                Ok(Begun::Settled(settled)) => {
                    self.metrics.replayed();
                    return Reply::replay(settled);
                }
                Ok(Begun::Mismatch) => return mismatch(),
                Ok(Begun::Unresolved) => return needs_a_person(),
                Ok(Begun::InFlight {
                    revision,
                    takeover_in,
                }) => {
                    self.metrics.joined();
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return in_flight();
                    }
                    let waited = self.store.wait(id, revision, left.min(takeover_in));
                    match waited.await {
                        Ok(()) => continue,
                        Err(error) => return Reply::store_away(&error),
                    }
                }
                Ok(Begun::Started(lease)) => Job::started(lease, &new),
                Ok(Begun::Taken(taken)) => {
                    self.metrics.recovered(taken.in_doubt);
                    Job::taken(taken)
                }
            };
            if let Some(reply) = self.lead(caller, job).await {
                return reply;
            }
        }
    }

    /// Makes the request of a job, and stores how it ended. `None` where somebody else has taken it over.
    pub(crate) async fn lead(&self, caller: &Caller, job: Job) -> Option<Reply> {
        if job.operation == TIMELINE {
            Box::pin(self.lead_timeline(caller, job)).await
        } else {
            Box::pin(self.lead_create(caller, job)).await
        }
    }

    async fn lead_create(&self, caller: &Caller, job: Job) -> Option<Reply> {
        let mut leased = Leased::new(self, job.lease.clone());
        let Ok(intent) = serde_json::from_str::<Intent>(&job.content.intent) else {
            return Some(self.unreadable(&leased, job.in_doubt).await);
        };
        let (goal, asked) = (intent.goal(), intent.clone());
        let start = match (job.in_doubt, job.age > INDEX_LAG) {
            (false, _) => Start::Fresh,
            (true, false) => Start::InDoubt,
            (true, true) => Start::LongAfter,
        };
        let client = self.settings.for_one_request(&caller.client);
        let mut write = client.contacts().safe_write(intent, start).paced();
        let deadline = Instant::now() + self.settings.total_time;
        let driven = drive(&mut write, &mut leased, deadline).await;
        if driven == Driven::LeaseLost {
            return None;
        }
        let is_over = driven == Driven::Ended;
        // Such a goal is to get the contact that is there; a duplicate that no look-up shows yet is not its end.
        let gets_what_is_there = goal != Goal::Create && write.protocol().updates() == 0;
        let may_be_executed = write.protocol().may_be_executed();
        let ticket = match write.step() {
            Step::Claim(Claim::Created) => None,
            _ => serde_json::to_string(&write.ticket()).ok(),
        };
        match write.finish() {
            Ok(written) => {
                let reply = reply::of_written(&written);
                self.metrics.outcome(&reply);
                self.settle(&leased, reply, Some(written.contact.id().get()))
                    .await
            }
            Err(error)
                if is_over
                    && !(gets_what_is_there && reply::is_duplicate(&error))
                    && ends(&job, &error) =>
            {
                self.settle(&leased, Reply::from(&error), None).await
            }
            Err(error) => {
                let reply = match error.kind() {
                    // The body was checked before: there was no time to send anything.
                    ErrorKind::Input => {
                        reply::unavailable("There was no time left to send the request")
                    }
                    _ if gets_what_is_there && reply::is_duplicate(&error) => {
                        reply::not_shown_yet()
                    }
                    _ => {
                        let person = new_contact::identity_of(&asked.to_json());
                        self.with_ticket(caller, person, &error).await
                    }
                };
                let release = Release {
                    may_be_executed,
                    ticket: ticket.filter(|_| may_be_executed),
                    ..release(&job, &error)
                };
                self.leave_open(&leased, Unsettled { reply, release }).await
            }
        }
    }

    async fn lead_timeline(&self, caller: &Caller, job: Job) -> Option<Reply> {
        let mut leased = Leased::new(self, job.lease.clone());
        let Ok(body) = serde_json::from_slice::<Value>(&job.content.request) else {
            return Some(self.unreadable(&leased, job.in_doubt).await);
        };
        if !leased.may_send().await {
            return None;
        }
        let client = self.settings.for_one_request(&caller.client);
        match client.json().create_timeline_event(&body).await {
            Ok(event) => self.settle(&leased, Reply::success(200, event), None).await,
            Err(error) if ends(&job, &error) => {
                self.settle(&leased, Reply::from(&error), None).await
            }
            Err(error) => {
                let may_be_executed =
                    matches!(error.delivery(), Delivery::Unknown | Delivery::Done);
                let reply = match may_be_executed {
                    true => needs_a_person(),
                    false => Reply::from(&error),
                };
                let release = Release {
                    may_be_executed,
                    ..release(&job, &error)
                };
                self.leave_open(&leased, Unsettled { reply, release }).await
            }
        }
    }

    /// The final response is stored before anybody gets it. Where it cannot be, the next request with the key looks first.
    async fn settle(
        &self,
        leased: &Leased<'_>,
        reply: Reply,
        contact: Option<i64>,
    ) -> Option<Reply> {
        match leased.settle(SettledResponse::from(&reply), contact).await {
            Ok(Fenced::Written) => Some(reply),
            Ok(Fenced::Lost) => None,
            Err(error) => Some(Reply::store_away(&error)),
        }
    }

    async fn leave_open(&self, leased: &Leased<'_>, unsettled: Unsettled) -> Option<Reply> {
        match leased.release(unsettled.release).await {
            Ok(Fenced::Written) => Some(unsettled.reply),
            Ok(Fenced::Lost) => None,
            // The lease ends by itself, and the next request with the key looks first.
            Err(error) => {
                tracing::warn!(%error, "a key is not released");
                Some(unsettled.reply)
            }
        }
    }

    /// What an other version of the gateway has stored, or nobody has.
    async fn unreadable(&self, leased: &Leased<'_>, in_doubt: bool) -> Reply {
        let release = Release {
            may_be_executed: in_doubt,
            reason: "the stored request cannot be read by this version".to_owned(),
            retry_in: LAST_RETRY,
            ..Release::default()
        };
        let _left = leased.release(release).await;
        let sentence = "The stored request cannot be read by this version of the gateway";
        Reply::error(500, "internal_error", sentence)
    }
}

/// Whether this error is the job's final response.
fn ends(job: &Job, error: &drift::Error) -> bool {
    reply::is_final(error) || (job.is_delivery && reply::is_refused_for_good(error))
}

/// How a job is left that this error ended for now.
fn release(job: &Job, error: &drift::Error) -> Release {
    Release {
        may_be_executed: job.in_doubt,
        reason: error.to_string(),
        ticket: None,
        retry_in: error
            .retry_after()
            .unwrap_or_else(|| retry_in(job.attempts)),
    }
}

/// How long a delivery waits after so many attempts: 2 s, doubled up to 5 minutes.
fn retry_in(attempts: u32) -> Duration {
    FIRST_RETRY
        .saturating_mul(1_u32 << attempts.saturating_sub(1).min(16))
        .min(LAST_RETRY)
}

pub(crate) fn mismatch() -> Reply {
    let sentence =
        "This Idempotency-Key was used with another request. Make a new key for a new request.";
    Reply::error(422, "idempotency_key_reused", sentence)
}

fn in_flight() -> Reply {
    let sentence =
        "The request with this Idempotency-Key is still in flight; send it again with the same key";
    reply::unresolved(sentence).after(Duration::from_secs(1))
}

fn needs_a_person() -> Reply {
    let sentence = "It is not known whether the event was posted, and Drift shows no timeline: look in Drift, then \
                    release the key with `drift gateway deliveries retry` or `drop`";
    reply::unresolved(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_waits_longer_each_time_up_to_a_bound() {
        for (attempts, seconds) in [(0, 2), (1, 2), (2, 4), (5, 32), (9, 300), (u32::MAX, 300)] {
            assert_eq!(retry_in(attempts), Duration::from_secs(seconds));
        }
    }
}
