//! The [pace](crate::policy::pace) of a client: once Drift asks for fewer requests, all calls of all clones wait until it
//! has said they may continue, and then continue a few at a time.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::engine::pacing::state::State;
use crate::policy::pace::{Allowance, Demand};

/// How long somebody waits at least before looking again.
const LEAST_WAIT: Duration = Duration::from_millis(100);

/// Until the first 429 there is no pace, and a request costs one look at a flag.
pub(crate) struct SharedPace {
    is_limited: AtomicBool,
    origin: Instant,
    state: Mutex<State>,
    freed: Notify,
}

/// The permission to send one request; dropped when it has ended.
pub(crate) struct Slot<'a> {
    /// None where there was no pace when it was sent.
    taken: Option<Taken<'a>>,
}

struct Taken<'a> {
    pace: &'a SharedPace,
    at: Duration,
    generation: u64,
}

/// How long a request may wait for its slot.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    /// The time that is left for it.
    pub(crate) until: Instant,
    /// The longest pause that is waited for.
    pub(crate) pause: Duration,
    /// The longest that a request takes. A slot that is held for longer belongs to a future that nobody polls.
    pub(crate) request: Duration,
}

/// A request that is not sent, since the pause would take longer than it can wait. `None` where no pause is the reason.
#[derive(Debug, PartialEq)]
pub(crate) struct TooLong(pub(crate) Option<Duration>);

impl Default for SharedPace {
    fn default() -> Self {
        Self {
            is_limited: AtomicBool::new(false),
            origin: Instant::now(),
            state: Mutex::new(State::new()),
            freed: Notify::new(),
        }
    }
}

impl SharedPace {
    /// A slot, without a wait, as long as Drift has not asked for fewer requests.
    pub(crate) fn unlimited(&self) -> Option<Slot<'_>> {
        let is_limited = self.is_limited.load(Ordering::Relaxed);
        (!is_limited).then(Slot::unpaced)
    }

    /// Waits for a slot: until the pause is over, and fewer requests are in flight than the window has room for.
    pub(crate) async fn slot(&self, patience: Patience) -> Result<Slot<'_>, TooLong> {
        let mut turn = Turn(None);
        let _waiting = Waiter::new(self);
        loop {
            match self.take(patience.request) {
                Ok(slot) => {
                    turn.0 = None;
                    return Ok(slot);
                }
                Err(Obstacle::Pause(pause)) => {
                    if pause > patience.pause || Instant::now() + pause >= patience.until {
                        return Err(TooLong(Some(pause)));
                    }
                    tokio::time::sleep(pause).await;
                }
                Err(Obstacle::Full { stuck_in }) => {
                    let now = Instant::now();
                    if now >= patience.until {
                        return Err(TooLong(None));
                    }
                    let until = patience.until.min(now + stuck_in);
                    let freed = tokio::time::timeout_at(until, self.freed.notified());
                    if freed.await.is_ok() {
                        turn.0 = Some(self);
                    }
                }
            }
        }
    }

    fn take(&self, longest_request: Duration) -> Result<Slot<'_>, Obstacle> {
        let mut state = self.state();
        let now = self.now();
        let pause = state.pause(now);
        if !pause.is_zero() {
            return Err(Obstacle::Pause(pause));
        }
        let window = state.window(now);
        if state.in_flight >= window {
            let held = now.saturating_sub(state.changed_at);
            // Where other processes have all of the window, nothing here is stuck.
            if held < longest_request || window == 0 {
                let stuck_in = longest_request.saturating_sub(held).max(LEAST_WAIT);
                return Err(Obstacle::Full { stuck_in });
            }
            state.in_flight = 0;
            state.generation += 1;
        }
        state.in_flight += 1;
        state.changed_at = now;
        let taken = Taken {
            pace: self,
            at: now,
            generation: state.generation,
        };
        drop(state);
        Ok(Slot { taken: Some(taken) })
    }

    /// Drift asked for fewer requests, and for this pause.
    pub(crate) fn rate_limited(&self, slot: &Slot<'_>, pause: Duration) {
        let sent = slot.taken.as_ref().map_or(Duration::ZERO, |taken| taken.at);
        let mut state = self.state();
        let now = self.now();
        state.rate_limited(sent, now, pause);
        self.is_limited.store(true, Ordering::Relaxed);
    }

    /// What was seen since this was last called, and what is wanted now.
    pub(crate) fn take_demand(&self) -> Demand {
        let mut state = self.state();
        state.take_demand(self.now())
    }

    /// Keeps to this part of a pace that processes share.
    pub(crate) fn allow(&self, allowance: Allowance) {
        let mut state = self.state();
        let now = self.now();
        state.allow(now, allowance);
        self.is_limited.store(true, Ordering::Relaxed);
        let free = state.window(now).saturating_sub(state.in_flight);
        let woken = free.min(state.waiting);
        drop(state);
        (0..woken).for_each(|_| self.freed.notify_one());
    }

    /// Pauses as long as another one that ends here.
    pub(crate) fn take_over(&self, other: &Self) {
        let pause = other.state().pace.pause(other.now());
        if !pause.is_zero() {
            self.rate_limited(&Slot::unpaced(), pause);
        }
    }

    fn now(&self) -> Duration {
        self.origin.elapsed()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Obstacle {
    Pause(Duration),
    /// No slot is free; those that are taken are stuck if none is freed by then.
    Full {
        stuck_in: Duration,
    },
}

impl Slot<'_> {
    /// For a request that does not wait for the pace.
    pub(crate) fn unpaced() -> Self {
        Self { taken: None }
    }

    /// The request had a response that is no 429.
    pub(crate) fn succeeded(&self) {
        if let Some(taken) = &self.taken {
            taken.pace.state().succeeded();
        }
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let mut state = self.pace.state();
        if state.generation == self.generation {
            state.in_flight = state.in_flight.saturating_sub(1);
        }
        state.changed_at = self.pace.now();
        let free = state.window(state.changed_at);
        let free = free.saturating_sub(state.in_flight);
        drop(state);
        // A window that has grown has room for more than one.
        for _ in 0..free.min(2) {
            self.pace.freed.notify_one();
        }
    }
}

