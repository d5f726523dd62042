//! Equal writes at the same time, in one process, become one request whose result all of them get.
//!
//! The first one leads: its options, its proof and its deadline hold for the request. The others join it, and wait no
//! longer than their own deadline. Whoever is polled drives the request on, so one that is held and not polled (in a
//! `select!` whose other branch goes on), or is dropped, holds up nobody.
//!
//! Why not a task of its own that all wait for? It would run on when everybody has given up, it needs a runtime that
//! outlives the caller's, and `blocking` drives its runtime during calls alone. Why not `futures::future::Shared`? It
//! cannot be taken over by a runtime other than the one that it began in, whose sockets and timers may be gone.

mod seat;
mod waiters;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::poll_fn;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Wake, Waker};

use drift_sdk::types::ContactCreateRequest;
use tokio::runtime::{self, Handle};

pub(crate) use self::seat::{Seat, new as new_seat};
use self::waiters::Waiters;
use crate::engine::deadline::Deadline;
use crate::error::Error;
use crate::model::intent::Intent;
use crate::model::outcome::Written;
use crate::policy::protocol::Goal;

/// The most seats that are kept: 64. A burst of more allocates, and its memory is given back afterwards.
const MOST_SEATS: usize = 64;

/// The writes in flight. Only equal ones are joined: two that differ in any attribute are both sent, and the server
/// decides between them.
#[derive(Default)]
pub(crate) struct SingleFlight(Mutex<Flights>);

#[derive(Default)]
struct Flights {
    writes: HashMap<CreateKey, Arc<InFlight>>,
    /// Of writes that have ended, for the next ones.
    seats: Vec<(Seat, Arc<Waiters>)>,
}

/// What is to be written, as the caller asked for it. Writes with equal keys are joined.
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

/// How a write in flight ended.
#[derive(Clone)]
pub(crate) struct Landed {
    pub(crate) result: Result<Written, Error>,
    /// It was stopped for lack of time, which those who joined it may have left.
    pub(crate) out_of_time: bool,
}

/// What became of a write, for one who took part in it.
pub(crate) struct Shared {
    pub(crate) intent: Arc<Intent>,
    /// None where the time of this participant was up before.
    pub(crate) landed: Option<Landed>,
    /// Whether this participant was the first.
    pub(crate) led: bool,
}

/// A write in flight, shared by all who take part in it.
struct InFlight {
    /// The same for all: what was sent may have been executed, and only the proof that was sent with it shows that.
    intent: Arc<Intent>,
    slot: Mutex<Slot>,
    /// Apart from this, so that the waker of the write, which its socket and its timer hold, holds no write.
    waiters: Arc<Waiters>,
    /// Somebody found the slot occupied since it was entered.
    turned_away: AtomicBool,
    crew: Mutex<Crew>,
}

enum Slot {
    Running(Seat),
    Landed(Landed),
}

/// Who takes part.
struct Crew {
    participants: usize,
    /// Those of them in the runtime that the request runs in. Its timers and sockets stand still, or are gone, where no
    /// task of that runtime is polled.
    drivers: usize,
    runtime: Option<runtime::Id>,
    has_landed: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn this_runtime() -> Option<runtime::Id> {
    Handle::try_current().ok().map(|handle| handle.id())
}

impl SingleFlight {
    /// Joins an equal write in flight, until `deadline`; or leads with what `prepare` makes. `run` begins a write, in a seat
    /// that was used before if there is one: given `true` it looks first, since an earlier run of the same intent may have
    /// been executed.
    pub(crate) async fn share(
        &self,
        key: CreateKey,
        deadline: Deadline,
        prepare: impl FnOnce() -> Arc<Intent>,
        run: impl Fn(Option<Seat>, Arc<Intent>, bool) -> Seat,
        in_doubt: bool,
    ) -> Shared {
        let mut participant = self.join(key, |used| {
            let intent = prepare();
            (intent.clone(), run(used, intent, in_doubt))
        });
        let (intent, led) = (participant.in_flight.intent.clone(), participant.led);
        let landing = poll_fn(|context| participant.poll(context, &run));
        let landed = match led {
            // The write keeps the deadline of the one who leads by itself, so that it ends with what is known.
            true => Some(landing.await),
            false => tokio::time::timeout(deadline.left(), landing).await.ok(),
        };
        Shared {
            intent,
            landed,
            led,
        }
    }

    fn join(
        &self,
        key: CreateKey,
        begin: impl FnOnce(Option<Seat>) -> (Arc<Intent>, Seat),
    ) -> Participant<'_> {
        let here = this_runtime();
        let mut flights = self.flights();
        let Flights { writes, seats } = &mut *flights;
        let (in_flight, led) = match writes.entry(key.clone()) {
            Entry::Occupied(entry) => (entry.get().clone(), false),
            Entry::Vacant(entry) => {
                let (used, waiters) = seats.pop().unzip();
                let begun = begin(used);
                let in_flight = Arc::new(InFlight::new(begun, waiters.unwrap_or_default(), here));
                (entry.insert(in_flight).clone(), true)
            }
        };
        // Counted before the map is free again: the last one who leaves removes the write from it.
        let mut crew = lock(&in_flight.crew);
        let drives = crew.runtime == here;
        crew.participants += 1;
        crew.drivers += usize::from(drives);
        drop(crew);
        Participant {
            single_flight: self,
            key,
            in_flight,
            led,
            drives,
            seat: None,
        }
    }

