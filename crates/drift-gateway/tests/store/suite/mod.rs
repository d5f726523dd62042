//! The suite. It knows a store by its interface alone, and lets time pass by moving what is stored into the past.

pub mod deliveries;
pub mod keys;
pub mod leases;
pub mod retention;
pub mod settings;

use std::sync::Arc;
use std::time::Duration;

use drift_gateway::store::{
    AccountId, Begun, Content, Identity, Lease, LeaseTerms, NewRecord, RecordKey, Release,
    Repeatability, SettledResponse, Store, Taken,
};

/// A kind of store under test.
pub trait Subject: Sized {
    /// With nothing in it. None where this machine has none of this kind: then the suite says nothing of it.
    async fn empty() -> Option<Self>;

    /// A gateway's view of it; another one each time, where several gateways may share a store.
    async fn open(&self) -> Arc<dyn Store>;

    /// Lets time pass by the database's clock.
    async fn pass(&self, time: Duration);
}

/// Makes a test of each function of the suite.
macro_rules! conformance {
    ($subject:ty) => {
        $crate::suite::conformance!($subject,
            keys: a_new_key_is_started_once,
            keys: another_body_under_a_key_is_a_mismatch,
            keys: a_settled_key_is_replayed_to_everybody,
            keys: an_open_key_is_taken_with_the_bytes_that_were_stored,
            keys: doubt_outlives_a_later_release_without_doubt,
            keys: of_many_who_begin_at_once_one_is_started,
            keys: keys_of_two_accounts_do_not_meet,
            keys: whoever_joins_is_woken_by_the_end,
            leases: a_dead_holder_is_taken_over_in_doubt_after_lease_and_limit,
            leases: a_renewed_lease_is_not_taken_over,
            leases: what_a_lost_lease_writes_is_refused,
            leases: a_late_holder_that_nobody_followed_may_settle,
            leases: a_post_in_doubt_waits_for_a_person,
            leases: a_post_that_was_not_executed_is_sent_again,
            deliveries: what_is_due_is_claimed_once,
            deliveries: of_many_workers_each_gets_other_deliveries,
            deliveries: a_released_delivery_waits_until_it_is_due,
            deliveries: a_delivery_of_a_dead_worker_is_claimed_in_doubt,
            deliveries: a_doubtful_post_is_not_claimed,
            deliveries: an_open_key_can_become_a_delivery,
            deliveries: what_needs_a_person_is_listed_and_decided,
            deliveries: pages_of_a_list_meet_without_a_gap,
            deliveries: a_new_delivery_wakes_a_worker,
            retention: settled_keys_expire_after_their_time,
            retention: a_delivery_that_waits_never_expires,
            retention: a_person_is_erased_by_any_identity,
            retention: a_record_at_work_is_erased_when_the_work_ends,
            retention: the_request_of_a_settled_key_is_not_kept,
            settings: a_429_seen_by_one_pauses_all,
            settings: one_refreshes_a_token_at_a_time,
            settings: a_lock_that_is_dropped_changes_nothing,
            settings: keys_of_the_gateway_are_kept_as_hashes,
            settings: health_counts_what_waits,
        );
    };
    ($subject:ty, $($file:ident: $name:ident,)+) => { $(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            if let Some(subject) = <$subject as $crate::suite::Subject>::empty().await {
                $crate::suite::$file::$name(&subject).await;
            }
        }
    )+ };
}
pub(crate) use conformance;

pub const TERMS: LeaseTerms = LeaseTerms {
    duration: Duration::from_secs(60),
    attempt_limit: Duration::from_secs(30),
};

/// When a lease of [`TERMS`] can be taken over.
pub const OVER: Duration = Duration::from_secs(90);

pub fn account() -> AccountId {
    AccountId::new("https://drift.test#1")
}

pub fn key(name: &str) -> RecordKey {
    RecordKey::new(account(), name)
}

/// A create under this key.
pub fn create(name: &str) -> NewRecord {
    NewRecord {
        key: key(name),
        fingerprint: [7; 32],
        operation: "POST /contacts".to_owned(),
        repeatability: Repeatability::AfterLookUp,
        content: content(name),
        identity: Identity {
            email: Some(format!("{name}@example.test")),
            external_id: Some(format!("id-{name}")),
            contact: None,
        },
    }
}

pub fn content(name: &str) -> Content {
    Content {
        request: format!("request of {name}").into_bytes(),
        intent: format!("intent of {name}"),
        ticket: None,
    }
}

/// A timeline post under this key.
pub fn post(name: &str) -> NewRecord {
    NewRecord {
        operation: "POST /contacts/timeline".to_owned(),
        repeatability: Repeatability::Never,
        ..create(name)
    }
}

pub fn response(status: u16) -> SettledResponse {
    SettledResponse {
        status,
        headers: vec![("drift-outcome".to_owned(), "created".to_owned())],
        body: b"{\"data\":{\"id\":1}}".to_vec(),
        failed: status >= 400,
    }
}

pub fn released(may_be_executed: bool) -> Release {
    Release {
        may_be_executed,
        reason: "no response".to_owned(),
        ticket: None,
        retry_in: Duration::ZERO,
    }
}

pub async fn started(store: &dyn Store, new: NewRecord) -> Lease {
    match begin(store, new).await {
        Begun::Started(lease) => lease,
        other => panic!("not started: {other:?}"),
    }
}

pub async fn taken(store: &dyn Store, new: NewRecord) -> Taken {
    match begin(store, new).await {
        Begun::Taken(taken) => taken,
        other => panic!("not taken: {other:?}"),
    }
}

pub async fn begin(store: &dyn Store, new: NewRecord) -> Begun {
    store.begin(new, TERMS).await.expect("begun")
}