/// One who waits for a slot.
struct Waiter<'a>(&'a SharedPace);

impl<'a> Waiter<'a> {
    fn new(pace: &'a SharedPace) -> Self {
        pace.state().waiting += 1;
        Self(pace)
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}

/// Whose turn it is, and is dropped before it took a slot, passes the turn on.
struct Turn<'a>(Option<&'a SharedPace>);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(pace) = self.0 {
            pace.freed.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::task::JoinSet;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn patience(seconds: u64) -> Patience {
        Patience {
            until: Instant::now() + SECOND * u32::try_from(seconds).expect("few"),
            pause: SECOND * 60,
            request: SECOND * 15,
        }
    }

    fn limited(pause: Duration) -> SharedPace {
        let pace = SharedPace::default();
        let slot = pace.unlimited().expect("no pace yet");
        pace.rate_limited(&slot, pause);
        drop(slot);
        assert!(pace.unlimited().is_none());
        pace
    }

    /// A server that takes so many requests in each second.
    struct Server {
        most: usize,
        started: Instant,
        /// The second, and the requests in it.
        counted: Mutex<(u64, usize)>,
    }

    impl Server {
        /// The pause that it asks for where it refuses a request.
        async fn request(&self) -> Option<Duration> {
            tokio::time::sleep(Duration::from_millis(5)).await;
            let second = self.started.elapsed().as_secs();
            let mut counted = self.counted.lock().expect("a lock");
            if counted.0 != second {
                *counted = (second, 0);
            }
            counted.1 += 1;
            (counted.1 > self.most).then_some(SECOND)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn two_hundred_at_a_time_get_through_a_limit_of_ten_a_second() {
        let pace = Arc::new(SharedPace::default());
        let server = Arc::new(Server {
            most: 10,
            started: Instant::now(),
            counted: Mutex::default(),
        });
        let patience = patience(60);
        let mut calls = JoinSet::new();
        for _ in 0..200 {
            let (pace, server) = (pace.clone(), server.clone());
            calls.spawn(async move {
                let mut refused = 0;
                loop {
                    let slot = match pace.unlimited() {
                        Some(slot) => slot,
                        None => pace.slot(patience).await.expect("in time"),
                    };
                    match server.request().await {
                        None => {
                            slot.succeeded();
                            return refused;
                        }
                        Some(pause) => pace.rate_limited(&slot, pause),
                    }
                    refused += 1;
                }
            });
        }
        let refused: usize = calls.join_all().await.into_iter().sum();
        // All but ten of the first burst, and then a few in each second: no burst comes again.
        assert!((190..400).contains(&refused), "{refused}");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_a_pause_that_is_too_long() {
        for (pause, time, result) in [
            (1, 60, Ok(())),
            (59, 60, Ok(())),
            (61, 90, Err(TooLong(Some(SECOND * 61)))),
            (10, 10, Err(TooLong(Some(SECOND * 10)))),
        ] {
            let pace = limited(SECOND * pause);
            assert_eq!(pace.slot(patience(time)).await.map(drop), result, "{pause}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_is_taken_over() {
        let (stays, ends) = (SharedPace::default(), limited(SECOND * 10));
        stays.take_over(&ends);
        let slot = stays.slot(patience(5)).await.map(drop);
        assert_eq!(slot, Err(TooLong(Some(SECOND * 10))));
        let none = SharedPace::default();
        stays.take_over(&none);
        let slot = stays.slot(patience(11)).await.map(drop);
        assert_eq!(slot, Ok(()), "no pause ends none");
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_is_sent_than_a_shared_pace_allows() {
        let pace = SharedPace::default();
        let allow = |requests, pause, valid_for| {
            pace.allow(Allowance {
                requests,
                pause: SECOND * pause,
                valid_for: SECOND * valid_for,
            });
        };
        allow(1, 10, 60);
        assert!(pace.unlimited().is_none());
        let early = pace.slot(patience(5)).await.map(drop);
        assert_eq!(early, Err(TooLong(Some(SECOND * 10))));
        let first = pace.slot(patience(11)).await.expect("after the pause");
        first.succeeded();
        let second = pace.slot(patience(1)).await.map(drop);
        assert_eq!(second, Err(TooLong(None)), "one is allowed");
        let demand = pace.take_demand();
        assert_eq!((demand.in_flight, demand.successes), (1, 1));
        drop(first);
        allow(0, 0, 60);
        let none = pace.slot(patience(30)).await.map(drop);
        assert_eq!(
            none,
            Err(TooLong(None)),
            "none is allowed, and none is stuck"
        );
        let after = pace.slot(patience(90)).await.map(drop);
        assert_eq!(after, Ok(()), "its own pace, once nobody says more");
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_wait_are_woken_when_more_is_allowed() {
        let pace = Arc::new(SharedPace::default());
        let allowance = Allowance {
            requests: 0,
            pause: Duration::ZERO,
            valid_for: SECOND * 60,
        };
        pace.allow(allowance);
        let waiter = pace.clone();
        let waits = tokio::spawn(async move { waiter.slot(patience(10)).await.map(drop) });
        tokio::task::yield_now().await;
        assert_eq!(pace.take_demand().waiting, 1);
        let before = Instant::now();
        pace.allow(Allowance {
            requests: 1,
            ..allowance
        });
        assert_eq!(waits.await.expect("no panic"), Ok(()));
        assert!(before.elapsed() < SECOND);
        assert_eq!(pace.take_demand(), Demand::default());
    }

    #[tokio::test(start_paused = true)]
    async fn a_429_is_reported_once_with_what_is_left_of_its_pause() {
        let pace = limited(SECOND * 30);
        tokio::time::sleep(SECOND * 10).await;
        let demand = pace.take_demand();
        let [rate_limit] = demand.rate_limits[..] else {
            panic!("{demand:?}");
        };
        assert_eq!(rate_limit.pause, SECOND * 20);
        assert_eq!(rate_limit.sent_ago, SECOND * 10);
        assert_eq!(pace.take_demand(), Demand::default());
    }

    #[tokio::test(start_paused = true)]
    async fn the_window_is_kept_and_its_time_is_limited() {
        let pace = limited(Duration::from_millis(1));
        let first = pace.slot(patience(60)).await.expect("a slot");
        let second = pace.slot(patience(3)).await.map(drop);
        assert_eq!(second, Err(TooLong(None)), "the window is one");
        first.succeeded();
        let second = pace.slot(patience(3)).await.expect("the window has grown");
        drop((first, second));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slot_that_nobody_gives_back_holds_up_nobody() {
        let pace = limited(Duration::from_millis(1));
        let held = pace.slot(patience(60)).await.expect("a slot");
        let next = pace.slot(patience(60)).await.expect("after 15 s");
        drop(held);
        let third = pace.slot(patience(3)).await.map(drop);
        assert_eq!(third, Err(TooLong(None)), "it was no longer counted");
        drop(next);
        pace.slot(patience(3)).await.expect("free again");
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_is_not_used_is_passed_on() {
        let pace = Arc::new(limited(Duration::from_millis(1)));
        let held = pace.slot(patience(60)).await.expect("a slot");
        let wait = |pace: Arc<SharedPace>| async move { pace.slot(patience(10)).await.map(drop) };
        let leaves = tokio::spawn(wait(pace.clone()));
        let stays = tokio::spawn(wait(pace.clone()));
        tokio::task::yield_now().await;
        // The first in line is woken, finds a pause, and leaves.
        pace.rate_limited(&held, SECOND);
        drop(held);
        tokio::task::yield_now().await;
        leaves.abort();
        assert_eq!(stays.await.expect("no panic"), Ok(()));
    }
}
