//! The pace of an account, shared by all replicas: together they have no more requests in flight than one was allowed.
//!
//! Pure: the stores keep it as one document, and change it under a lock.

use std::time::Duration;

use drift::pace::{Pace, Waiting};
use serde::{Deserialize, Serialize};

/// How long a share is a replica's.
const VALID_FOR: Duration = Duration::from_secs(5);

/// The most successes of one report that count; the window is full long before.
const COUNTED: u32 = 10_000;

/// What a replica saw since it last asked, and what it wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaceRequest {
    /// The most requests that all replicas may have in flight together, however well it goes.
    pub most: u32,
    /// How many requests this replica has in flight.
    pub in_flight: u32,
    /// How many it would have in flight if nothing held it up, those included.
    pub wanted: u32,
    /// How many requests had a response.
    pub successes: u32,
    /// Those that had none, or a 429.
    pub troubles: Vec<Trouble>,
}

/// A request that shows that fewer should be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// How long ago it was sent.
    pub sent_ago: Duration,
    /// What became of it.
    pub seen: Seen,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A 429, with its `Retry-After`.
    RateLimited(Option<Duration>),
    /// It could not be delivered, or the server fails.
    Unreachable(Waiting),
}

/// What a replica may do until it asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaceShare {
    /// How many requests this replica may have in flight. One that has more begins no further ones.
    pub slots: u32,
    /// How many all replicas may have in flight together.
    pub window: u32,
    /// How long nothing may be sent, from now.
    pub pause: Duration,
    /// Why, where there is a pause.
    pub waiting: Option<Waiting>,
    /// How long the slots are this replica's; it asks again before.
    pub valid_for: Duration,
}

/// The pace of an account and who has which part of it, as it is stored. Times are counted from 1970 by the database's
/// clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SharedPace {
    pace: Pace,
    most: u32,
    shares: Vec<Share>,
}

/// The part of one replica.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Share {
    replica: String,
    slots: u32,
    in_flight: u32,
    wanted: u32,
    until: Duration,
}

impl Share {
    /// What nobody else may have: requests in flight count even where the share was cut.
    fn held(&self) -> u32 {
        self.slots.max(self.in_flight)
    }

    fn is_short(&self, fair: u32) -> bool {
        self.held() < self.wanted.min(fair)
    }
}

impl SharedPace {
    pub(super) fn new(most: u32) -> Self {
        Self {
            pace: Pace::new(most as usize),
            most,
            shares: Vec::new(),
        }
    }

    /// The pace of a stored document; a new one where there is none, or none that this version can read.
    pub(super) fn stored(document: Option<&str>, most: u32) -> Self {
        let read = document.and_then(|text| serde_json::from_str(text).ok());
        read.unwrap_or_else(|| Self::new(most))
    }

