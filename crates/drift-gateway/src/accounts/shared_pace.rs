//! The pace of each account, shared with the other replicas through the store: a 429 that one of them sees pauses all, and
//! together they have no more requests in flight than one would have.

use std::sync::Arc;
use std::time::Duration;

use drift::pace::{Allowance, Demand};

use super::paces::{Paces, Which};
use crate::store::{AccountId, PaceRequest, PaceShare, Seen, Store, Trouble};

/// How often a replica of a limited account says what it wants.
const LIMITED_EVERY: Duration = Duration::from_millis(250);
/// Accounts that are not limited are looked at once in so many turns: each second.
const TURNS: u32 = 4;
/// The most requests in flight of all replicas together.
const MOST: u32 = 1_000;

/// Shares the pace of all accounts, for as long as it is polled. While the store is away each replica keeps its own pace.
pub(crate) async fn share(paces: Arc<Paces>, store: Arc<dyn Store>) {
    for turn in (0..TURNS).cycle() {
        tokio::time::sleep(LIMITED_EVERY).await;
        let which = match turn {
            0 => Which::All,
            _ => Which::Limited,
        };
        for (account, demand, was_used) in paces.demands(which) {
            share_one(&paces, &*store, &account, request(&demand, was_used)).await;
        }
    }
}

async fn share_one(paces: &Paces, store: &dyn Store, account: &AccountId, request: PaceRequest) {
    match store.share_pace(account, request).await {
        Ok(Some(share)) => paces.allow(account, allowance(share)),
        Ok(None) => {}
        Err(error) => tracing::debug!(%error, "the pace is not shared"),
    }
}

/// One place more than is wanted now, for the next request of an account in use.
fn request(demand: &Demand, was_used: bool) -> PaceRequest {
    let in_flight = count(demand.in_flight);
    let next = u32::from(was_used || demand.successes > 0);
    let troubles = demand.rate_limits.iter().map(|limit| Trouble {
        sent_ago: limit.sent_ago,
        seen: Seen::RateLimited(Some(limit.pause)),
    });
    PaceRequest {
        most: MOST,
        in_flight,
        wanted: in_flight
            .saturating_add(count(demand.waiting))
            .saturating_add(next)
            .min(MOST),
        successes: count(demand.successes),
        troubles: troubles.collect(),
    }
}

fn allowance(share: PaceShare) -> Allowance {
    Allowance {
        requests: usize::try_from(share.slots).unwrap_or(usize::MAX),
        pause: share.pause,
        valid_for: share.valid_for,
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use drift::pace::RateLimit;

    use super::*;

    #[test]
    fn a_replica_asks_for_what_is_in_flight_and_waits_and_one_more() {
        for (in_flight, waiting, was_used, wanted) in [
            (0, 0, false, 0),
            (0, 0, true, 1),
            (2, 3, true, 6),
            (2, 3, false, 5),
            (5_000, 0, true, MOST),
        ] {
            let demand = Demand {
                in_flight,
                waiting,
                ..Demand::default()
            };
            assert_eq!(request(&demand, was_used).wanted, wanted, "{demand:?}");
        }
    }

    #[test]
    fn each_429_is_reported_with_what_is_left_of_its_pause() {
        let limit = RateLimit {
            sent_ago: Duration::from_secs(2),
            pause: Duration::from_secs(9),
        };
        let demand = Demand {
            rate_limits: vec![limit],
            ..Demand::default()
        };
        let reported = Trouble {
            sent_ago: limit.sent_ago,
            seen: Seen::RateLimited(Some(limit.pause)),
        };
        assert_eq!(request(&demand, false).troubles, [reported]);
    }
}
