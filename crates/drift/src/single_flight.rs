//! Creates of the same contact at the same time, in one process, become one request with one shared answer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use drift_sdk::types::ContactCreateRequest;
use tokio::sync::OnceCell;

use crate::error::Error;
use crate::outcome::Outcome;
use crate::ticket::Ticket;

/// The creates under way. Only equal requests share an answer: two that differ in any attribute are both sent, and
/// the server decides between them.
#[derive(Default)]
pub(crate) struct SingleFlight(Mutex<HashMap<String, Arc<Flight>>>);

/// One create, and whoever waits for it.
#[derive(Default)]
pub(crate) struct Flight {
    answer: OnceCell<Result<Outcome, Error>>,
    sent: AtomicBool,
    request: OnceLock<(ContactCreateRequest, Ticket)>,
}

impl Flight {
    /// What is sent, and what proves that it made a contact: the same for whoever leads, since what an earlier leader
    /// sent may have been executed.
    pub(crate) fn request(
        &self,
        make: impl FnOnce() -> (ContactCreateRequest, Ticket),
    ) -> &(ContactCreateRequest, Ticket) {
        self.request.get_or_init(make)
    }

    /// Notes that a request is about to leave. Returns whether one had left before: whoever led the flight then gave
    /// up waiting, and what it sent may have been executed.
    pub(crate) fn sending(&self) -> bool {
        self.sent.swap(true, Ordering::AcqRel)
    }
}

impl SingleFlight {
    /// Runs `create` unless an equal one is under way; then waits for that one's answer.
    pub(crate) async fn run<Creating>(
        &self,
        request: String,
        create: impl FnOnce(Arc<Flight>) -> Creating,
    ) -> Result<Outcome, Error>
    where
        Creating: Future<Output = Result<Outcome, Error>>,
    {
        let flight = self.flights().entry(request.clone()).or_default().clone();
        let landing = Landing {
            flights: self,
            request,
            flight: flight.clone(),
        };
        let answer = flight
            .answer
            .get_or_init(|| create(flight.clone()))
            .await
            .clone();
        drop(landing);
        answer
    }

    fn flights(&self) -> MutexGuard<'_, HashMap<String, Arc<Flight>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a flight off the list once it has landed, or once nobody waits for it any more.
struct Landing<'a> {
    flights: &'a SingleFlight,
    request: String,
    flight: Arc<Flight>,
}

/// The list's own reference, the landing's, and the one that `run` still holds.
const REFERENCES_OF_THE_LAST: usize = 3;

impl Drop for Landing<'_> {
    fn drop(&mut self) {
        let mut flights = self.flights.flights();
        let listed = flights
            .get(&self.request)
            .is_some_and(|listed| Arc::ptr_eq(listed, &self.flight));
        let over = self.flight.answer.initialized()
            || Arc::strong_count(&self.flight) <= REFERENCES_OF_THE_LAST;
        if listed && over {
            flights.remove(&self.request);
        }
    }
}
