//! The budget for retries that clones of a client share.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::defaults::{RETRY_BUDGET, SUCCESSES_PER_RETRY};

/// What a retry costs, in thousandths.
const COST: i64 = 1_000;
/// What a success gives back, in thousandths.
const REFUND: i64 = COST / SUCCESSES_PER_RETRY as i64;
/// The most that can be saved up, in thousandths.
const MOST: i64 = RETRY_BUDGET as i64 * COST;

/// Retries left, shared by all clones of a client, so that retries do not make an outage worse: 100 at first, each
/// retry takes one, each success gives a half back, never above 100.
#[derive(Debug)]
pub(crate) struct RetryBudget(AtomicI64);

impl Default for RetryBudget {
    fn default() -> Self {
        Self(AtomicI64::new(MOST))
    }
}

impl RetryBudget {
    pub(crate) fn take(&self) -> bool {
        let taken = |left: i64| (left >= COST).then_some(left - COST);
        self.0
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, taken)
            .is_ok()
    }

    pub(crate) fn refund(&self) {
        if self.0.load(Ordering::Relaxed) < MOST {
            let given = |left: i64| Some((left + REFUND).min(MOST));
            let _ = self
                .0
                .fetch_update(Ordering::AcqRel, Ordering::Acquire, given);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_runs_dry_and_fills_by_successes() {
        let budget = RetryBudget::default();
        assert_eq!((0..200).filter(|_| budget.take()).count(), 100);
        budget.refund();
        assert!(!budget.take());
        budget.refund();
        assert!(budget.take());
        for _ in 0..1_000 {
            budget.refund();
        }
        assert_eq!((0..200).filter(|_| budget.take()).count(), 100);
    }
}
