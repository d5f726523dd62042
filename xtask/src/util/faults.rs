//! What happens to calls to Drift in a storm.

use std::collections::BTreeMap;

use drift_emulator::{Effect, Fault};

/// A fifth of all calls fails; some of them are executed.
pub fn of_a_storm(seed: u64) -> Vec<Fault> {
    let status = |status, commit| Effect::Status {
        status,
        headers: BTreeMap::new(),
        body: None,
        commit,
    };
    let disconnect = |reset, commit| Effect::Disconnect { reset, commit };
    let effects = [
        disconnect(false, true),
        disconnect(true, true),
        disconnect(true, false),
        status(502, true),
        status(503, false),
        Effect::HalfBody,
    ];
    let numbered = (seed..).zip(effects);
    numbered
        .map(|(seed, effect)| Fault::new(effect).share(0.036, seed))
        .collect()
}