    fn flights(&self) -> MutexGuard<'_, Flights> {
        lock(&self.0)
    }
}

impl InFlight {
    /// The slot, unless another participant is in it. That one then wakes all who were turned away: what woke them may
    /// have come too late for it.
    fn enter(&self) -> Option<MutexGuard<'_, Slot>> {
        self.try_enter().or_else(|| {
            self.turned_away.store(true, Ordering::SeqCst);
            self.try_enter()
        })
    }

    fn try_enter(&self) -> Option<MutexGuard<'_, Slot>> {
        match self.slot.try_lock() {
            Ok(slot) => Some(slot),
            Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Whoever lands the write tells the others; alone, it has nobody to tell.
    fn land(&self) {
        let mut crew = lock(&self.crew);
        crew.has_landed = true;
        let alone = crew.participants == 1;
        drop(crew);
        // One who joins from now on finds the slot landed at its first poll, and needs no waking.
        match alone {
            true => self.waiters.forget(),
            false => self.waiters.wake_by_ref(),
        }
    }

    fn wake_those_turned_away(&self) {
        if self.turned_away.swap(false, Ordering::SeqCst) {
            self.waiters.wake_by_ref();
        }
    }

    fn new(
        (intent, seat): (Arc<Intent>, Seat),
        waiters: Arc<Waiters>,
        runtime: Option<runtime::Id>,
    ) -> Self {
        Self {
            intent,
            slot: Mutex::new(Slot::Running(seat)),
            waiters,
            turned_away: AtomicBool::new(false),
            crew: Mutex::new(Crew {
                participants: 0,
                drivers: 0,
                runtime,
                has_landed: false,
            }),
        }
    }
}

/// One of those who lead or have joined a write. Dropping the last one, or any one after the write has ended, removes it
/// from the map, so that a later equal write is sent.
struct Participant<'a> {
    single_flight: &'a SingleFlight,
    key: CreateKey,
    in_flight: Arc<InFlight>,
    led: bool,
    drives: bool,
    /// The seat of the write, once this participant has landed it.
    seat: Option<Seat>,
}

impl Participant<'_> {
    /// Drives the write on, unless another participant is doing so right now.
    fn poll(
        &mut self,
        context: &mut Context<'_>,
        run: &impl Fn(Option<Seat>, Arc<Intent>, bool) -> Seat,
    ) -> Poll<Landed> {
        // Before anything else: whoever drives it now wakes all who wait.
        self.in_flight.waiters.add(context.waker());
        if !self.drives && !self.may_look_or_take_over(run) {
            return Poll::Pending;
        }
        let in_flight = &*self.in_flight;
        let Some(mut slot) = in_flight.enter() else {
            return Poll::Pending;
        };
        let seat = match &mut *slot {
            Slot::Running(seat) => seat,
            Slot::Landed(landed) => {
                let landed = landed.clone();
                drop(slot);
                in_flight.wake_those_turned_away();
                return Poll::Ready(landed);
            }
        };
        let waker = Waker::from(in_flight.waiters.clone());
        let Poll::Ready(landed) = seat.poll(&mut Context::from_waker(&waker)) else {
            drop(slot);
            in_flight.wake_those_turned_away();
            return Poll::Pending;
        };
        let left = std::mem::replace(&mut *slot, Slot::Landed(landed.clone()));
        drop(slot);
        if let Slot::Running(seat) = left {
            self.seat = Some(seat);
        }
        in_flight.land();
        Poll::Ready(landed)
    }

    /// Whether one from another runtime has something to do: the write has ended, or all who drove it are gone. Then it
    /// runs on in the runtime of this participant, and looks first.
    fn may_look_or_take_over(
        &mut self,
        run: &impl Fn(Option<Seat>, Arc<Intent>, bool) -> Seat,
    ) -> bool {
        let mut crew = lock(&self.in_flight.crew);
        if crew.has_landed || crew.drivers > 0 {
            return crew.has_landed;
        }
        // Nobody else enters the slot while there is no driver.
        let mut slot = lock(&self.in_flight.slot);
        if let Slot::Running(seat) = &mut *slot {
            *seat = run(None, self.in_flight.intent.clone(), true);
        }
        crew.runtime = this_runtime();
        crew.drivers = 1;
        self.drives = true;
        true
    }
}

impl Drop for Participant<'_> {
    fn drop(&mut self) {
        let mut flights = self.single_flight.flights();
        let mut crew = lock(&self.in_flight.crew);
        crew.participants -= 1;
        crew.drivers -= usize::from(self.drives);
        let alone = crew.participants == 0;
        let ended = crew.has_landed || alone;
        drop(crew);
        // By now the map may hold a later write with the same key, which is not to be removed.
        if ended
            && let Entry::Occupied(entry) = flights.writes.entry(self.key.clone())
            && Arc::ptr_eq(entry.get(), &self.in_flight)
        {
            entry.remove();
        }
        if let Some(seat) = self.seat.take()
            && flights.seats.len() < MOST_SEATS
        {
            // Who still waits for this write, and is woken later than the next one begins, is polled once more; no more
            // than that can come of sharing the list.
            flights.seats.push((seat, self.in_flight.waiters.clone()));
        }
        drop(flights);
        // This one may have been the only one who drove the write.
        if !alone {
            self.in_flight.waiters.wake_by_ref();
        }
    }
}
