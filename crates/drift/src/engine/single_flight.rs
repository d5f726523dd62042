//! Equal creates at the same time, in one process, become one request whose result all of them get.
//!
//! The first create leads, the others join it and wait. If the leader is dropped, one of those who wait leads on.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use drift_sdk::types::ContactCreateRequest;
use tokio::sync::OnceCell;

use crate::error::Error;
use crate::model::intent::Intent;
use crate::model::outcome::Written;
use crate::policy::protocol::Goal;

/// The creates in flight. Only equal creates are joined: two that differ in any attribute are both sent, and the
/// server decides between them.
#[derive(Default)]
pub(crate) struct SingleFlight(Mutex<HashMap<CreateKey, Arc<InFlight>>>);

/// What is to be created, as the caller asked for it. Creates with equal keys are joined.
#[derive(Clone)]
pub(crate) struct CreateKey {
    pub(crate) goal: Goal,
    pub(crate) body: Arc<ContactCreateRequest>,
}

impl PartialEq for CreateKey {
    fn eq(&self, other: &Self) -> bool {
        // When a create leaves, its key is compared with a clone of its own; so the pointers are compared first.
        let same = Arc::ptr_eq(&self.body, &other.body);
        self.goal == other.goal && (same || self.body == other.body)
    }
}

/// A number in a custom attribute is never NaN, so each key equals itself.
impl Eq for CreateKey {}

/// The external id, or else the email, tells nearly all keys apart; equality does the rest.
impl Hash for CreateKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let attributes = &self.body.attributes;
        let identity = attributes.external_id.as_ref();
        identity.unwrap_or(&attributes.email).hash(state);
    }
}

/// A create in flight, shared by all who take part in it.
pub(crate) struct InFlight {
    result: OnceCell<Result<Written, Error>>,
    sent: AtomicBool,
    /// The same for whoever leads: what an earlier leader sent may have been executed, and only the proof that was sent
    /// with it shows that.
    pub(crate) intent: Arc<Intent>,
}

impl InFlight {
    fn new(intent: Intent) -> Self {
        Self {
            result: OnceCell::new(),
            sent: AtomicBool::new(false),
            intent: Arc::new(intent),
        }
    }

    /// Notes that a request is about to leave. Returns whether an earlier leader had sent one.
    pub(crate) fn mark_sent(&self) -> bool {
        self.sent.swap(true, Ordering::AcqRel)
    }
}

impl SingleFlight {
    /// Joins an equal create in flight and waits for its result; or leads, by `lead`, with what `prepare` makes.
    pub(crate) async fn run<Leading>(
        &self,
        key: CreateKey,
        prepare: impl FnOnce() -> Intent,
        lead: impl FnOnce(Arc<InFlight>) -> Leading,
    ) -> Result<Written, Error>
    where
        Leading: Future<Output = Result<Written, Error>>,
    {
        let in_flight = match self.creates().entry(key.clone()) {
            Entry::Occupied(entry) => entry.get().clone(),
            Entry::Vacant(entry) => entry.insert(Arc::new(InFlight::new(prepare()))).clone(),
        };
        let participant = Participant {
            single_flight: self,
            key,
            in_flight: in_flight.clone(),
        };
        // Pinned here, since a future of kilobytes is copied whole wherever it is passed on by value.
        let leading = pin!(lead(in_flight.clone()));
        // The cell lets one caller run its future at a time. If that caller is dropped, the next one runs its own: so
        // a leader that gives up hands over, and nobody waits for a create that nobody makes.
        let result = in_flight.result.get_or_init(|| leading).await.clone();
        drop(participant);
        result
    }

    fn creates(&self) -> MutexGuard<'_, HashMap<CreateKey, Arc<InFlight>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of those who lead or have joined a create. Dropping the last one, or any one after the create has ended,
/// removes it from the map, so that a later equal create is sent.
struct Participant<'a> {
    single_flight: &'a SingleFlight,
    key: CreateKey,
    in_flight: Arc<InFlight>,
}

/// The references to a create while its last participant leaves: of the map, of the participant, and of `run`.
const REFERENCES_OF_THE_LAST: usize = 3;

impl Drop for Participant<'_> {
    fn drop(&mut self) {
        let mut creates = self.single_flight.creates();
        let Entry::Occupied(entry) = creates.entry(self.key.clone()) else {
            return;
        };
        let ended = self.in_flight.result.initialized()
            || Arc::strong_count(&self.in_flight) <= REFERENCES_OF_THE_LAST;
        // By now the map may hold a later create with the same key, which is not to be removed.
        if ended && Arc::ptr_eq(entry.get(), &self.in_flight) {
            entry.remove();
        }
    }
}
