//! Equal writes at the same time, in one process, become one request whose result all of them get.
//!
//! The first one leads: its options, its proof and its deadline hold for the request. The others join it, and wait no
//! longer than their own deadline. Whoever is polled drives the request on, so one that is held and not polled, or is
//! dropped, holds up nobody.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::poll_fn;
use std::hash::{Hash, Hasher};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context, Poll, Wake, Waker};

use drift_sdk::types::ContactCreateRequest;
use tokio::runtime::{self, Handle};

use crate::engine::deadline::Deadline;
use crate::error::Error;
use crate::model::intent::Intent;
use crate::model::outcome::Written;
use crate::policy::protocol::Goal;

/// The writes in flight. Only equal ones are joined: two that differ in any attribute are both sent, and the server
/// decides between them.
#[derive(Default)]
pub(crate) struct SingleFlight(Mutex<HashMap<CreateKey, Arc<InFlight>>>);

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

/// A write that runs. It holds nothing that holds it.
pub(crate) type Running = Pin<Box<dyn Future<Output = Landed> + Send>>;

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
    waiters: Arc<Waiters>,
    /// Somebody found the slot occupied since it was entered.
    turned_away: AtomicBool,
    crew: Mutex<Crew>,
}

enum Slot {
    Running(Running),
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

/// The tasks to wake when the request can go on.
#[derive(Default)]
struct Waiters(Mutex<Vec<Waker>>);

impl Waiters {
    fn add(&self, waker: &Waker) {
        let mut waiters = lock(&self.0);
        if !waiters.iter().any(|known| known.will_wake(waker)) {
            waiters.push(waker.clone());
        }
    }
}

impl Wake for Waiters {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // None is woken under the lock, since what is woken may wait for it.
        let mut woken = std::mem::take(&mut *lock(&self.0));
        woken.drain(..).for_each(Waker::wake);
        let mut waiters = lock(&self.0);
        if waiters.capacity() == 0 {
            *waiters = woken;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn this_runtime() -> Option<runtime::Id> {
    Handle::try_current().ok().map(|handle| handle.id())
}

impl SingleFlight {
    /// Joins an equal write in flight, until `deadline`; or leads with what `prepare` makes. `run` makes what runs: given
    /// `true` it looks first, since an earlier run of the same intent may have been executed.
    pub(crate) async fn share(
        &self,
        key: CreateKey,
        deadline: Deadline,
        prepare: impl FnOnce() -> Arc<Intent>,
        run: impl Fn(Arc<Intent>, bool) -> Running,
        in_doubt: bool,
    ) -> Shared {
        let mut participant = self.join(key, || {
            let intent = prepare();
            (intent.clone(), run(intent, in_doubt))
        });
        let (intent, led) = (participant.in_flight.intent.clone(), participant.led);
        let landing = poll_fn(|context| participant.poll(context, &run));
        let landed = match led {
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
        prepare: impl FnOnce() -> (Arc<Intent>, Running),
    ) -> Participant<'_> {
        let here = this_runtime();
        let mut writes = self.writes();
        let (in_flight, led) = match writes.entry(key.clone()) {
            Entry::Occupied(entry) => (entry.get().clone(), false),
            Entry::Vacant(entry) => {
                let in_flight = Arc::new(InFlight::new(prepare(), here));
                (entry.insert(in_flight).clone(), true)
            }
        };
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
        }
    }

    fn writes(&self) -> MutexGuard<'_, HashMap<CreateKey, Arc<InFlight>>> {
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

    fn wake_those_turned_away(&self) {
        if self.turned_away.swap(false, Ordering::SeqCst) {
            self.waiters.wake_by_ref();
        }
    }

    fn new((intent, running): (Arc<Intent>, Running), runtime: Option<runtime::Id>) -> Self {
        Self {
            intent,
            slot: Mutex::new(Slot::Running(running)),
            waiters: Arc::default(),
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
}

impl Participant<'_> {
    /// Drives the write on, unless another participant is doing so right now.
    fn poll(
        &mut self,
        context: &mut Context<'_>,
        run: &impl Fn(Arc<Intent>, bool) -> Running,
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
        if let Slot::Running(running) = &mut *slot {
            let waker = Waker::from(in_flight.waiters.clone());
            match running.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Ready(landed) => *slot = Slot::Landed(landed),
                Poll::Pending => {
                    drop(slot);
                    in_flight.wake_those_turned_away();
                    return Poll::Pending;
                }
            }
        }
        let Slot::Landed(landed) = &*slot else {
            return Poll::Pending;
        };
        let landed = landed.clone();
        drop(slot);
        lock(&in_flight.crew).has_landed = true;
        in_flight.waiters.wake_by_ref();
        Poll::Ready(landed)
    }

    /// Whether one from another runtime has something to do: the write has ended, or all who drove it are gone. Then it
    /// runs on in the runtime of this participant, and looks first.
    fn may_look_or_take_over(&mut self, run: &impl Fn(Arc<Intent>, bool) -> Running) -> bool {
        let mut crew = lock(&self.in_flight.crew);
        if crew.has_landed || crew.drivers > 0 {
            return crew.has_landed;
        }
        // Nobody else enters the slot while there is no driver.
        let mut slot = lock(&self.in_flight.slot);
        if let Slot::Running(running) = &mut *slot {
            *running = run(self.in_flight.intent.clone(), true);
        }
        crew.runtime = this_runtime();
        crew.drivers = 1;
        self.drives = true;
        true
    }
}

impl Drop for Participant<'_> {
    fn drop(&mut self) {
        let mut writes = self.single_flight.writes();
        let mut crew = lock(&self.in_flight.crew);
        crew.participants -= 1;
        crew.drivers -= usize::from(self.drives);
        let ended = crew.has_landed || crew.participants == 0;
        drop(crew);
        // By now the map may hold a later write with the same key, which is not to be removed.
        if ended
            && let Entry::Occupied(entry) = writes.entry(self.key.clone())
            && Arc::ptr_eq(entry.get(), &self.in_flight)
        {
            entry.remove();
        }
        drop(writes);
        self.in_flight.waiters.wake_by_ref();
    }
}