    /// What is stored.
    pub(super) fn document(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Notes what a replica saw, and gives it its share.
    pub(super) fn share(
        &mut self,
        replica: &str,
        now: Duration,
        request: &PaceRequest,
    ) -> PaceShare {
        if self.most != request.most {
            *self = Self {
                shares: std::mem::take(&mut self.shares),
                ..Self::new(request.most)
            };
        }
        self.note(now, request);
        self.shares.retain(|share| share.until > now);
        let slots = self.slots(replica, request);
        self.shares.retain(|share| share.replica != replica);
        if request.wanted > 0 || request.in_flight > 0 {
            self.shares.push(Share {
                replica: replica.to_owned(),
                slots,
                in_flight: request.in_flight,
                wanted: request.wanted,
                until: now.saturating_add(VALID_FOR),
            });
        }
        PaceShare {
            slots,
            window: self.window(),
            pause: self.pace.pause(now),
            waiting: self.pace.waiting(now),
            valid_for: VALID_FOR,
        }
    }

    fn note(&mut self, now: Duration, request: &PaceRequest) {
        (0..request.successes.min(COUNTED)).for_each(|_| self.pace.succeeded());
        for trouble in &request.troubles {
            let sent = now.saturating_sub(trouble.sent_ago);
            match trouble.seen {
                Seen::RateLimited(retry_after) => self.pace.rate_limited(sent, now, retry_after),
                Seen::Unreachable(waiting) => self.pace.unreachable(sent, now, waiting),
            }
        }
    }

    fn window(&self) -> u32 {
        u32::try_from(self.pace.window()).unwrap_or(u32::MAX)
    }

    /// As many as are free; no more than a fair part while another replica has less than that.
    fn slots(&self, replica: &str, request: &PaceRequest) -> u32 {
        let window = self.window();
        let others = || self.shares.iter().filter(|share| share.replica != replica);
        let asking = 1 + others().filter(|share| share.wanted > 0).count();
        let asking = u32::try_from(asking).unwrap_or(u32::MAX);
        let fair = (window / asking).max(1);
        let held = others().fold(0, |sum: u32, share| sum.saturating_add(share.held()));
        let free = request.wanted.min(window.saturating_sub(held));
        if !others().any(|share| share.is_short(fair)) {
            return free;
        }
        let had = self.shares.iter().find(|share| share.replica == replica);
        // With more replicas than slots they take turns.
        let is_anothers_turn = window < asking && had.is_some_and(|share| share.slots > 0);
        if is_anothers_turn { 0 } else { free.min(fair) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);

    /// A pace whose window is this large.
    fn of_window(window: u32) -> SharedPace {
        let mut pace = SharedPace::new(window);
        let request = PaceRequest {
            most: window,
            successes: 1_000,
            ..PaceRequest::default()
        };
        assert_eq!(pace.share("warm", NOW, &request).window, window);
        pace
    }

    fn wants(most: u32, in_flight: u32, wanted: u32) -> PaceRequest {
        PaceRequest {
            most,
            in_flight,
            wanted,
            ..PaceRequest::default()
        }
    }

    #[test]
    fn one_replica_has_the_whole_window() {
        let mut pace = of_window(16);
        assert_eq!(pace.share("a", NOW, &wants(16, 0, 50)).slots, 16);
        assert_eq!(pace.share("a", NOW, &wants(16, 16, 3)).slots, 3);
    }

    #[test]
    fn replicas_come_to_equal_parts_and_never_exceed_the_window() {
        for (window, replicas) in [(16, 4), (10, 3), (3, 3), (2, 2)] {
            let mut pace = of_window(window);
            let names: Vec<String> = (0..replicas).map(|it| it.to_string()).collect();
            let mut slots = vec![0; names.len()];
            for _ in 0..10 {
                for (name, slots) in names.iter().zip(&mut slots) {
                    *slots = pace.share(name, NOW, &wants(window, *slots, 50)).slots;
                }
                let held: u32 = pace.shares.iter().map(Share::held).sum();
                assert!(held <= window, "{held} of {window}");
            }
            let (least, most) = (slots.iter().min(), slots.iter().max());
            assert!(most <= least.map(|it| it + window % replicas).as_ref());
        }
    }

    #[test]
    fn requests_in_flight_count_until_they_end() {
        let mut pace = of_window(8);
        assert_eq!(pace.share("a", NOW, &wants(8, 0, 8)).slots, 8);
        assert_eq!(pace.share("b", NOW, &wants(8, 0, 8)).slots, 0);
        assert_eq!(pace.share("a", NOW, &wants(8, 8, 8)).slots, 4);
        assert_eq!(pace.share("b", NOW, &wants(8, 0, 8)).slots, 0);
        pace.share("a", NOW, &wants(8, 5, 8));
        assert_eq!(pace.share("b", NOW, &wants(8, 0, 8)).slots, 3);
    }

    #[test]
    fn with_fewer_slots_than_replicas_they_take_turns() {
        let mut pace = of_window(1);
        let mut turns = [0; 3];
        for _ in 0..30 {
            for (at, name) in ["a", "b", "c"].into_iter().enumerate() {
                let slots = pace.share(name, NOW, &wants(1, 0, 5)).slots;
                let held: u32 = pace.shares.iter().map(Share::held).sum();
                assert!(held <= 1);
                turns[at] += slots;
            }
        }
        assert!(turns.iter().all(|turns| *turns >= 5), "{turns:?}");
    }

    #[test]
    fn the_share_of_a_dead_replica_is_free_after_a_while() {
        let mut pace = of_window(8);
        assert_eq!(pace.share("dead", NOW, &wants(8, 8, 8)).slots, 8);
        assert_eq!(pace.share("b", NOW, &wants(8, 0, 8)).slots, 0);
        let later = NOW + VALID_FOR;
        assert_eq!(pace.share("b", later, &wants(8, 0, 8)).slots, 8);
    }

    #[test]
    fn a_429_pauses_every_replica_and_survives_storage() {
        let mut pace = of_window(8);
        let asked = Some(Duration::from_secs(30));
        let limited = PaceRequest {
            troubles: vec![Trouble {
                sent_ago: Duration::from_secs(1),
                seen: Seen::RateLimited(asked),
            }],
            ..wants(8, 1, 8)
        };
        assert_eq!(pace.share("a", NOW, &limited).window, 4);
        let mut pace = SharedPace::stored(Some(&pace.document()), 8);
        let share = pace.share("b", NOW + Duration::from_secs(10), &wants(8, 0, 8));
        assert_eq!(share.pause, Duration::from_secs(20));
        assert_eq!(share.waiting, Some(Waiting::Asked));
    }
}
