//! Creates of the same contact at the same time, in one process, become one request with one shared answer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use drift_sdk::types::ContactCreateRequest;
use tokio::sync::OnceCell;

use crate::error::Error;
use crate::model::outcome::Outcome;
use crate::model::ticket::Proof;
use crate::policy::protocol::Goal;

/// The creates under way. Only equal requests share an answer: two that differ in any attribute are both sent, and
/// the server decides between them.
#[derive(Default)]
pub(crate) struct SingleFlight(Mutex<HashMap<Wish, Arc<Flight>>>);

/// What is to be created, as the caller asked for it: equal wishes are one flight.
#[derive(Clone)]
pub(crate) struct Wish {
    pub(crate) goal: Goal,
    pub(crate) body: Arc<ContactCreateRequest>,
}

/// Most are compared with a clone of their own, when they come off the list.
impl PartialEq for Wish {
    fn eq(&self, other: &Self) -> bool {
        let same = Arc::ptr_eq(&self.body, &other.body);
        self.goal == other.goal && (same || self.body == other.body)
    }
}

/// A number in a custom attribute is never NaN, so equality holds for each wish with itself.
impl Eq for Wish {}

/// The external id, or else the email, tells nearly all wishes apart; equality sees to the rest.
impl Hash for Wish {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let attributes = &self.body.attributes;
        let identity = attributes.external_id.as_ref();
        identity.unwrap_or(&attributes.email).hash(state);
    }
}

/// One create, and whoever waits for it.
pub(crate) struct Flight {
    answer: OnceCell<Result<Outcome, Error>>,
    sent: AtomicBool,
    /// The same for whoever leads, since what an earlier leader sent may have been executed.
    pub(crate) request: Request,
}

/// What a flight sends.
pub(crate) struct Request {
    /// The body, where it is not the wish as it stands.
    pub(crate) stamped: Option<Box<ContactCreateRequest>>,
    /// What proves that it made a contact.
    pub(crate) proof: Proof,
}

impl Flight {
    fn new(request: Request) -> Self {
        Self {
            answer: OnceCell::new(),
            sent: AtomicBool::new(false),
            request,
        }
    }

    /// Notes that a request is about to leave. Returns whether one had left before: whoever led the flight then gave
    /// up waiting, and what it sent may have been executed.
    pub(crate) fn sending(&self) -> bool {
        self.sent.swap(true, Ordering::AcqRel)
    }
}

impl SingleFlight {
    /// Runs `create` with what `request` makes, unless an equal one is under way; then waits for that one's answer.
    pub(crate) async fn run<Creating>(
        &self,
        wish: Wish,
        request: impl FnOnce() -> Request,
        create: impl FnOnce(Arc<Flight>) -> Creating,
    ) -> Result<Outcome, Error>
    where
        Creating: Future<Output = Result<Outcome, Error>>,
    {
        let flight = match self.flights().entry(wish.clone()) {
            Entry::Occupied(listed) => listed.get().clone(),
            Entry::Vacant(free) => free.insert(Arc::new(Flight::new(request()))).clone(),
        };
        let landing = Landing {
            flights: self,
            wish,
            flight: flight.clone(),
        };
        // Pinned here, since a future of kilobytes is copied whole wherever it is handed on by value.
        let creating = pin!(create(flight.clone()));
        let answer = flight.answer.get_or_init(|| creating).await.clone();
        drop(landing);
        answer
    }

    fn flights(&self) -> MutexGuard<'_, HashMap<Wish, Arc<Flight>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a flight off the list once it has landed, or once nobody waits for it any more.
struct Landing<'a> {
    flights: &'a SingleFlight,
    wish: Wish,
    flight: Arc<Flight>,
}

/// The list's own reference, the landing's, and the one that `run` still holds.
const REFERENCES_OF_THE_LAST: usize = 3;

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        let mut flights = self.flights.flights();
        let Entry::Occupied(listed) = flights.entry(self.wish.clone()) else {
            return;
        };
        let over = self.flight.answer.initialized()
            || Arc::strong_count(&self.flight) <= REFERENCES_OF_THE_LAST;
        if over && Arc::ptr_eq(listed.get(), &self.flight) {
            listed.remove();
        }
    }
}
