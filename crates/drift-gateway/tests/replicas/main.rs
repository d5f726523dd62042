//! Several gateways on one store, explored exhaustively: leases, a pause at every step, one that wakes up after its lease,
//! requests that arrive late, and crashes.
//!
//! What is explored is [`Lifecycle`](drift_gateway::store::lifecycle::Lifecycle), which both stores obey, together with
//! [`Protocol`](drift::protocol::Protocol), which the gateway drives. `DRIFT_HEAVY=1` widens the bounds.

mod properties;
mod setting;
mod steps;
mod world;

use drift_gateway::store::Repeatability;
use drift_gateway::store::lifecycle::{Grant, Lifecycle, Time};
use setting::{Setting, Uniqueness};
use stateright::{Checker, Model};

/// Explores everything within the bounds, and returns the names of the properties that do not hold.
fn broken(setting: Setting) -> Vec<&'static str> {
    let properties = setting.properties();
    let checker = setting.checker().threads(2).spawn_bfs().join();
    assert!(checker.is_done(), "the exploration is not complete");
    let discoveries = checker.discoveries();
    let fails = |property: &stateright::Property<Setting>| {
        let found = discoveries.contains_key(property.name);
        match property.expectation {
            stateright::Expectation::Sometimes => !found,
            _ => found,
        }
    };
    let broken = properties.iter().filter(|property| fails(property));
    println!("{} states", checker.unique_state_count());
    broken.map(|property| property.name).collect()
}

fn heavy() -> bool {
    std::env::var_os("DRIFT_HEAVY").is_some()
}

fn create() -> Setting {
    Setting {
        repeatability: Repeatability::AfterLookUp,
        replicas: 2,
        calls: if heavy() { 3 } else { 2 },
        crashes: 1,
        ticks: if heavy() { 6 } else { 4 },
        uniqueness: Uniqueness::Immediate,
        pauses: true,
        delays: true,
        lag: heavy(),
        stranger: false,
        process_leases: false,
        made_anew: false,
        checks_lease: true,
        take: Lifecycle::take,
        settle: Lifecycle::settle,
    }
}

fn post() -> Setting {
    Setting {
        repeatability: Repeatability::Never,
        ..create()
    }
}

#[test]
fn two_replicas_and_a_create() {
    assert_eq!(broken(create()), [""; 0]);
}

#[test]
fn two_replicas_and_a_create_of_a_contact_that_a_stranger_made() {
    let setting = Setting {
        stranger: true,
        ..create()
    };
    assert_eq!(broken(setting), [""; 0]);
}

#[test]
fn two_replicas_and_a_timeline_post() {
    assert_eq!(broken(post()), [""; 0]);
}

/// One gateway with SQLite: at its start the leases of a dead one are over, while its requests may still arrive.
#[test]
fn one_gateway_that_crashes() {
    for setting in [create(), post()] {
        let setting = Setting {
            replicas: 1,
            crashes: 2,
            process_leases: true,
            ..setting
        };
        assert_eq!(broken(setting), [""; 0]);
    }
}

/// Without pauses the leases alone keep a contact single, whatever the server's rule: nobody takes over before the last
/// request of the one before has ended.
fn without_the_servers_rule() -> Setting {
    Setting {
        uniqueness: Uniqueness::Never,
        pauses: false,
        delays: false,
        lag: false,
        ..create()
    }
}

#[test]
fn leases_alone_keep_a_contact_single_where_nobody_pauses() {
    assert_eq!(broken(without_the_servers_rule()), [""; 0]);
}

/// Drift knows no fence, so its uniqueness has to be one.
#[test]
fn a_replica_that_wakes_up_after_its_lease_needs_the_servers_rule() {
    let setting = Setting {
        pauses: true,
        ..without_the_servers_rule()
    };
    assert_eq!(broken(setting), [properties::SINGLE]);
}

#[test]
fn taking_over_before_the_last_attempt_has_ended_is_caught() {
    let setting = Setting {
        take: |record, now, takeover_at| {
            Lifecycle::take(record, now + setting::ATTEMPT, takeover_at)
        },
        ..without_the_servers_rule()
    };
    assert!(broken(setting).contains(&properties::SINGLE));
}

#[test]
fn sending_without_a_lease_that_lasts_is_caught() {
    let setting = Setting {
        checks_lease: false,
        ..without_the_servers_rule()
    };
    assert!(broken(setting).contains(&properties::SINGLE));
}

#[test]
fn a_request_that_is_made_anew_is_caught() {
    let setting = Setting {
        made_anew: true,
        ..create()
    };
    assert!(broken(setting).contains(&properties::SINGLE));
}

#[test]
fn a_takeover_that_does_not_doubt_is_caught() {
    fn take(record: &mut Lifecycle, now: Time, takeover_at: Time) -> Grant {
        match record.take(now, takeover_at) {
            Grant::Leased { fence, .. } => Grant::Leased {
                fence,
                in_doubt: false,
            },
            other => other,
        }
    }
    let setting = Setting { take, ..create() };
    assert!(broken(setting).contains(&properties::TRUE));
}

#[test]
fn taking_over_a_doubtful_post_is_caught() {
    fn take(record: &mut Lifecycle, now: Time, takeover_at: Time) -> Grant {
        record.repeatability = Repeatability::AfterLookUp;
        let grant = record.take(now, takeover_at);
        record.repeatability = Repeatability::Never;
        grant
    }
    let setting = Setting { take, ..post() };
    assert!(broken(setting).contains(&properties::SINGLE));
}

#[test]
fn settling_without_a_fence_is_caught() {
    fn settle(record: &mut Lifecycle, _: i64) -> bool {
        let fence = record.fence;
        record.settle(fence)
    }
    let setting = Setting { settle, ..create() };
    assert!(broken(setting).contains(&properties::TRUE));
}
